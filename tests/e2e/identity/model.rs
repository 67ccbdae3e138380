//! The rules of identity once more, written from their text and not from the server's code.
#![expect(clippy::too_many_lines, reason = "a table is as long as its rows")]

use atlassian::Deployment;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sandbox::{Fingerprint, Person, SeenCredential, people};

/// What must happen to a call of one service's tool.
#[derive(Debug)]
pub(crate) enum Expected {
    /// HTTP 401, nothing sent upstream.
    Refused,
    /// A tool error that names the way out, nothing sent upstream.
    Missing,
    /// Every upstream request carries this, and `_meta` names this source.
    ActsAs(SeenCredential, &'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Jira,
    Confluence,
}

impl Service {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Confluence => "confluence",
        }
    }

    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Jira => "X-Jira-Token",
            Self::Confluence => "X-Confluence-Token",
        }
    }

    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Jira => "JIRA_PERSONAL_TOKEN",
            Self::Confluence => "CONFLUENCE_PERSONAL_TOKEN",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Unset,
    Hybrid,
    Fallback,
    HeadersOnly,
}

pub(crate) const POLICIES: [Policy; 4] = [
    Policy::Unset,
    Policy::Hybrid,
    Policy::Fallback,
    Policy::HeadersOnly,
];

impl Policy {
    pub(crate) fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Unset => &[],
            Self::Hybrid => &["--credentials", "hybrid"],
            Self::Fallback => &["--credentials", "fallback"],
            Self::HeadersOnly => &["--credentials", "headers-only"],
        }
    }
}

/// What the server's environment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Environment {
    Nothing,
    JiraToken,
    BothTokens,
    /// User and API token for both, and for Jira a personal token that wins.
    UserAndToken,
}

impl Environment {
    pub(crate) const ALL: [Self; 4] = [
        Self::Nothing,
        Self::JiraToken,
        Self::BothTokens,
        Self::UserAndToken,
    ];

    pub(crate) fn variables(self, deployment: Deployment) -> Vec<(String, String)> {
        let own = people::service_account();
        let pat = own.personal_access_token.as_str();
        // On Data Center a user name goes with a password.
        let (user, token) = match deployment {
            Deployment::Cloud => (own.email.as_str(), own.api_token.as_str()),
            Deployment::DataCenter => (own.user_name.as_str(), own.password.as_str()),
        };
        let variables = match self {
            Self::Nothing => vec![],
            Self::JiraToken => vec![("JIRA_PERSONAL_TOKEN", pat)],
            Self::BothTokens => {
                vec![
                    ("JIRA_PERSONAL_TOKEN", pat),
                    ("CONFLUENCE_PERSONAL_TOKEN", pat),
                ]
            }
            Self::UserAndToken => vec![
                ("JIRA_PERSONAL_TOKEN", pat),
                ("JIRA_USERNAME", user),
                ("JIRA_API_TOKEN", token),
                ("CONFLUENCE_EMAIL", user),
                ("CONFLUENCE_API_TOKEN", token),
            ],
        };
        variables
            .into_iter()
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect()
    }

    fn credential(self, service: Service, deployment: Deployment) -> Option<SeenCredential> {
        let own = people::service_account();
        match (self, service) {
            (Self::Nothing, _) | (Self::JiraToken, Service::Confluence) => None,
            (Self::JiraToken | Self::BothTokens, _) | (Self::UserAndToken, Service::Jira) => {
                Some(bearer(&own.personal_access_token))
            }
            (Self::UserAndToken, Service::Confluence) => Some(match deployment {
                Deployment::Cloud => basic(&own.email, &own.api_token),
                Deployment::DataCenter => basic(&own.user_name, &own.password),
            }),
        }
    }
}

fn bearer(token: &str) -> SeenCredential {
    SeenCredential::Bearer(Fingerprint::of(token))
}

fn basic(user: &str, token: &str) -> SeenCredential {
    SeenCredential::Basic {
        user: user.to_owned(),
        token: Fingerprint::of(token),
    }
}

/// What a value in the headers stands for.
#[derive(Debug, Clone)]
enum Value {
    Token(String),
    /// `email:token`, in a Bearer or a service header.
    EmailToken(Person),
    /// `Authorization: Basic`.
    Basic(Person),
}

/// A set of headers and what it presents for each service.
pub(crate) struct HeaderCase {
    pub(crate) name: &'static str,
    headers: Vec<(&'static str, String)>,
    presents: Presents,
    through_a_proxy: bool,
}

enum Presents {
    Unusable,
    These(Box<These>),
}

struct These {
    jira: Option<Value>,
    confluence: Option<Value>,
}

impl HeaderCase {
    pub(crate) fn as_pairs(&self) -> Vec<(&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect()
    }
}

pub(crate) fn expected(
    service: Service,
    headers: &HeaderCase,
    policy: Policy,
    environment: Environment,
    deployment: Deployment,
) -> Expected {
    let Presents::These(these) = &headers.presents else {
        return Expected::Refused;
    };
    let These { jira, confluence } = &**these;
    // Basic is for Cloud alone, and a header that cannot be used refuses the whole request.
    let basic_on_data_center = deployment == Deployment::DataCenter
        && [jira, confluence]
            .into_iter()
            .flatten()
            .any(|value| matches!(value, Value::Basic(_)));
    if basic_on_data_center {
        return Expected::Refused;
    }
    let brings_none = jira.is_none() && confluence.is_none();
    let presented = match service {
        Service::Jira => jira,
        Service::Confluence => confluence,
    };
    if let Some(value) = presented {
        return Expected::ActsAs(sent_upstream(value, deployment), "header");
    }
    let lends = match policy {
        Policy::Unset => !headers.through_a_proxy,
        Policy::Hybrid => true,
        Policy::Fallback => brings_none,
        Policy::HeadersOnly => false,
    };
    match environment
        .credential(service, deployment)
        .filter(|_| lends)
    {
        Some(credential) => Expected::ActsAs(credential, "environment"),
        None => Expected::Missing,
    }
}

fn sent_upstream(value: &Value, deployment: Deployment) -> SeenCredential {
    match (value, deployment) {
        (Value::Token(token), _) => bearer(token),
        (Value::EmailToken(person) | Value::Basic(person), Deployment::Cloud) => {
            basic(&person.email, &person.api_token)
        }
        (Value::EmailToken(person) | Value::Basic(person), Deployment::DataCenter) => {
            bearer(&format!("{}:{}", person.email, person.api_token))
        }
    }
}

pub(crate) fn header_cases() -> Vec<HeaderCase> {
    let mut cases = usable_cases();
    cases.extend(unusable_cases());
    cases
}

fn usable_cases() -> Vec<HeaderCase> {
    let (ana, ben) = (people::ana(), people::ben());
    let (a, b) = (
        ana.personal_access_token.clone(),
        ben.personal_access_token.clone(),
    );
    let pair = |person: &Person| format!("{}:{}", person.email, person.api_token);
    let token = |text: &str| Some(Value::Token(text.to_owned()));
    let account = |person: &Person| Some(Value::EmailToken(person.clone()));
    let encoded = Some(Value::Basic(ana.clone()));
    let case = |name, headers: &[(&'static str, String)], jira, confluence| HeaderCase {
        name,
        headers: headers.to_vec(),
        presents: Presents::These(Box::new(These { jira, confluence })),
        through_a_proxy: false,
    };
    let (auth, xj, xc) = ("authorization", "x-jira-token", "x-confluence-token");
    let forwarded = ("x-forwarded-for", "10.0.0.9".to_owned());
    let mut cases = vec![
        case("none", &[], None, None),
        case(
            "bearer",
            &[(auth, format!("Bearer {a}"))],
            token(&a),
            token(&a),
        ),
        case(
            "bearer in lower case",
            &[(auth, format!("bearer  {a} "))],
            token(&a),
            token(&a),
        ),
        case("jira alone", &[(xj, a.clone())], token(&a), None),
        case("confluence alone", &[(xc, b.clone())], None, token(&b)),
        case(
            "one each",
            &[(xj, a.clone()), (xc, b.clone())],
            token(&a),
            token(&b),
        ),
        case(
            "bearer and jira",
            &[(auth, format!("Bearer {a}")), (xj, b.clone())],
            token(&b),
            token(&a),
        ),
        case(
            "bearer pair",
            &[(auth, format!("Bearer {}", pair(&ana)))],
            account(&ana),
            account(&ana),
        ),
        case("pair for jira", &[(xj, pair(&ben))], account(&ben), None),
        case(
            "pairs for each",
            &[(xj, pair(&ana)), (xc, pair(&ben))],
            account(&ana),
            account(&ben),
        ),
        case(
            "colon without @",
            &[(xj, "to:ken".to_owned())],
            token("to:ken"),
            None,
        ),
        case(
            "basic",
            &[(auth, format!("Basic {}", STANDARD.encode(pair(&ana))))],
            encoded.clone(),
            encoded,
        ),
        case(
            "none, proxied",
            std::slice::from_ref(&forwarded),
            None,
            None,
        ),
        case(
            "jira alone, proxied",
            &[(xj, a.clone()), forwarded],
            token(&a),
            None,
        ),
    ];
    for case in &mut cases {
        case.through_a_proxy = case
            .headers
            .iter()
            .any(|(name, _)| *name == "x-forwarded-for");
    }
    cases
}

fn unusable_cases() -> Vec<HeaderCase> {
    let (auth, xj) = ("authorization", "x-jira-token");
    let ben = people::ben().personal_access_token;
    let case = |name, headers: &[(&'static str, &str)]| HeaderCase {
        name,
        headers: headers.iter().map(|(n, v)| (*n, (*v).to_owned())).collect(),
        presents: Presents::Unusable,
        through_a_proxy: false,
    };
    vec![
        case("empty authorization", &[(auth, "")]),
        case("empty bearer", &[(auth, "Bearer ")]),
        case("empty jira", &[(xj, "")]),
        case(
            "blank jira beside a good bearer",
            &[(xj, "  "), (auth, &format!("Bearer {ben}"))],
        ),
        case("unknown scheme", &[(auth, "Token abc")]),
        case("no scheme", &[(auth, &ben)]),
        case("basic without a colon", &[(auth, "Basic bm9jb2xvbg==")]),
        case("bearer twice", &[(auth, "Bearer a"), (auth, "Bearer b")]),
        case("jira twice", &[(xj, "a"), (xj, "a")]),
        case(
            "bad bearer beside good service headers",
            &[(auth, "Nonsense"), (xj, &ben), ("x-confluence-token", &ben)],
        ),
    ]
}

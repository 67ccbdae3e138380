//! Reads `Authorization` and `Cookie` and decides who is asking.
//! What that person may see is not decided here.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::people::Person;
use crate::personality::{Deployment, Personality};
use crate::record::{Fingerprint, Host, SeenCredential};

/// The content of an `Authorization` header.
pub(crate) enum Credential {
    None,
    Bearer(String),
    Basic { user: String, secret: String },
    Unreadable,
}

impl Credential {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return if headers.contains_key(AUTHORIZATION) {
                Self::Unreadable
            } else {
                Self::None
            };
        };
        let parts = value.to_str().ok().and_then(|text| text.split_once(' '));
        match parts {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Self::Bearer(token.trim().to_owned())
            }
            Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => {
                Self::basic(pair.trim()).unwrap_or(Self::Unreadable)
            }
            _ => Self::Unreadable,
        }
    }

    fn basic(pair: &str) -> Option<Self> {
        let decoded = String::from_utf8(STANDARD.decode(pair).ok()?).ok()?;
        let (user, secret) = decoded.split_once(':')?;
        Some(Self::Basic {
            user: user.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// The form in which it may be written down.
    pub(crate) fn seen(&self) -> SeenCredential {
        match self {
            Self::None => SeenCredential::None,
            Self::Bearer(token) => SeenCredential::Bearer(Fingerprint::of(token)),
            Self::Basic { user, secret } => SeenCredential::Basic {
                user: user.clone(),
                token: Fingerprint::of(secret),
            },
            Self::Unreadable => SeenCredential::Unreadable,
        }
    }

    /// The person it belongs to, nobody for `None`, or why it is not accepted.
    pub(crate) fn owner(
        &self,
        (deployment, host): (Deployment, Host),
        people: &[Person],
    ) -> Result<Option<Person>, &'static str> {
        if host == Host::Gateway {
            return self.scoped_owner(people);
        }
        let owner = match (self, deployment) {
            (Self::None, _) => return Ok(None),
            (Self::Unreadable, _) => return Err("the Authorization header cannot be read"),
            (Self::Bearer(_), Deployment::Cloud) => {
                return Err(
                    "a Cloud site host takes no Bearer token; send an API token as Basic \
                            email:api_token",
                );
            }
            (Self::Bearer(token), Deployment::DataCenter) => people
                .iter()
                .find(|person| person.personal_access_token == *token),
            (Self::Basic { user, secret }, Deployment::Cloud) => people.iter().find(|person| {
                person.email.eq_ignore_ascii_case(user) && person.api_token == *secret
            }),
            (Self::Basic { user, secret }, Deployment::DataCenter) => people
                .iter()
                .find(|person| person.user_name == *user && person.password == *secret),
        };
        owner
            .cloned()
            .map(Some)
            .ok_or("nobody here has this credential")
    }
}

impl Credential {
    /// The same at the gateway, which takes scoped API tokens only.
    fn scoped_owner(&self, people: &[Person]) -> Result<Option<Person>, &'static str> {
        let Self::Basic { user, secret } = self else {
            return match self {
                Self::None => Ok(None),
                _ => Err("the gateway takes a scoped API token as Basic email:api_token"),
            };
        };
        let owns = |person: &&Person| {
            person.email.eq_ignore_ascii_case(user) && person.scoped_api_token == *secret
        };
        let owner = people.iter().find(owns).cloned();
        owner
            .map(Some)
            .ok_or("nobody has this scoped API token; a classic one works at the site only")
    }
}

/// The value of the session cookie that a site gives to a person.
pub(crate) fn session(personality: Personality, person: &Person) -> String {
    Fingerprint::of(&format!("session {personality} {}", person.user_name)).to_string()
}

/// The person whose session cookie came with the request.
pub(crate) fn session_owner(
    personality: Personality,
    headers: &HeaderMap,
    people: &[Person],
) -> Option<Person> {
    let values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let sessions: Vec<&str> = values
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix("JSESSIONID="))
        .collect();
    if sessions.is_empty() {
        return None;
    }
    let owns = |person: &&Person| sessions.contains(&session(personality, person).as_str());
    people.iter().find(owns).cloned()
}

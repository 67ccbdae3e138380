//! What proves who the person is, from the variables and `--header` to request headers; the rules of
//! which header carries which token are shared with the server.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use shared::credentials::{Configured, CredentialHeader, EmailToken, TokenHeaders, to_headers};
use shared::environment::{Environment, is_placeholder};
use shared::secret::Secret;

use super::StartError;
use super::environment::{PLACEHOLDER, text};
use super::flags::Flags;
use super::header::{self, ExtraHeaders};

/// The credentials of both services and the headers a person added.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// What is configured for Jira.
    pub jira: Option<Configured>,
    /// What is configured for Confluence.
    pub confluence: Option<Configured>,
    /// Which headers carry the two above.
    pub style: TokenHeaders,
    /// Headers of `--header`, credential headers among them.
    pub extra: HeaderMap,
    /// Where all these came from, as a person knows them: variables and flags.
    pub sources: Vec<String>,
}

impl Credentials {
    pub(super) fn read(
        flags: &Flags,
        environment: &Environment,
        notices: &mut Vec<String>,
    ) -> Result<Self, StartError> {
        let mut sources = Vec::new();
        let mut service = |prefix| configured(prefix, environment, &mut sources, notices);
        let jira = service("JIRA")?;
        let confluence = service("CONFLUENCE")?;
        let style = flags.token_headers.into();
        let tokens = to_headers(jira.as_ref(), confluence.as_ref(), style)
            .map_err(|error| StartError::setting(error.to_string()))?;
        let ExtraHeaders {
            headers: extra,
            notices: about_headers,
        } = header::read(&flags.headers, environment)?;
        notices.extend(about_headers);
        for header in CredentialHeader::ALL.map(CredentialHeader::header_name) {
            if extra.contains_key(&header) {
                sources.push(format!("--header {header}"));
                if tokens.contains_key(&header) {
                    notices.push(format!(
                        "--header {header} replaces the one made from the token variables"
                    ));
                }
            }
        }
        if tokens.is_empty() && sources.is_empty() {
            notices.push(
                "no token is configured, so requests carry none; set JIRA_PERSONAL_TOKEN or \
                 CONFLUENCE_PERSONAL_TOKEN to act as yourself"
                    .to_owned(),
            );
        }
        Ok(Self {
            jira,
            confluence,
            style,
            extra,
            sources,
        })
    }

    /// Whether nothing here needs protection.
    #[must_use]
    pub fn are_absent(&self) -> bool {
        self.jira.is_none() && self.confluence.is_none() && self.extra.is_empty()
    }

    /// The headers every request carries.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        // Reading has tried these values; what cannot be a header does not get here.
        let mut headers = to_headers(self.jira.as_ref(), self.confluence.as_ref(), self.style)
            .unwrap_or_default();
        headers.extend(self.extra.clone());
        headers
    }

    /// Every text that must not be shown, wherever it turns up: each header value, and the part of
    /// an `Authorization` after its scheme.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let headers = self.headers();
        let mut secrets = Vec::new();
        for configured in [&self.jira, &self.confluence].into_iter().flatten() {
            match configured {
                Configured::Token(token) => secrets.push(token.clone()),
                Configured::EmailToken(both) => secrets.push(both.token.clone()),
            }
        }
        for (name, value) in &headers {
            let Ok(text) = value.to_str() else { continue };
            secrets.push(Secret::new(text));
            if name == AUTHORIZATION
                && let Some((_, credential)) = text.split_once(' ')
            {
                secrets.push(Secret::new(credential));
            }
        }
        secrets.retain(|secret| !secret.expose().is_empty());
        secrets
    }
}

/// What the variables of one service configure. The personal token comes first, as in the server.
fn configured(
    prefix: &str,
    environment: &Environment,
    sources: &mut Vec<String>,
    notices: &mut Vec<String>,
) -> Result<Option<Configured>, StartError> {
    let personal = token(&format!("{prefix}_PERSONAL_TOKEN"), environment)?;
    let api = token(&format!("{prefix}_API_TOKEN"), environment)?;
    let user = user(prefix, environment)?;
    match (personal, user, api) {
        (Some(personal), _, api) => {
            if let Some(api) = api {
                notices.push(format!("{} is used, {} is not", personal.name, api.name));
            }
            sources.push(personal.name);
            Ok(Some(Configured::Token(personal.value)))
        }
        (None, Some((user_name, email)), Some(api)) => {
            if !email.contains('@') {
                notices.push(format!(
                    "{user_name} is not an e-mail address; Atlassian Cloud wants one, and for a \
                     Data Center site a personal token is the way ({prefix}_PERSONAL_TOKEN)"
                ));
            }
            sources.push(api.name);
            Ok(Some(Configured::EmailToken(EmailToken {
                email,
                token: api.value,
            })))
        }
        (None, Some((user_name, _)), None) => Err(StartError::setting(format!(
            "{user_name} is set without {prefix}_API_TOKEN; set both, or {prefix}_PERSONAL_TOKEN \
             alone"
        ))),
        (None, None, Some(api)) => Err(StartError::setting(format!(
            "{} is set without {prefix}_EMAIL; set it to your account's e-mail address",
            api.name
        ))),
        (None, None, None) => Ok(None),
    }
}

/// A token and the variable it came from.
struct Named {
    name: String,
    value: Secret,
}

/// The variable `NAME`, or the content of the file that `NAME_FILE` names.
fn token(name: &str, environment: &Environment) -> Result<Option<Named>, StartError> {
    let file_name = format!("{name}_FILE");
    let is_direct = text(environment, name)?.is_some();
    // Asked for by itself because an empty one is an error here.
    text(environment, &file_name)?;
    let read = environment.secret(name);
    let Some(value) = read.map_err(|error| StartError::setting(error.to_string()))? else {
        return Ok(None);
    };
    let name = if is_direct {
        name.to_owned()
    } else {
        file_name
    };
    check_token(value.expose()).map_err(|why| StartError::setting(format!("{name} {why}")))?;
    Ok(Some(Named { name, value }))
}

/// What no Atlassian token holds; each is a slip that would otherwise end as a puzzling 401.
fn check_token(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("is empty; put the token there or remove the variable");
    }
    if is_placeholder(text) {
        return Err(PLACEHOLDER);
    }
    if text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']) {
        return Err("begins or ends with a quotation mark, which is no part of a token");
    }
    if text.contains(' ') {
        return Err("holds a space; give the token alone, without the word Bearer");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("holds a character that no token has, such as a line break");
    }
    Ok(())
}

/// The account's name and the variable it came from. A user name and an e-mail address mean the same.
fn user(prefix: &str, environment: &Environment) -> Result<Option<(String, String)>, StartError> {
    let mut found = None;
    for suffix in ["EMAIL", "USERNAME"] {
        let name = format!("{prefix}_{suffix}");
        if let Some(user) = text(environment, &name)? {
            if user.contains(':') || !user.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(StartError::setting(format!(
                    "{name} holds a character that no account name has"
                )));
            }
            found = Some((name, user.to_owned()));
        }
    }
    Ok(found)
}

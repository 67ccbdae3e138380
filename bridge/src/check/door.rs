//! The ways of presenting credentials, as the authentication document lists them; not what a server
//! makes of them.

use http::header::AUTHORIZATION;
use shared::credentials::{CredentialHeader, TokenHeaders};

use crate::settings::Credentials;

use super::report::Verdict;

/// One way in.
#[derive(Debug)]
pub(super) struct Door {
    /// The headers it uses, as people write them.
    pub(super) name: String,
    /// What is presented, or why this door cannot be tried.
    pub(super) credentials: Result<Credentials, String>,
    /// Whether this is the way the bridge goes with these settings.
    is_configured: bool,
    /// Whether a Jira credential is presented, so that a failure at Jira is a failure.
    pub(super) needs_jira: bool,
}

impl Door {
    /// `Authorization`, the services' own headers, headers of `--header`, and none.
    pub(super) fn all(configured: &Credentials) -> Vec<Self> {
        let has_tokens = configured.jira.is_some() || configured.confluence.is_some();
        let has_own_header = CredentialHeader::ALL
            .iter()
            .any(|header| configured.extra.contains_key(header.header_name()));
        let mut doors = vec![
            authorization(configured, has_tokens),
            service(configured, has_tokens),
        ];
        for door in &mut doors {
            door.is_configured = !has_own_header
                && door
                    .credentials
                    .as_ref()
                    .is_ok_and(|c| c.headers() == configured.headers());
        }
        if has_own_header {
            doors.push(Self {
                name: "--header".to_owned(),
                credentials: Ok(configured.clone()),
                is_configured: true,
                needs_jira: configured.jira.is_some(),
            });
        }
        doors.push(Self {
            name: "no credential".to_owned(),
            credentials: Ok(without(configured)),
            is_configured: !has_tokens && !has_own_header,
            needs_jira: false,
        });
        doors
    }

    /// What a failure at this door means: nothing is wrong with a door one does not use.
    pub(super) fn verdict_of_failure(&self) -> Verdict {
        if self.is_configured {
            Verdict::Failed
        } else {
            Verdict::Note
        }
    }
}

fn authorization(configured: &Credentials, has_tokens: bool) -> Door {
    let credentials = Credentials {
        style: TokenHeaders::Auto,
        ..with_tokens(configured)
    };
    let headers = credentials.headers();
    let scheme = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split(' ').next());
    let name = format!("Authorization: {}", scheme.unwrap_or("Bearer"));
    let why_not = if has_tokens {
        "one credential for both services is needed, and these differ or are for one service only"
    } else {
        "no token is configured"
    };
    Door {
        credentials: if scheme.is_some() {
            Ok(credentials)
        } else {
            Err(why_not.to_owned())
        },
        name,
        is_configured: false,
        needs_jira: configured.jira.is_some(),
    }
}

fn service(configured: &Credentials, has_tokens: bool) -> Door {
    let credentials = Credentials {
        style: TokenHeaders::Service,
        ..with_tokens(configured)
    };
    let headers = credentials.headers();
    let sent = CredentialHeader::ALL
        .iter()
        .filter(|header| headers.contains_key(header.header_name()));
    let names: Vec<_> = sent.map(|header| header.as_str()).collect();
    Door {
        name: if has_tokens {
            names.join(" + ")
        } else {
            "X-Jira-Token + X-Confluence-Token".to_owned()
        },
        credentials: if has_tokens {
            Ok(credentials)
        } else {
            Err("no token is configured".to_owned())
        },
        is_configured: false,
        needs_jira: configured.jira.is_some(),
    }
}

/// The tokens and the headers of `--header` that are no credentials.
fn with_tokens(configured: &Credentials) -> Credentials {
    let mut credentials = configured.clone();
    for header in CredentialHeader::ALL {
        credentials.extra.remove(header.header_name());
    }
    credentials
}

fn without(configured: &Credentials) -> Credentials {
    Credentials {
        jira: None,
        confluence: None,
        sources: Vec::new(),
        ..with_tokens(configured)
    }
}

#[cfg(test)]
mod tests {
    use shared::credentials::Configured;
    use shared::secret::Secret;

    use super::*;

    fn credentials(
        jira: Option<&str>,
        confluence: Option<&str>,
        style: TokenHeaders,
    ) -> Credentials {
        let token = |text: &str| Configured::Token(Secret::new(text));
        Credentials {
            jira: jira.map(token),
            confluence: confluence.map(token),
            style,
            ..Credentials::default()
        }
    }

    /// Each door: name, whether it can be tried, whether it is the configured one.
    fn doors(credentials: &Credentials) -> Vec<(String, bool, bool)> {
        let doors = Door::all(credentials).into_iter();
        doors
            .map(|door| (door.name, door.credentials.is_ok(), door.is_configured))
            .collect()
    }

    fn row(name: &str, can_be_tried: bool, is_configured: bool) -> (String, bool, bool) {
        (name.to_owned(), can_be_tried, is_configured)
    }

    #[test]
    fn one_token_opens_both_doors_and_goes_through_the_configured_one() {
        let auto = doors(&credentials(Some("a"), None, TokenHeaders::Auto));
        let expected = [
            row("Authorization: Bearer", true, true),
            row("X-Jira-Token", true, false),
            row("no credential", true, false),
        ];
        assert_eq!(auto, expected);
        let service = doors(&credentials(Some("a"), None, TokenHeaders::Service));
        assert_eq!((service[0].2, service[1].2), (false, true));
    }

    #[test]
    fn different_tokens_have_no_door_in_common() {
        let both = doors(&credentials(Some("a"), Some("b"), TokenHeaders::Auto));
        let expected = [
            row("Authorization: Bearer", false, false),
            row("X-Jira-Token + X-Confluence-Token", true, true),
            row("no credential", true, false),
        ];
        assert_eq!(both, expected);
    }

    #[test]
    fn without_tokens_the_open_door_is_the_configured_one() {
        let none = doors(&Credentials::default());
        assert_eq!(
            none.iter().map(|door| (door.1, door.2)).collect::<Vec<_>>(),
            [(false, false), (false, false), (true, true)]
        );
    }

    #[test]
    fn a_header_of_ones_own_is_a_door_of_its_own() {
        let mut own = credentials(Some("a"), None, TokenHeaders::Auto);
        own.extra
            .insert(AUTHORIZATION, http::HeaderValue::from_static("Token x"));
        let doors = Door::all(&own);
        let bearer = doors[0].credentials.as_ref().unwrap().headers();
        assert_eq!(
            bearer[AUTHORIZATION], "Bearer a",
            "the other doors use the tokens"
        );
        assert_eq!(
            (doors[2].name.as_str(), doors[2].is_configured),
            ("--header", true)
        );
        assert!(doors[3].credentials.as_ref().unwrap().headers().is_empty());
    }
}

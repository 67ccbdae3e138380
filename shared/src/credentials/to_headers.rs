//! From what a person configured to the headers the bridge sends; not how either is transported.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use super::{CredentialHeader, EmailToken};
use crate::secret::Secret;

/// What a person configured for one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Configured {
    /// A personal access token (Data Center), or `email:token` written as one.
    Token(Secret),
    /// An e-mail address and an API token (Cloud).
    EmailToken(EmailToken),
}

/// Which headers carry the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenHeaders {
    /// As the Python `sse_client` does: one token, or the same for both services, goes out as
    /// `Authorization`, which the server then uses for both; two different ones each in their own.
    #[default]
    Auto,
    /// Each token in its service's own header only, so that no token reaches the other service.
    Service,
}

/// A credential that cannot be sent. Names the service, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {service} token holds a character that no HTTP header may carry, such as a line break"
)]
pub struct UnusableCredential {
    /// `Jira` or `Confluence`.
    pub service: &'static str,
}

/// Writes the credential headers for what is configured; none when nothing is.
///
/// # Errors
/// [`UnusableCredential`] when a value cannot be a header.
pub fn to_headers(
    jira: Option<&Configured>,
    confluence: Option<&Configured>,
    style: TokenHeaders,
) -> Result<HeaderMap, UnusableCredential> {
    let mut headers = HeaderMap::new();
    match shared_by_both(jira, confluence, style) {
        Some((service, Configured::Token(token))) => {
            insert(
                &mut headers,
                CredentialHeader::Authorization,
                "Bearer ",
                token,
                service,
            )?;
        }
        Some((service, Configured::EmailToken(both))) => {
            let encoded = Secret::new(STANDARD.encode(both.join().expose()));
            insert(
                &mut headers,
                CredentialHeader::Authorization,
                "Basic ",
                &encoded,
                service,
            )?;
        }
        None => {
            let services = [
                (jira, CredentialHeader::XJiraToken, "Jira"),
                (confluence, CredentialHeader::XConfluenceToken, "Confluence"),
            ];
            for (configured, header, service) in services {
                match configured {
                    Some(Configured::Token(token)) => {
                        insert(&mut headers, header, "", token, service)?;
                    }
                    Some(Configured::EmailToken(both)) => {
                        insert(&mut headers, header, "", &both.join(), service)?;
                    }
                    None => {}
                }
            }
        }
    }
    Ok(headers)
}

/// The one credential that `Authorization` shall carry, if it shall, with a service to name in errors.
fn shared_by_both<'a>(
    jira: Option<&'a Configured>,
    confluence: Option<&'a Configured>,
    style: TokenHeaders,
) -> Option<(&'static str, &'a Configured)> {
    if style == TokenHeaders::Service {
        return None;
    }
    match (jira, confluence) {
        (Some(a), Some(b)) => (a == b).then_some(("Jira", a)),
        // A lone token goes out as Bearer, as `sse_client` sends it. A lone Cloud account does not:
        // the document's tokens are a promise, an e-mail address for one service is not.
        (Some(lone @ Configured::Token(_)), None) => Some(("Jira", lone)),
        (None, Some(lone @ Configured::Token(_))) => Some(("Confluence", lone)),
        _ => None,
    }
}

fn insert(
    headers: &mut HeaderMap,
    header: CredentialHeader,
    prefix: &str,
    secret: &Secret,
    service: &'static str,
) -> Result<(), UnusableCredential> {
    let value = secret
        .to_header(prefix)
        .map_err(|_| UnusableCredential { service })?;
    headers.insert(header.header_name(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Configured {
        Configured::Token(Secret::new(text))
    }

    fn account(email: &str, token: &str) -> Configured {
        Configured::EmailToken(EmailToken {
            email: email.to_owned(),
            token: Secret::new(token),
        })
    }

    fn sent(
        jira: Option<Configured>,
        confluence: Option<Configured>,
        style: TokenHeaders,
    ) -> Vec<(String, String)> {
        let headers = to_headers(jira.as_ref(), confluence.as_ref(), style).unwrap();
        assert!(headers.values().all(http::HeaderValue::is_sensitive));
        let text = |v: &http::HeaderValue| v.to_str().unwrap().to_owned();
        let mut sent: Vec<_> = headers
            .iter()
            .map(|(n, v)| (n.to_string(), text(v)))
            .collect();
        sent.sort();
        sent
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn tokens_go_out_as_the_python_client_sends_them() {
        use TokenHeaders::Auto;
        let bearer = pairs(&[("authorization", "Bearer a")]);
        assert_eq!(sent(Some(token("a")), Some(token("a")), Auto), bearer);
        assert_eq!(sent(Some(token("a")), None, Auto), bearer);
        assert_eq!(sent(None, Some(token("a")), Auto), bearer);
        let both = pairs(&[("x-confluence-token", "b"), ("x-jira-token", "a")]);
        assert_eq!(sent(Some(token("a")), Some(token("b")), Auto), both);
        assert_eq!(sent(None, None, Auto), []);
    }

    /// B-08: the Python client gives one service's only token to the other service too.
    #[test]
    fn b_08_service_headers_keep_a_token_from_the_other_service() {
        use TokenHeaders::Service;
        assert_eq!(
            sent(Some(token("a")), None, Service),
            pairs(&[("x-jira-token", "a")])
        );
        assert_eq!(
            sent(None, Some(token("a")), Service),
            pairs(&[("x-confluence-token", "a")])
        );
        let both = pairs(&[("x-confluence-token", "a"), ("x-jira-token", "a")]);
        assert_eq!(sent(Some(token("a")), Some(token("a")), Service), both);
    }

    #[test]
    fn a_cloud_account_is_basic_when_shared_and_email_and_token_otherwise() {
        use TokenHeaders::{Auto, Service};
        let ana = || account("ana@x.io", "t");
        let basic = pairs(&[("authorization", "Basic YW5hQHguaW86dA==")]);
        assert_eq!(sent(Some(ana()), Some(ana()), Auto), basic);
        assert_eq!(
            sent(Some(ana()), None, Auto),
            pairs(&[("x-jira-token", "ana@x.io:t")])
        );
        let mixed = pairs(&[
            ("x-confluence-token", "pat"),
            ("x-jira-token", "ana@x.io:t"),
        ]);
        assert_eq!(sent(Some(ana()), Some(token("pat")), Auto), mixed);
        let both = pairs(&[
            ("x-confluence-token", "ana@x.io:t"),
            ("x-jira-token", "ana@x.io:t"),
        ]);
        assert_eq!(sent(Some(ana()), Some(ana()), Service), both);
    }

    #[test]
    fn a_token_with_a_line_break_is_refused_by_service_name_and_not_shown() {
        let error = to_headers(None, Some(&token("sec\nret")), TokenHeaders::Auto)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("Confluence") && !error.contains("sec"),
            "{error}"
        );
    }
}

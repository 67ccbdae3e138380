//! The credential headers between bridge and server, both directions in one place: what the bridge
//! writes, what the server reads, and which header wins; not what a credential is allowed to do.

mod presented;
mod to_headers;

use http::HeaderName;
use http::header::AUTHORIZATION;

use crate::secret::Secret;

pub use presented::{Presented, PresentedCredential, PresentedCredentials, Refused, RefusedReason};
pub use to_headers::{Configured, TokenHeaders, UnusableCredential, to_headers};

/// A header that carries a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialHeader {
    /// `Authorization`: for every service that has no header of its own in the request.
    Authorization,
    /// `X-Jira-Token`: for Jira alone.
    XJiraToken,
    /// `X-Confluence-Token`: for Confluence alone.
    XConfluenceToken,
}

impl CredentialHeader {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::Authorization,
        Self::XJiraToken,
        Self::XConfluenceToken,
    ];

    /// The name as HTTP libraries want it (lower case).
    #[must_use]
    pub fn header_name(self) -> HeaderName {
        match self {
            Self::Authorization => AUTHORIZATION,
            Self::XJiraToken => HeaderName::from_static("x-jira-token"),
            Self::XConfluenceToken => HeaderName::from_static("x-confluence-token"),
        }
    }

    /// The name as people write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "Authorization",
            Self::XJiraToken => "X-Jira-Token",
            Self::XConfluenceToken => "X-Confluence-Token",
        }
    }
}

/// An Atlassian Cloud account: its e-mail address and an API token, used for Basic authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailToken {
    /// The account's e-mail address, the user part of Basic authentication.
    pub email: String,
    /// The API token, the password part.
    pub token: Secret,
}

impl EmailToken {
    /// Reads `email:token`. `None` unless there is an `@` before the first colon and something after
    /// it: any other value is a token of its own.
    #[must_use]
    pub fn split(value: &Secret) -> Option<Self> {
        let (email, token) = value.expose().split_once(':')?;
        let is_email = email.contains('@') && !token.is_empty();
        is_email.then(|| Self {
            email: email.to_owned(),
            token: Secret::new(token),
        })
    }

    /// Writes `email:token`, the form [`EmailToken::split`] reads.
    #[must_use]
    pub fn join(&self) -> Secret {
        Secret::new(format!("{}:{}", self.email, self.token.expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_and_a_token_are_told_from_a_token_that_holds_a_colon() {
        let split = |text: &str| EmailToken::split(&Secret::new(text)).map(|both| both.email);
        assert_eq!(
            split("ana@example.com:tok"),
            Some("ana@example.com".to_owned())
        );
        assert_eq!(
            split("ana@example.com:to:k"),
            Some("ana@example.com".to_owned())
        );
        assert_eq!(split("tok:with@sign"), None);
        assert_eq!(split("ana@example.com:"), None);
        assert_eq!(split("ana@example.com"), None);
        assert_eq!(split("tok"), None);
    }

    #[test]
    fn what_is_joined_is_split_again() {
        let both = EmailToken {
            email: "ana@example.com".to_owned(),
            token: Secret::new("t:1"),
        };
        assert_eq!(EmailToken::split(&both.join()), Some(both));
    }
}

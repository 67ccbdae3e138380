//! What a caller proves itself with, as the header that goes upstream.
//! Where a credential comes from and which one applies is decided outside this crate.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

mod fingerprint;

#[cfg(test)]
pub(crate) use fingerprint::tests as fingerprint_tests;
pub use fingerprint::{Fingerprint, FingerprintKey};

/// A credential for one service, ready to be sent. Passed to every call, kept by no client (B-01).
///
/// Its `Debug` form names the scheme only; there is no `Display`.
#[derive(Clone)]
pub struct Credential {
    header: HeaderValue,
    scheme: Scheme,
}

/// The two forms of the `Authorization` header Atlassian products take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A token alone: personal access token on Data Center, OAuth access token on Cloud.
    Bearer,
    /// User and token: e-mail address and API token on Cloud.
    Basic,
}

/// Why a credential cannot be sent. The texts never repeat the credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCredential {
    /// The token is empty.
    #[error("the token is empty")]
    EmptyToken,
    /// The user name is empty.
    #[error("the user name is empty")]
    EmptyUser,
    /// A Bearer token with characters no header can carry.
    #[error("the token contains spaces, line breaks or characters outside ASCII")]
    TokenCharacters,
    /// RFC 7617 section 2: a user name cannot contain a colon, nor either part control characters.
    #[error("the user name contains a colon, or user name or token contain control characters")]
    BasicCharacters,
}

impl Credential {
    /// A token sent as `Authorization: Bearer`.
    ///
    /// # Errors
    /// An empty token, or one with white space or characters outside ASCII.
    pub fn bearer(token: &str) -> Result<Self, InvalidCredential> {
        if token.is_empty() {
            return Err(InvalidCredential::EmptyToken);
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidCredential::TokenCharacters);
        }
        Self::new(Scheme::Bearer, &format!("Bearer {token}"))
    }

    /// User (on Cloud the e-mail address) and token sent as `Authorization: Basic`, encoded as
    /// UTF-8 (B-13).
    ///
    /// # Errors
    /// An empty part, a colon in the user name, control characters.
    pub fn basic(user: &str, token: &str) -> Result<Self, InvalidCredential> {
        if user.is_empty() {
            return Err(InvalidCredential::EmptyUser);
        }
        if token.is_empty() {
            return Err(InvalidCredential::EmptyToken);
        }
        if user.contains(':') || user.chars().chain(token.chars()).any(char::is_control) {
            return Err(InvalidCredential::BasicCharacters);
        }
        let pair = STANDARD.encode(format!("{user}:{token}"));
        Self::new(Scheme::Basic, &format!("Basic {pair}"))
    }

    /// Which form it has.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The value of the `Authorization` header, marked sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Whether a text holds the token, raw or as it is sent. An upstream that repeats what it was
    /// sent must not put it into our errors.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let sent = self.header.to_str().unwrap_or_default();
        let Some((_, sent)) = sent.split_once(' ') else {
            return false;
        };
        let pair = STANDARD
            .decode(sent)
            .ok()
            .filter(|_| self.scheme == Scheme::Basic);
        let pair = pair
            .and_then(|pair| String::from_utf8(pair).ok())
            .unwrap_or_default();
        let token = pair.split_once(':').map_or(sent, |(_, token)| token);
        text.contains(sent) || text.contains(token)
    }

    fn new(scheme: Scheme, value: &str) -> Result<Self, InvalidCredential> {
        let mut header =
            HeaderValue::from_str(value).map_err(|_| InvalidCredential::TokenCharacters)?;
        header.set_sensitive(true);
        Ok(Self { header, scheme })
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b_13_basic_is_encoded_as_utf_8() {
        let credential = Credential::basic("jürgen@example.com", "t:ö").unwrap();
        let header = credential.header();
        let encoded = header.to_str().unwrap().strip_prefix("Basic ").unwrap();
        assert_eq!(
            STANDARD.decode(encoded).unwrap(),
            "jürgen@example.com:t:ö".as_bytes()
        );
    }

    #[test]
    fn debug_shows_the_scheme_and_nothing_else() {
        let bearer = Credential::bearer("s3cret").unwrap();
        assert_eq!(format!("{bearer:?}"), "Credential { scheme: Bearer, .. }");
        assert!(bearer.header().is_sensitive());
        assert_eq!(format!("{:?}", bearer.header()), "Sensitive");
    }

    #[test]
    fn a_token_is_found_in_a_text_that_repeats_it() {
        let bearer = Credential::bearer("s3cret").unwrap();
        let basic = Credential::basic("ana@example.com", "s3cret").unwrap();
        for credential in [&bearer, &basic] {
            assert!(credential.is_in("bad token s3cret!"));
            assert!(!credential.is_in("ana@example.com may not"));
        }
        assert!(basic.is_in("Basic YW5hQGV4YW1wbGUuY29tOnMzY3JldA=="));
    }

    #[test]
    fn what_no_header_can_carry_is_refused() {
        use InvalidCredential as Why;
        for (made, why) in [
            (Credential::bearer(""), Why::EmptyToken),
            (Credential::bearer("a b"), Why::TokenCharacters),
            (Credential::bearer("a\r\nX: y"), Why::TokenCharacters),
            (Credential::bearer("tokän"), Why::TokenCharacters),
            (Credential::basic("", "t"), Why::EmptyUser),
            (Credential::basic("a@b", ""), Why::EmptyToken),
            (Credential::basic("a:b", "t"), Why::BasicCharacters),
            (Credential::basic("a", "t\n"), Why::BasicCharacters),
        ] {
            assert_eq!(made.unwrap_err(), why);
        }
    }
}

//! From the headers of a request to what its sender presented for each service, or why that is
//! refused; not whether Atlassian accepts it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use http::HeaderMap;

use super::CredentialHeader;
use crate::environment::is_placeholder;
use crate::secret::Secret;

/// The value of one credential header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// `Authorization: Bearer …` or the whole value of a service header. May be `email:token`; what
    /// that means depends on the deployment, so it is not decided here.
    Token(Secret),
    /// `Authorization: Basic …`, decoded.
    Basic {
        /// Before the first colon.
        user: String,
        /// After it.
        password: Secret,
    },
}

/// A credential and the header it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedCredential {
    /// What was presented.
    pub presented: Presented,
    /// The header it came in, for telling which to change.
    pub header: CredentialHeader,
}

/// What one request presents, after precedence: service header before `Authorization`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PresentedCredentials {
    /// What Jira is to be asked with; `None` when no header serves it.
    pub jira: Option<PresentedCredential>,
    /// The same for Confluence.
    pub confluence: Option<PresentedCredential>,
}

/// A credential header that is present but unusable. A request with one is refused as a whole and
/// never falls back to anything (fault B-05). Names the header, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {} header {reason}", header.as_str())]
pub struct Refused {
    /// The header to change.
    pub header: CredentialHeader,
    /// What is wrong with its value.
    pub reason: RefusedReason,
}

/// Why a credential header is unusable, and what to send instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedReason {
    /// Nothing, or only white space, after the name or the scheme.
    #[error("is empty: send a token in it or leave it out")]
    Empty,
    /// The same header more than once: it is unclear whose request this is.
    #[error("is there more than once: send exactly one")]
    Repeated,
    /// Bytes that are not text, or a token with white space inside.
    #[error("is unreadable: a token is one word of visible characters")]
    Unreadable,
    /// A placeholder of a configuration, which nothing has put a token in place of.
    #[error(
        "is still the placeholder ${{…}}: nothing has put a token in its place, as not every host does, so \
         write the token itself"
    )]
    Unfilled,
    /// `Bearer` in front of a token that needs none, or one more.
    #[error("has `Bearer` where the token alone belongs: leave it out")]
    BearerTooMany,
    /// A scheme other than Bearer and Basic.
    #[error(
        "has an unknown scheme: send `Bearer <token>`, or `Basic` for an Atlassian Cloud account"
    )]
    UnknownScheme,
    /// Basic whose value is not base64 of text.
    #[error("has Basic credentials that are not base64 of `email:token`")]
    BasicUndecodable,
    /// Basic without a colon, or with nothing on one side of it.
    #[error("has Basic credentials without a user and a token: encode `email:token`")]
    BasicIncomplete,
}

impl PresentedCredentials {
    /// Reads the three credential headers. Every header that is present must be usable, also one
    /// that another takes precedence over.
    ///
    /// # Errors
    /// [`Refused`] names the first unusable header.
    pub fn read(headers: &HeaderMap) -> Result<Self, Refused> {
        let of = |header| read_one(headers, header);
        let authorization = of(CredentialHeader::Authorization)?;
        Ok(Self {
            jira: of(CredentialHeader::XJiraToken)?.or_else(|| authorization.clone()),
            confluence: of(CredentialHeader::XConfluenceToken)?.or(authorization),
        })
    }

    /// Whether the request names no credential at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jira.is_none() && self.confluence.is_none()
    }
}

fn read_one(
    headers: &HeaderMap,
    header: CredentialHeader,
) -> Result<Option<PresentedCredential>, Refused> {
    let refused = |reason| Refused { header, reason };
    let mut values = headers.get_all(header.header_name()).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(refused(RefusedReason::Repeated));
    }
    let text = str::from_utf8(value.as_bytes())
        .map_err(|_| refused(RefusedReason::Unreadable))?
        .trim_ascii();
    let presented = match header {
        CredentialHeader::Authorization => authorization(text),
        CredentialHeader::XJiraToken | CredentialHeader::XConfluenceToken => token(text),
    };
    presented
        .map(|presented| Some(PresentedCredential { presented, header }))
        .map_err(refused)
}

fn authorization(text: &str) -> Result<Presented, RefusedReason> {
    if text.is_empty() {
        return Err(RefusedReason::Empty);
    }
    let (scheme, rest) = text
        .split_once(|c: char| c.is_ascii_whitespace())
        .unwrap_or((text, ""));
    let rest = rest.trim_ascii();
    // Schemes are case-insensitive (RFC 9110, section 11.1).
    if scheme.eq_ignore_ascii_case("bearer") {
        token(rest)
    } else if scheme.eq_ignore_ascii_case("basic") {
        basic(rest)
    } else {
        Err(RefusedReason::UnknownScheme)
    }
}

fn token(text: &str) -> Result<Presented, RefusedReason> {
    if text.is_empty() {
        return Err(RefusedReason::Empty);
    }
    if is_placeholder(text) {
        return Err(RefusedReason::Unfilled);
    }
    let behind = text.get("Bearer ".len()..).unwrap_or_default();
    let is_bearer = text[..text.len() - behind.len()].eq_ignore_ascii_case("Bearer ");
    if is_bearer && !behind.contains(char::is_whitespace) {
        return Err(RefusedReason::BearerTooMany);
    }
    // White space inside means two values folded into one.
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(RefusedReason::Unreadable);
    }
    Ok(Presented::Token(Secret::new(text)))
}

/// Padding is optional: clients differ, and the meaning does not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn basic(text: &str) -> Result<Presented, RefusedReason> {
    if text.is_empty() {
        return Err(RefusedReason::Empty);
    }
    let bytes = BASE64
        .decode(text)
        .map_err(|_| RefusedReason::BasicUndecodable)?;
    let decoded = String::from_utf8(bytes).map_err(|_| RefusedReason::BasicUndecodable)?;
    match decoded.split_once(':') {
        Some((user, password)) if !user.is_empty() && !password.is_empty() => {
            Ok(Presented::Basic {
                user: user.to_owned(),
                password: Secret::new(password),
            })
        }
        _ => Err(RefusedReason::BasicIncomplete),
    }
}

#[cfg(test)]
mod tests;

//! The server's address and the places to look for an MCP endpoint; not which of them has one.

use std::fmt;

use url::{Host, Url};

use shared::environment::{Environment, is_placeholder};

use super::StartError;
use super::environment::{PLACEHOLDER, text};

/// Where the server is.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    base: Url,
    candidates: Vec<Url>,
}

/// Why an address that the server named is not gone to.
#[derive(Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// It is no address at all.
    Nowhere,
    /// It is one of somebody else.
    Foreign(Url),
}

/// As a person may see it, without what may be secret in it.
impl fmt::Display for Elsewhere {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => formatter.write_str("an address that is not a URL"),
            Self::Foreign(url) => formatter.write_str(&shown(url)),
        }
    }
}

impl fmt::Debug for Elsewhere {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Elsewhere({self})")
    }
}

const DEFAULT_URL: &str = "http://localhost:8000";

impl Target {
    pub(super) fn read(
        argument: Option<&str>,
        environment: &Environment,
    ) -> Result<Self, StartError> {
        match argument {
            Some(text) => Self::parse(text, "the URL"),
            None => match text(environment, "SSE_SERVER_URL")? {
                Some(text) => Self::parse(text, "SSE_SERVER_URL"),
                None => Self::parse(DEFAULT_URL, "the default URL"),
            },
        }
    }

    /// `source` is what error messages call the text; the text itself may hold a password.
    fn parse(text: &str, source: &str) -> Result<Self, StartError> {
        let wrong = |why: &str| StartError::setting(format!("{source} {why}"));
        if text.trim().is_empty() {
            return Err(wrong("is empty; give the address of the server"));
        }
        if is_placeholder(text) {
            return Err(wrong(PLACEHOLDER));
        }
        let mut url = Url::parse(text.trim()).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => wrong("must start with http:// or https://"),
            other => wrong(&format!("cannot be used: {other}")),
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("must start with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "holds a user name or password; remove it and use JIRA_API_TOKEN with \
                 JIRA_EMAIL, or --header",
            ));
        }
        url.set_fragment(None);
        let candidates = candidates(&url);
        Ok(Self {
            base: url,
            candidates,
        })
    }

    /// The address as given.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The addresses to try, in order; at least one.
    #[must_use]
    pub fn candidates(&self) -> &[Url] {
        &self.candidates
    }

    /// Whether requests are encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// The host part.
    ///
    /// # Panics
    /// Never: a URL of these schemes has one.
    #[must_use]
    pub fn host(&self) -> Host<&str> {
        self.base.host().expect("an http(s) URL has a host")
    }

    /// An address that the server names, relative to `from`, one of its own.
    ///
    /// # Errors
    /// [`Elsewhere`] when it leads to where a credential must not follow.
    pub fn resolve(&self, from: &Url, named: &str) -> Result<Url, Elsewhere> {
        let resolved = from.join(named).map_err(|_| Elsewhere::Nowhere)?;
        if self.is_same_origin(&resolved) {
            Ok(resolved)
        } else {
            Err(Elsewhere::Foreign(resolved))
        }
    }

    /// Whether this address and another have scheme, host and port in common, the other holding no
    /// user name or password: what a credential may follow.
    #[must_use]
    pub fn is_same_origin(&self, other: &Url) -> bool {
        // The origin of a `blob:` URL is that of the URL within it (WHATWG URL, "Origin").
        self.base.scheme() == other.scheme()
            && self.base.origin() == other.origin()
            && other.username().is_empty()
            && other.password().is_none()
    }
}

/// As a person may see it: without the query, which may hold a key.
impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&shown(&self.base))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Target")
            .field(&shown(&self.base))
            .finish()
    }
}

/// A URL without what may be secret in it.
pub(crate) fn shown(url: &Url) -> String {
    let origin = url.origin().ascii_serialization();
    match url.path() {
        "/" => origin,
        path => format!("{origin}{path}"),
    }
}

fn candidates(url: &Url) -> Vec<Url> {
    let path = url.path().trim_end_matches('/');
    let with_path = |path: &str| {
        let mut other = url.clone();
        other.set_path(path);
        other
    };
    if path.is_empty() {
        return vec![with_path("/mcp"), with_path("/sse")];
    }
    let mut candidates = vec![url.clone()];
    if path.ends_with("/mcp") || path.ends_with("/sse") {
        if url.path() != path {
            candidates.push(with_path(path));
        }
        return candidates;
    }
    candidates.push(with_path(&format!("{path}/mcp")));
    candidates.push(with_path(&format!("{path}/sse")));
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(text: &str) -> Vec<String> {
        let target = Target::parse(text, "the URL").unwrap();
        target
            .candidates()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_bare_origin_means_mcp_and_then_sse() {
        let expected = ["http://h:8000/mcp", "http://h:8000/sse"];
        assert_eq!(tried("http://h:8000"), expected);
        assert_eq!(tried("http://h:8000/"), expected);
        assert_eq!(tried(" http://h:8000 "), expected);
    }

    #[test]
    fn an_endpoint_is_used_as_given_and_its_trailing_slash_is_tolerated() {
        assert_eq!(tried("https://h/mcp"), ["https://h/mcp"]);
        assert_eq!(tried("https://h/a/sse?k=v"), ["https://h/a/sse?k=v"]);
        assert_eq!(tried("https://h/mcp/"), ["https://h/mcp/", "https://h/mcp"]);
    }

    #[test]
    fn another_path_is_tried_as_given_then_with_each_ending() {
        let expected = ["https://h/jira", "https://h/jira/mcp", "https://h/jira/sse"];
        assert_eq!(tried("https://h/jira"), expected);
        assert_eq!(tried("https://h/mcphost")[1], "https://h/mcphost/mcp");
    }

    #[test]
    fn what_is_no_http_address_is_refused_without_showing_it() {
        for text in [
            "localhost:8000",
            "ftp://h",
            "h/mcp",
            "https://ana:tok-secret@h/",
            "https://tok-secret@h/",
            "https://:80",
        ] {
            let error = Target::parse(text, "SSE_SERVER_URL")
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("SSE_SERVER_URL"), "{error}");
            assert!(!error.contains("tok-secret"), "{error}");
        }
    }

    #[test]
    fn what_was_never_filled_in_is_called_so() {
        for (text, says) in [
            ("", "the URL is empty"),
            (" ", "the URL is empty"),
            ("${SERVER}", "the URL is still the placeholder"),
            ("https://h:99999", "the URL cannot be used: invalid port"),
        ] {
            let error = Target::parse(text, "the URL").unwrap_err().to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }

    #[test]
    fn a_person_sees_the_address_without_its_query() {
        let target = Target::parse("https://h/mcp?key=tok-secret#f", "the URL").unwrap();
        assert_eq!(target.to_string(), "https://h/mcp");
        assert_eq!(format!("{target:?}"), r#"Target("https://h/mcp")"#);
        assert_eq!(
            Target::parse("http://h:8000/", "it").unwrap().to_string(),
            "http://h:8000"
        );
    }

    #[test]
    fn a_credential_may_follow_within_the_origin_only() {
        let target = Target::parse("https://h/mcp", "the URL").unwrap();
        let same = |text: &str| target.is_same_origin(&Url::parse(text).unwrap());
        assert!(same("https://h/other?x"));
        assert!(same("https://h:443/"));
        for other in [
            "http://h/mcp",
            "https://h:8443/",
            "https://x.h/",
            "https://u@h/",
            "https://u:p@h/",
            "blob:https://h/mcp",
        ] {
            assert!(!same(other), "{other}");
        }
    }

    #[test]
    fn what_the_server_names_is_relative_to_its_own_and_shown_without_secrets() {
        let target = Target::parse("https://h/mcp", "the URL").unwrap();
        let from = Url::parse("https://h/a/sse").unwrap();
        let resolve = |named: &str| target.resolve(&from, named);
        let within = |named: &str| resolve(named).unwrap().to_string();
        assert_eq!(within("m?s=1"), "https://h/a/m?s=1");
        assert_eq!(within("/m"), "https://h/m");
        assert_eq!(within("//h/m"), "https://h/m");
        let why = |named: &str| resolve(named).unwrap_err().to_string();
        let secret = "https://u:tok-secret@x/m?k=tok-secret";
        assert_eq!(why(secret), "https://x/m");
        let debug = format!("{:?}", resolve(secret).unwrap_err());
        assert_eq!(debug, "Elsewhere(https://x/m)");
        assert_eq!(why("//[tok-secret"), "an address that is not a URL");
    }
}

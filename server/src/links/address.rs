//! An address of the web or of Git, parsed, and when two of them are the same. What they lead to is not
//! decided here.

use std::fmt;

use url::Url;

/// A parsed address. A password in it is gone: it is nobody's business here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: Url,
    /// How Git writes it, when that is not a URL: `git@host:owner/repository.git`.
    short: Option<String>,
}

/// Schemes that lead to pages or repositories.
pub(super) const SCHEMES: [&str; 6] = ["http", "https", "ssh", "git", "git+ssh", "git+https"];

impl Address {
    /// Reads a URL of a known scheme, or Git's short form of an SSH address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.contains("://") {
            return Self::short(text);
        }
        let mut url = Url::parse(text).ok()?;
        if !SCHEMES.contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
            return None;
        }
        if url.password().is_some() {
            // Cannot fail for an address with a host.
            let _done = url.set_password(None);
            let _done = url.set_username("");
        }
        Some(Self { url, short: None })
    }

    /// `git@host:path`, with or without the suffix `.git`.
    fn short(text: &str) -> Option<Self> {
        let (user_and_host, path) = text.split_once(':')?;
        let (user, host) = user_and_host.split_once('@')?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let valid = user == "git" && !host.is_empty() && host.chars().all(is_word);
        let path = path.trim_start_matches('/');
        let valid = valid && path.chars().all(|c| is_word(c) || "/~+%".contains(c));
        if !valid || path.split('/').filter(|part| !part.is_empty()).count() < 2 {
            return None;
        }
        Some(Self {
            url: Url::parse(&format!("ssh://{user}@{host}/{path}")).ok()?,
            short: Some(text.to_owned()),
        })
    }

    /// The host in small letters.
    pub(super) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_ascii_lowercase()
    }

    /// The segments of its path that are not empty.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.url
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect()
    }

    pub(super) fn is_web(&self) -> bool {
        matches!(self.url.scheme(), "http" | "https")
    }

    /// Whether two addresses lead to one place: whatever the scheme of the web, a slash at the end, the
    /// place on the page or the suffix of repositories.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let place = |address: &Self| {
            let path = address.segments().join("/");
            let path = path.strip_suffix(".git").unwrap_or(&path).to_owned();
            let query = address.url.query().unwrap_or_default().to_owned();
            (
                address.is_web(),
                address.host(),
                address.url.port(),
                path,
                query,
            )
        };
        place(self) == place(other)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short.as_deref().unwrap_or(self.url.as_str()))
    }
}

//! The address of a site, parsed once so that nothing behind it has to check again.
//! What is reached below the address is decided by the verbs.

use std::fmt;

use url::{Host, Url};

/// Address of a Jira or Confluence site: `http` or `https`, with its context path and without
/// trailing slash, user, query or fragment.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SiteUrl(pub(super) Url);

/// Why a text is no address of a site. The texts never repeat a user name or password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSiteUrl {
    /// Nothing there.
    #[error("the address is empty")]
    Empty,
    /// No `http://` or `https://` in front.
    #[error("the address must start with https:// or http://")]
    Scheme,
    /// Text that no URL parser takes.
    #[error("the address is not a valid URL ({0})")]
    Syntax(#[from] url::ParseError),
    /// A user or password before the host.
    #[error(
        "the address must not contain a user name or password; put them into the variables for \
         the user and the token"
    )]
    UserInfo,
    /// A `?query`.
    #[error("the address must end before the question mark (no query)")]
    Query,
    /// A `#fragment`.
    #[error("the address must end before the # (no fragment)")]
    Fragment,
}

impl SiteUrl {
    /// Reads an address; white space around it and slashes at its end are dropped.
    ///
    /// # Errors
    /// Says which part is wrong.
    ///
    /// ```
    /// use atlassian::SiteUrl;
    /// let url = SiteUrl::parse(" https://jira.example.com/jira/ ")?;
    /// assert_eq!(url.as_str(), "https://jira.example.com/jira");
    /// # Ok::<(), atlassian::InvalidSiteUrl>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidSiteUrl> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidSiteUrl::Empty);
        }
        let scheme = text
            .split_once("://")
            .map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            return Err(InvalidSiteUrl::Scheme);
        }
        let mut url = Url::parse(text)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidSiteUrl::UserInfo);
        }
        if url.query().is_some() {
            return Err(InvalidSiteUrl::Query);
        }
        if url.fragment().is_some() {
            return Err(InvalidSiteUrl::Fragment);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The address without trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether the host alone tells that this is Cloud: `*.atlassian.net`, the government cloud's
    /// `*.atlassian-us-gov-mod.net`, `*.jira-dev.com` and the API gateway.
    #[must_use]
    pub fn is_cloud_host(&self) -> bool {
        let Some(Host::Domain(host)) = self.0.host() else {
            return false;
        };
        let host = host.trim_end_matches('.');
        let clouds = [
            ".atlassian.net",
            ".atlassian-us-gov-mod.net",
            ".jira-dev.com",
        ];
        clouds.iter().any(|cloud| host.ends_with(cloud)) || host == "api.atlassian.com"
    }

    /// The gateway that takes scoped tokens for this site: Atlassian's own for encrypted
    /// `*.atlassian.net`, none for any other.
    pub(crate) fn gateway(&self) -> Option<Self> {
        let host = self.0.host_str()?.trim_end_matches('.');
        let has_one = self.is_https() && host.ends_with(".atlassian.net");
        let gateway = || Self::parse("https://api.atlassian.com").ok();
        has_one.then(gateway).flatten()
    }

    /// Whether what is sent can be read on its way: no encryption, and not to this machine only.
    #[must_use]
    pub fn is_in_the_clear(&self) -> bool {
        !self.is_https() && !self.is_loopback()
    }

    /// Whether the connection is encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether the address points at this machine, where no proxy can help.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether the last path segment is `wiki`, the mark of Confluence Cloud.
    pub(crate) fn ends_in_wiki(&self) -> bool {
        self.0.path().ends_with("/wiki")
    }

    /// The same address with `/wiki` at its end, which Confluence Cloud needs (B-46).
    pub(crate) fn with_wiki(self) -> Self {
        if self.ends_in_wiki() {
            self
        } else {
            Self(self.endpoint(&["wiki"]))
        }
    }

    /// The address of a resource below the site. Every segment is percent-encoded.
    pub(crate) fn endpoint(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Whether an address is of this site: the same origin, at or below the same path.
    #[must_use]
    pub fn contains(&self, address: &Url) -> bool {
        self.segments_below(address).is_some()
    }

    /// The path segments of an address below this one, still percent-encoded and without empty ones;
    /// none when the address is not of this site.
    pub(crate) fn segments_below<'u>(&self, other: &'u Url) -> Option<Vec<&'u str>> {
        let mut segments = other.path_segments()?.filter(|segment| !segment.is_empty());
        let own = self
            .0
            .path_segments()?
            .filter(|segment| !segment.is_empty());
        let below =
            self.same_origin(other) && own.into_iter().all(|it| segments.next() == Some(it));
        below.then(|| segments.collect())
    }

    /// Whether another address has the same scheme, host and port.
    pub(crate) fn same_origin(&self, other: &Url) -> bool {
        self.0.origin() == other.origin()
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SiteUrl").field(&self.as_str()).finish()
    }
}

impl std::str::FromStr for SiteUrl {
    type Err = InvalidSiteUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_trimmed_and_context_paths_kept() {
        for (given, kept) in [
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example"),
            ("https://a.example/jira//", "https://a.example/jira"),
            (" HTTP://A.example:8080/x/y/ ", "http://a.example:8080/x/y"),
            (
                "https://a.atlassian.net/wiki/",
                "https://a.atlassian.net/wiki",
            ),
        ] {
            assert_eq!(SiteUrl::parse(given).unwrap().as_str(), kept, "{given}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_without_repeating_a_password() {
        for (given, error) in [
            ("  ", InvalidSiteUrl::Empty),
            ("jira.example.com", InvalidSiteUrl::Scheme),
            ("jira.example.com:8080/x", InvalidSiteUrl::Scheme),
            ("bob:hunter2@jira.example.com", InvalidSiteUrl::Scheme),
            ("ftp://jira.example.com", InvalidSiteUrl::Scheme),
            (
                "https://bob:hunter2@jira.example.com",
                InvalidSiteUrl::UserInfo,
            ),
            (
                "https://jira.example.com/?os_authType=basic",
                InvalidSiteUrl::Query,
            ),
            ("https://jira.example.com/#x", InvalidSiteUrl::Fragment),
        ] {
            let found = SiteUrl::parse(given).unwrap_err();
            assert_eq!(found, error, "{given}");
            assert!(!found.to_string().contains("hunter2"));
        }
        assert!(matches!(
            SiteUrl::parse("https://"),
            Err(InvalidSiteUrl::Syntax(_))
        ));
    }

    #[test]
    fn only_whole_host_names_of_atlassian_count_as_cloud() {
        for (given, cloud) in [
            ("https://acme.atlassian.net", true),
            ("https://ACME.Atlassian.NET/wiki", true),
            ("https://acme.jira-dev.com", true),
            ("https://api.atlassian.com/ex/jira/1", true),
            ("https://atlassian.net.evil.example", false),
            ("https://evilatlassian.net", false),
            ("https://example.com/acme.atlassian.net", false),
            ("http://127.0.0.1:1", false),
        ] {
            assert_eq!(
                SiteUrl::parse(given).unwrap().is_cloud_host(),
                cloud,
                "{given}"
            );
        }
    }

    #[test]
    fn b_12_segments_cannot_leave_their_place() {
        let site = SiteUrl::parse("https://a.example/jira").unwrap();
        let url = site.endpoint(&["rest", "a/b?c#d", "e%2f", "ü"]);
        assert_eq!(
            url.as_str(),
            "https://a.example/jira/rest/a%2Fb%3Fc%23d/e%252f/%C3%BC"
        );
    }

    #[test]
    fn b_46_wiki_is_added_once() {
        for given in ["https://a.atlassian.net", "https://a.atlassian.net/wiki/"] {
            let site = SiteUrl::parse(given).unwrap().with_wiki();
            assert_eq!(site.as_str(), "https://a.atlassian.net/wiki");
        }
    }

    #[test]
    fn a_site_contains_what_is_at_or_below_its_own_path_only() {
        let site = SiteUrl::parse("https://a.example/jira").unwrap();
        let contains = |text: &str| site.contains(&Url::parse(text).unwrap());
        assert!(contains("https://a.example/jira"));
        assert!(contains("https://a.example:443/jira/browse/A-1?x"));
        for other in [
            "https://a.example/",
            "https://a.example/jirafe",
            "https://a.example/wiki/jira",
            "http://a.example/jira",
            "https://a.example:8443/jira",
            "https://b.example/jira",
        ] {
            assert!(!contains(other), "{other}");
        }
    }
}

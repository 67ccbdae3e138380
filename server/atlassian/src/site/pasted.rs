//! Addresses of something within a site, given where the site itself is wanted.
//! Addresses of issues and pages that name these are read in `ids`.

use super::{Service, SiteUrl};

/// First segments of addresses within Jira Data Center that nobody puts before a context path. Others,
/// such as `projects`, may well be: `https://example.com/projects/jira`.
const OF_JIRA: [&str; 3] = ["browse", "rest", "secure"];

/// The same of Confluence Data Center.
const OF_CONFLUENCE: [&str; 3] = ["display", "rest", "spaces"];

impl SiteUrl {
    /// The site's own address, if this is that of a page, an issue or a REST resource within it. A context
    /// path may be called like a first segment; only what has more behind it is within the site.
    ///
    /// ```
    /// use atlassian::{Service, SiteUrl};
    /// let url = SiteUrl::parse("https://jira.example.com/jira/browse/DEMO-1")?;
    /// assert_eq!(url.pasted_below(Service::Jira).as_deref(), Some("https://jira.example.com/jira"));
    /// # Ok::<(), atlassian::InvalidSiteUrl>(())
    /// ```
    #[must_use]
    pub fn pasted_below(&self, service: Service) -> Option<String> {
        let path: Vec<_> = self
            .0
            .path_segments()?
            .filter(|it| !it.is_empty())
            .collect();
        let own = match service {
            // The gateway has a path of its own: /ex/jira/{cloud id}.
            _ if self.is_gateway() => return None,
            Service::Jira if self.is_cloud_host() => 0,
            Service::Confluence if self.is_cloud_host() => {
                path.iter().take_while(|it| **it == "wiki").count().min(1)
            }
            Service::Jira => before(&path, &OF_JIRA)?,
            Service::Confluence => before(&path, &OF_CONFLUENCE)?,
        };
        let mut site = self.0.clone();
        site.set_path(&path[..own].join("/"));
        (own < path.len()).then(|| site.as_str().trim_end_matches('/').to_owned())
    }

    fn is_gateway(&self) -> bool {
        self.0.host_str() == Some("api.atlassian.com")
    }
}

fn before(path: &[&str], firsts: &[&str]) -> Option<usize> {
    let is_within = |pair: &[&str]| firsts.contains(&pair[0]);
    let leaves_a_page = |last: &&str| last.ends_with(".action") || last.ends_with(".jspa");
    let within = path.windows(2).position(is_within);
    within.or_else(|| {
        path.last()
            .filter(|last| leaves_a_page(last))
            .map(|_| path.len() - 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(given: &str, service: Service) -> Option<String> {
        SiteUrl::parse(given).unwrap().pasted_below(service)
    }

    #[test]
    fn an_address_from_the_browser_is_told_with_the_site_it_is_within() {
        for (given, own) in [
            ("https://a.example/browse/DEMO-1", "https://a.example"),
            (
                "https://a.example/jira/rest/api/2",
                "https://a.example/jira",
            ),
            (
                "https://a.example/secure/Dashboard.jspa",
                "https://a.example",
            ),
            (
                "https://a.example/jira/login.jspa",
                "https://a.example/jira",
            ),
            (
                "https://a.atlassian.net/jira/your-work",
                "https://a.atlassian.net",
            ),
            ("https://a.atlassian.net/wiki", "https://a.atlassian.net"),
        ] {
            assert_eq!(site(given, Service::Jira).as_deref(), Some(own), "{given}");
        }
        for (given, own) in [
            ("https://a.example/display/DOCS/Home", "https://a.example"),
            ("https://a.example/c/rest/api", "https://a.example/c"),
            ("https://a.example/dashboard.action", "https://a.example"),
            (
                "https://a.atlassian.net/wiki/spaces/DOCS",
                "https://a.atlassian.net/wiki",
            ),
            ("https://a.atlassian.net/jira", "https://a.atlassian.net"),
        ] {
            let told = site(given, Service::Confluence);
            assert_eq!(told.as_deref(), Some(own), "{given}");
        }
    }

    #[test]
    fn a_context_path_is_part_of_a_site_whatever_it_is_called() {
        for given in [
            "https://a.example",
            "https://a.example:8443/jira",
            "https://a.example/tools/jira",
            "https://a.example/projects",
            "https://a.example/projects/jira",
            "https://a.example/rest",
            "https://a.example/x/y",
            "http://127.0.0.1:8080/wiki",
            "https://api.atlassian.com/ex/jira/1",
        ] {
            assert_eq!(site(given, Service::Jira), None, "{given}");
            assert_eq!(site(given, Service::Confluence), None, "{given}");
        }
        assert_eq!(
            site("https://a.atlassian.net/wiki", Service::Confluence),
            None
        );
        assert_eq!(site("https://a.atlassian.net", Service::Jira), None);
    }
}

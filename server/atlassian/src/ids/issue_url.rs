//! Addresses of issues, as browsers show them on boards, in queues and on portals.
//! Pages have addresses of their own.

use super::address::{Address, bare};
use super::{InvalidReference, IssueKey};
use crate::site::SiteUrl;

/// Segments in front of the key: `/browse/KEY`, `/projects/DEMO/issues/KEY`, `/issues/KEY`.
const BEFORE_A_KEY: [&str; 2] = ["browse", "issues"];

/// Segments somewhere in front of a key that ends the path: queues and portals of Jira Service
/// Management.
const ABOVE_A_KEY: [&str; 2] = ["queues", "portal"];

impl IssueKey {
    /// Reads an issue key, or the address of an issue of this site. Nothing is fetched.
    ///
    /// # Errors
    /// Neither a key nor an address of this site that names an issue.
    ///
    /// ```
    /// use atlassian::SiteUrl;
    /// use atlassian::ids::IssueKey;
    /// let site = SiteUrl::parse("https://jira.example.com/jira")?;
    /// let key = IssueKey::from_reference("https://jira.example.com/jira/browse/DEMO-1?x=y#z", &site)?;
    /// assert_eq!(key.as_str(), "DEMO-1");
    /// assert_eq!(IssueKey::from_reference("demo-1", &site)?, key);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_reference(text: &str, site: &SiteUrl) -> Result<Self, InvalidReference> {
        let text = bare(text);
        let Some(address) = Address::read(text, site) else {
            return Ok(Self::parse(text)?);
        };
        let address = address?;
        let named = address
            .parameter("selectedIssue")
            .and_then(|key| Self::parse(&key).ok())
            .or_else(|| in_path(&address.segments()));
        let expected = "an address such as …/browse/DEMO-1";
        named.ok_or_else(|| address.names_no("issue", expected))
    }
}

fn in_path(segments: &[&str]) -> Option<IssueKey> {
    let behind = segments.windows(2).find_map(|pair| {
        let leads = BEFORE_A_KEY.contains(&pair[0]);
        leads.then(|| IssueKey::parse(pair[1]).ok()).flatten()
    });
    behind.or_else(|| {
        let (last, above) = segments.split_last()?;
        let within = above.iter().any(|segment| ABOVE_A_KEY.contains(segment));
        within.then(|| IssueKey::parse(last).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, site: &str) -> Result<String, InvalidReference> {
        let site = SiteUrl::parse(site).unwrap();
        IssueKey::from_reference(text, &site).map(|key| key.to_string())
    }

    #[test]
    fn an_issue_is_named_by_its_key_or_by_any_address_that_shows_it() {
        let cloud = "https://acme.atlassian.net";
        for reference in [
            "demo-1",
            " DEMO-1 ",
            "#DEMO-1",
            "`demo-1`",
            "[DEMO-1]",
            "[Pays twice](https://acme.atlassian.net/browse/DEMO-1)",
            "<https://acme.atlassian.net/browse/DEMO-1>",
            "https://acme.atlassian.net/browse/DEMO-1",
            "HTTPS://ACME.atlassian.net:443/browse/demo-1/",
            "https://acme.atlassian.net/browse/DEMO-1?focusedCommentId=1#comment-1",
            "https://acme.atlassian.net/jira/software/projects/DEMO/boards/1?selectedIssue=DEMO-1",
            "https://acme.atlassian.net/secure/RapidBoard.jspa?rapidView=1&selectedIssue=DEMO-1",
            "https://acme.atlassian.net/projects/DEMO/issues/DEMO-1?filter=allopenissues",
            "https://acme.atlassian.net/issues/DEMO-1?jql=x",
            "https://acme.atlassian.net/jira/servicedesk/projects/DEMO/queues/custom/1/DEMO-1",
            "https://acme.atlassian.net/servicedesk/customer/portal/1/DEMO-1",
        ] {
            assert_eq!(
                read(reference, cloud).as_deref(),
                Ok("DEMO-1"),
                "{reference}"
            );
        }
        let below = "https://a.example/jira";
        let reference = "https://a.example/jira/browse/DEMO-1";
        assert_eq!(read(reference, below).as_deref(), Ok("DEMO-1"));
    }

    #[test]
    fn addresses_of_other_sites_are_refused_by_their_origin_alone() {
        let site = "https://a.example/jira";
        for reference in [
            "https://b.example/jira/browse/DEMO-1?token=secret",
            "http://a.example/jira/browse/DEMO-1",
            "https://a.example:8443/jira/browse/DEMO-1",
            "https://a.example/browse/DEMO-1",
            "https://a.example/jirafoo/browse/DEMO-1",
            "https://a.example/jira/../browse/DEMO-1",
            "https://a.example.evil.example/jira/browse/DEMO-1",
        ] {
            let error = read(reference, site).unwrap_err();
            assert!(
                matches!(error, InvalidReference::OtherSite { .. }),
                "{reference}"
            );
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn b_12_an_address_that_names_no_issue_is_no_way_around_the_check_of_keys() {
        let site = "https://a.example";
        for reference in [
            "https://a.example",
            "https://a.example/browse",
            "https://a.example/browse/DEMO",
            "https://a.example/browse/DEMO-1%2F..%2Fmyself",
            "https://a.example/issues/?jql=key%3DDEMO-1",
            "https://a.example/x?selectedIssue=DEMO-1/..",
            "https://a.example/DEMO-1",
        ] {
            let error = read(reference, site).unwrap_err();
            assert!(
                matches!(error, InvalidReference::NotNamed { .. }),
                "{reference}: {error}"
            );
        }
        for text in [
            "",
            "DEMO",
            "ftp://a.example/browse/DEMO-1",
            "javascript:DEMO-1",
        ] {
            let error = read(text, site).unwrap_err();
            assert!(matches!(error, InvalidReference::Id(_)), "{text}");
        }
    }
}

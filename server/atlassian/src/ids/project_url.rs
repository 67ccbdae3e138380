//! Addresses of projects of Jira, as browsers show them for boards, lists and settings.
//! Issues have addresses of their own.

use super::address::{Address, bare};
use super::{InvalidReference, ProjectKey};
use crate::site::SiteUrl;

/// Segments in front of the key: `/browse/DEMO`, `/projects/DEMO/…`, `/jira/software/projects/DEMO/…`.
const BEFORE_A_KEY: [&str; 2] = ["projects", "browse"];

impl ProjectKey {
    /// Reads a project key, or the address of a project of this site. Nothing is fetched.
    ///
    /// # Errors
    /// Neither a key nor an address of this site that names a project.
    ///
    /// ```
    /// use atlassian::SiteUrl;
    /// use atlassian::ids::ProjectKey;
    /// let site = SiteUrl::parse("https://acme.atlassian.net")?;
    /// let board = "https://acme.atlassian.net/jira/software/projects/DEMO/boards/1";
    /// assert_eq!(ProjectKey::from_reference(board, &site)?.as_str(), "DEMO");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_reference(text: &str, site: &SiteUrl) -> Result<Self, InvalidReference> {
        let text = bare(text);
        let Some(address) = Address::read(text, site) else {
            return Ok(Self::parse(text)?);
        };
        let address = address?;
        let named = address.segments().windows(2).find_map(|pair| {
            let leads = BEFORE_A_KEY.contains(&pair[0]);
            leads.then(|| Self::parse(pair[1]).ok()).flatten()
        });
        let expected = "an address such as …/browse/DEMO";
        named.ok_or_else(|| address.names_no("project", expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_named_by_its_key_or_by_any_address_that_shows_it() {
        let site = SiteUrl::parse("https://jira.example.com/jira").unwrap();
        for reference in [
            " demo ",
            "\"DEMO\"",
            "https://jira.example.com/jira/browse/DEMO",
            "https://jira.example.com/jira/projects/DEMO/summary?x=y#z",
            "https://jira.example.com/jira/software/c/projects/demo/boards/1",
        ] {
            let key = ProjectKey::from_reference(reference, &site).unwrap();
            assert_eq!(key.as_str(), "DEMO", "{reference}");
        }
        for reference in [
            "https://jira.example.com/browse/DEMO",
            "https://jira.example.com/jira/browse/DEMO-1",
            "https://jira.example.com/jira/dashboard",
            "https://evil.example/jira/browse/DEMO",
            "DEMO/..",
        ] {
            let read = ProjectKey::from_reference(reference, &site);
            assert!(read.is_err(), "{reference}");
        }
    }
}

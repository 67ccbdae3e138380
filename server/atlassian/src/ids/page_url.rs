//! Addresses of pages, as browsers show them and as tiny links shorten them.
//! Issues have addresses of their own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::address::{Address, bare, decoded};
use super::{InvalidReference, PageId, SpaceKey};
use crate::site::SiteUrl;

/// How a page is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageReference {
    /// By its number.
    Id(PageId),
    /// By its title, as old addresses do.
    Title {
        /// The space it is in.
        space: SpaceKey,
        /// Its exact title.
        title: String,
    },
}

impl PageReference {
    /// Reads a page id, or the address of a page of this site. Nothing is fetched.
    ///
    /// # Errors
    /// Neither an id nor an address of this site that names a page.
    ///
    /// ```
    /// use atlassian::SiteUrl;
    /// use atlassian::ids::PageReference;
    /// let site = SiteUrl::parse("https://acme.atlassian.net/wiki")?;
    /// let address = "https://acme.atlassian.net/wiki/spaces/DOCS/pages/65538/Release+notes";
    /// let page = PageReference::parse(address, &site)?;
    /// assert_eq!(page, PageReference::parse("65538", &site)?);
    /// // Tiny links hold the number of the page.
    /// assert_eq!(page, PageReference::parse("https://acme.atlassian.net/wiki/x/AgAB", &site)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str, site: &SiteUrl) -> Result<Self, InvalidReference> {
        let text = bare(text);
        let Some(address) = Address::read(text, site) else {
            return Ok(Self::Id(PageId::parse(text)?));
        };
        let address = address?;
        let segments = address.segments();
        let named = match &segments[..] {
            ["x", tiny] => from_tiny_link(tiny).map(Self::Id),
            ["display", space, title] => Self::titled(&decoded(space), plus_decoded(title)),
            ["pages", action] if action.ends_with(".action") => Self::of_action(&address),
            ["spaces", _, kind @ ("pages" | "blog"), rest @ ..] => number_in(kind, rest),
            _ => None,
        };
        let expected = "an address such as …/pages/65538/Title, …/pages/viewpage.action?pageId=65538, \
                        …/display/DOCS/Title or …/x/AgAB";
        named.ok_or_else(|| address.names_no("page", expected))
    }

    /// `viewpage.action?pageId=65538` and its relatives, or `?spaceKey=DOCS&title=Release+notes`.
    fn of_action(address: &Address<'_>) -> Option<Self> {
        if let Some(id) = address.parameter("pageId") {
            return PageId::parse(&id).ok().map(Self::Id);
        }
        Self::titled(&address.parameter("spaceKey"), address.parameter("title"))
    }

    fn titled(space: &Option<String>, title: Option<String>) -> Option<Self> {
        let space = SpaceKey::parse(space.as_deref()?).ok()?;
        let title = title.filter(|title| !title.trim().is_empty())?;
        Some(Self::Title { space, title })
    }
}

/// `/pages/65538/Title`, `/pages/edit-v2/65538`, `/blog/2026/09/14/65538/Title`.
fn number_in(kind: &str, rest: &[&str]) -> Option<PageReference> {
    let at = match (kind, rest.first()) {
        ("blog", _) => 3,
        (_, Some(first)) if first.starts_with("edit") => 1,
        _ => 0,
    };
    PageId::parse(rest.get(at)?).ok().map(PageReference::Id)
}

/// A title in a path, where a plus stands for a space.
fn plus_decoded(segment: &str) -> Option<String> {
    decoded(&segment.replace('+', " "))
}

/// The number in a tiny link: its bytes, the smallest first, in base64 with `_` for `+` and `-` for
/// `/`, without the `A`s (zeros) at its end (Atlassian's "How to programmatically generate the tiny
/// link of a Confluence page").
fn from_tiny_link(tiny: &str) -> Option<PageId> {
    /// Eight bytes in base64, without their padding.
    const DIGITS: usize = 11;
    if tiny.is_empty() || tiny.len() > DIGITS || tiny.contains(['+', '/']) {
        return None;
    }
    let standard = tiny.replace('_', "+").replace('-', "/");
    let bytes = STANDARD.decode(format!("{standard:A<DIGITS$}=")).ok()?;
    let number = u64::from_le_bytes(bytes.try_into().ok()?);
    let number = i64::try_from(number).ok().filter(|number| *number > 0)?;
    PageId::parse(&number.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, site: &str) -> Result<PageReference, InvalidReference> {
        PageReference::parse(text, &SiteUrl::parse(site).unwrap())
    }

    fn id(number: &str) -> Result<PageReference, InvalidReference> {
        Ok(PageReference::Id(PageId::parse(number).unwrap()))
    }

    const CLOUD: &str = "https://acme.atlassian.net/wiki";
    const OWN: &str = "https://a.example/confluence";

    #[test]
    fn a_page_is_named_by_its_number_or_by_any_address_that_holds_it() {
        for below in [
            "/spaces/DOCS/pages/65538",
            "/spaces/DOCS/pages/65538/Release+notes?focusedCommentId=7#comment",
            "/spaces/~557058%3Ax/pages/65538/x",
            "/spaces/DOCS/pages/edit-v2/65538",
            "/spaces/DOCS/blog/2026/09/14/65538/News",
            "/pages/viewpage.action?pageId=65538",
            "/pages/viewpage.action?spaceKey=DOCS&pageId=65538&title=x",
            "/pages/editpage.action?pageId=65538",
            "/x/AgAB",
            "/x/AgAB/",
        ] {
            for site in [CLOUD, OWN] {
                let address = format!("{site}{below}");
                assert_eq!(read(&address, site), id("65538"), "{address}");
            }
        }
        for given in [
            " 65538 ",
            "#65538",
            "`65538`",
            "[x](https://a.example/confluence/x/AgAB)",
        ] {
            assert_eq!(read(given, OWN), id("65538"), "{given}");
        }
    }

    #[test]
    fn old_addresses_name_a_page_by_space_and_title() {
        for (below, space, title) in [
            ("/display/DOCS/Release+notes", "DOCS", "Release notes"),
            ("/display/~jdoe/1+%2B+1%3D2%3F", "~jdoe", "1 + 1=2?"),
            (
                "/pages/viewpage.action?spaceKey=DOCS&title=Caf%C3%A9+menu",
                "DOCS",
                "Café menu",
            ),
        ] {
            let expected = PageReference::Title {
                space: SpaceKey::parse(space).unwrap(),
                title: title.to_owned(),
            };
            assert_eq!(read(&format!("{OWN}{below}"), OWN), Ok(expected), "{below}");
        }
    }

    #[test]
    fn addresses_that_name_no_page_or_another_site_are_refused() {
        for below in [
            "",
            "/display/DOCS",
            "/display/DOCS/2026/09/14/News",
            "/display/a%22b/Title",
            "/spaces/DOCS",
            "/spaces/DOCS/overview",
            "/spaces/DOCS/pages/x",
            "/pages/viewpage.action?pageId=1%2F..",
            "/pages/viewpage.action",
            "/x/",
            "/x/A",
            "/x/AgAB/AgAB",
            "/x/AAAAAAAAAAAAAAAA",
            "/browse/DEMO-1",
        ] {
            let error = read(&format!("{OWN}{below}"), OWN).unwrap_err();
            assert!(
                matches!(error, InvalidReference::NotNamed { .. }),
                "{below}"
            );
        }
        let elsewhere = read("https://a.example/pages/viewpage.action?pageId=1", OWN);
        assert!(matches!(elsewhere, Err(InvalidReference::OtherSite { .. })));
        assert!(matches!(
            read("Release notes", OWN),
            Err(InvalidReference::Id(_))
        ));
    }

    proptest! {
        #[test]
        fn every_number_survives_its_tiny_link(number in 1..=i64::MAX) {
            let digits = STANDARD.encode(number.to_le_bytes());
            let tiny = digits.trim_end_matches('=').trim_end_matches('A');
            let tiny = tiny.replace('/', "-").replace('+', "_");
            let found = from_tiny_link(&tiny).unwrap();
            prop_assert_eq!(found.as_str(), number.to_string());
        }

        #[test]
        fn no_address_breaks_the_reader(below in "\\PC{0,40}") {
            let _either = read(&format!("{OWN}/{below}"), OWN);
            let _either = read(&below, OWN);
        }
    }
}

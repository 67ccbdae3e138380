//! Ids of attachments, and the addresses that browsers and interfaces show for files.
//! The pages and issues they hang on have ids and addresses of their own.

use serde::Deserialize;

use super::address::{Address, decoded};
use super::{InvalidId, InvalidReference, LONGEST, PageId, invalid, is_number, text_form};
use crate::site::SiteUrl;

/// Number of a file in Jira, such as `10042`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct JiraAttachmentId(String);

/// Id of a file in Confluence, such as `att65590`. Written with the prefix, which tells it from the number
/// of a page; read without it, too, because some addresses and versions leave it out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ConfluenceAttachmentId(String);

/// How a file of Confluence is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfluenceAttachmentReference {
    /// By its id.
    Id(ConfluenceAttachmentId),
    /// By its page and its name, as the address of a download does.
    Named {
        /// The page it belongs to.
        page: PageId,
        /// Its exact name.
        file_name: String,
    },
}

text_form!(JiraAttachmentId ConfluenceAttachmentId);

/// What stands in front of the number of a file of Confluence.
const PREFIX: &str = "att";

impl JiraAttachmentId {
    /// Reads the number of an attachment.
    ///
    /// # Errors
    /// Anything but digits.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let id = text.trim();
        if id.len() <= LONGEST && is_number(id) {
            Ok(Self(id.to_owned()))
        } else {
            let expected = "the number of the attachment, such as 10042";
            Err(invalid("attachment id", expected, text))
        }
    }

    /// Reads the number of an attachment, or the address of one of this site. Nothing is fetched.
    ///
    /// # Errors
    /// Neither a number nor an address of this site that holds one.
    ///
    /// ```
    /// use atlassian::SiteUrl;
    /// use atlassian::ids::JiraAttachmentId;
    /// let site = SiteUrl::parse("https://jira.example.com/jira")?;
    /// let address = "https://jira.example.com/jira/secure/attachment/10042/trace.log";
    /// assert_eq!(JiraAttachmentId::from_reference(address, &site)?.as_str(), "10042");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_reference(text: &str, site: &SiteUrl) -> Result<Self, InvalidReference> {
        let Some(address) = Address::read(text, site) else {
            return Ok(Self::parse(text)?);
        };
        let address = address?;
        let named = match &address.segments()[..] {
            ["secure", "attachment" | "thumbnail", id, ..] => Some(*id),
            ["rest", "api", _, "attachment", "content" | "thumbnail", id] => Some(*id),
            ["rest", "api", _, "attachment", id] => Some(*id),
            _ => None,
        };
        let named = named.and_then(|id| Self::parse(id).ok());
        let expected = "an address such as …/secure/attachment/10042/trace.log";
        named.ok_or_else(|| address.names_no("attachment", expected))
    }
}

impl ConfluenceAttachmentId {
    /// Reads the id of an attachment, with or without `att` in front.
    ///
    /// # Errors
    /// Anything but digits behind the prefix.
    ///
    /// ```
    /// use atlassian::ids::ConfluenceAttachmentId;
    /// assert_eq!(ConfluenceAttachmentId::parse("65590")?.as_str(), "att65590");
    /// assert!(ConfluenceAttachmentId::parse("att65590/../x").is_err());
    /// # Ok::<(), atlassian::ids::InvalidId>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let id = text.trim();
        let number = id.strip_prefix(PREFIX).unwrap_or(id);
        if id.len() <= LONGEST && is_number(number) {
            Ok(Self(format!("{PREFIX}{number}")))
        } else {
            let expected = "att and a number, such as att65590";
            Err(invalid("attachment id", expected, text))
        }
    }

    /// The number behind the prefix.
    #[must_use]
    pub fn number(&self) -> &str {
        self.0.strip_prefix(PREFIX).unwrap_or(&self.0)
    }
}

impl ConfluenceAttachmentReference {
    /// Reads the id of an attachment, or the address of one of this site. Nothing is fetched.
    ///
    /// # Errors
    /// Neither an id nor an address of this site that names an attachment.
    ///
    /// ```
    /// use atlassian::SiteUrl;
    /// use atlassian::ids::ConfluenceAttachmentReference;
    /// let site = SiteUrl::parse("https://acme.atlassian.net/wiki")?;
    /// // The preview of a file holds its page, its number and its name.
    /// let address = "https://acme.atlassian.net/wiki/spaces/DOCS/pages/65538/Title\
    ///                ?preview=%2F65538%2F65590%2Fplan.png";
    /// let attachment = ConfluenceAttachmentReference::parse(address, &site)?;
    /// assert_eq!(attachment, ConfluenceAttachmentReference::parse("att65590", &site)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str, site: &SiteUrl) -> Result<Self, InvalidReference> {
        let Some(address) = Address::read(text, site) else {
            return Ok(Self::Id(ConfluenceAttachmentId::parse(text)?));
        };
        let address = address?;
        let named = match &address.segments()[..] {
            ["download", "attachments" | "thumbnails", page, name] => Self::named(page, name),
            ["rest", "api", "content", _, "child", "attachment", id, ..]
            | ["rest", "api", "content", id]
            | ["api", "v2", "attachments", id] => Self::with_prefix(id),
            _ => preview(&address),
        };
        let expected = "an address such as …/download/attachments/65538/plan.png";
        named.ok_or_else(|| address.names_no("attachment", expected))
    }

    fn named(page: &str, name: &str) -> Option<Self> {
        let file_name = decoded(&name.replace('+', " "))?;
        let page = PageId::parse(page).ok()?;
        Some(Self::Named { page, file_name })
    }

    /// In addresses of the interface a number without the prefix is that of a page.
    fn with_prefix(id: &str) -> Option<Self> {
        let id = id.starts_with(PREFIX).then_some(id)?;
        ConfluenceAttachmentId::parse(id).ok().map(Self::Id)
    }
}

/// `?preview=/65538/65590/plan.png`, which browsers show while a file is open above its page.
fn preview(address: &Address<'_>) -> Option<ConfluenceAttachmentReference> {
    let shown = address.parameter("preview")?;
    let id = shown.split('/').nth(2)?;
    let id = ConfluenceAttachmentId::parse(id).ok()?;
    Some(ConfluenceAttachmentReference::Id(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JIRA: &str = "https://a.example/jira";
    const WIKI: &str = "https://a.example/wiki";

    fn jira(text: &str) -> Result<JiraAttachmentId, InvalidReference> {
        JiraAttachmentId::from_reference(text, &SiteUrl::parse(JIRA).unwrap())
    }

    fn wiki(text: &str) -> Result<ConfluenceAttachmentReference, InvalidReference> {
        ConfluenceAttachmentReference::parse(text, &SiteUrl::parse(WIKI).unwrap())
    }

    #[test]
    fn a_file_of_jira_is_named_by_its_number_or_by_any_address_that_holds_it() {
        assert_eq!(jira(" 10042 ").unwrap().as_str(), "10042");
        for below in [
            "/secure/attachment/10042/trace.log",
            "/secure/attachment/10042/",
            "/secure/thumbnail/10042/_thumb_10042.png",
            "/rest/api/2/attachment/content/10042",
            "/rest/api/3/attachment/content/10042?redirect=false",
            "/rest/api/3/attachment/10042",
        ] {
            let found = jira(&format!("{JIRA}{below}")).unwrap();
            assert_eq!(found.as_str(), "10042", "{below}");
        }
    }

    #[test]
    fn a_file_of_confluence_is_named_by_its_id_or_by_any_address_that_holds_it() {
        let id = ConfluenceAttachmentId::parse("att65590").unwrap();
        assert_eq!((id.as_str(), id.number()), ("att65590", "65590"));
        let expected = ConfluenceAttachmentReference::Id(id);
        for reference in [
            "att65590".to_owned(),
            " 65590 ".to_owned(),
            format!("{WIKI}/rest/api/content/65538/child/attachment/att65590/download"),
            format!("{WIKI}/rest/api/content/att65590"),
            format!("{WIKI}/api/v2/attachments/att65590"),
            format!(
                "{WIKI}/pages/viewpage.action?pageId=65538&preview=%2F65538%2F65590%2Fa%20b.png"
            ),
        ] {
            assert_eq!(wiki(&reference), Ok(expected.clone()), "{reference}");
        }
    }

    #[test]
    fn the_address_of_a_download_names_page_and_file() {
        for name in ["a%20b+c%C3%A4.png?version=2&api=v2", "a+b%20cä.png"] {
            let found = wiki(&format!("{WIKI}/download/attachments/65538/{name}")).unwrap();
            let ConfluenceAttachmentReference::Named { page, file_name } = found else {
                panic!("expected page and name, not {found:?}");
            };
            assert_eq!((page.as_str(), file_name.as_str()), ("65538", "a b cä.png"));
        }
    }

    #[test]
    fn other_sites_and_what_names_no_file_are_refused() {
        for below in [
            "/secure/attachment/x/trace.log",
            "/secure/attachment/1%2F../x",
            "/rest/api/3/attachment/content",
            "/browse/DEMO-1",
        ] {
            let error = jira(&format!("{JIRA}{below}")).unwrap_err();
            assert!(
                matches!(error, InvalidReference::NotNamed { .. }),
                "{below}"
            );
        }
        for below in [
            "/download/attachments/x/plan.png",
            "/download/attachments/65538",
            "/rest/api/content/65538",
            "/spaces/DOCS/pages/65538?preview=%2F65538",
            "/spaces/DOCS/pages/65538",
        ] {
            let error = wiki(&format!("{WIKI}{below}")).unwrap_err();
            assert!(
                matches!(error, InvalidReference::NotNamed { .. }),
                "{below}"
            );
        }
        let elsewhere = jira("https://evil.example/jira/secure/attachment/10042/trace.log");
        assert!(matches!(elsewhere, Err(InvalidReference::OtherSite { .. })));
        for text in ["", "trace.log", "att", "-1", "10042/..", "att65590?x"] {
            assert!(jira(text).is_err() && wiki(text).is_err(), "{text:?}");
        }
    }
}

//! Finds the page an argument names, by id or by pasted address.
//! What an address can look like is known to `atlassian::ids`.

use atlassian::Confluence;
use atlassian::ids::PageReference;
use atlassian::model::Page;
use mcp::Failure;

use crate::identity::Access;

/// The page with its content. An address is read, never fetched, and has to be of the configured site.
pub(super) async fn page(
    confluence: &Access<'_, Confluence>,
    named: &str,
) -> Result<Page, Failure> {
    let (site, credential) = (confluence.site, confluence.credential);
    let reference = PageReference::parse(named, site.base_url());
    let page = match reference.map_err(|error| Failure::new(error.to_string()))? {
        PageReference::Id(id) => site.page(credential, &id).await,
        PageReference::Title { space, title } => {
            site.page_by_title(credential, &space, &title).await
        }
    };
    page.map_err(|error| confluence.failure(&error))
}

/// Why a text can be no title, if it cannot: Confluence takes 255 characters on one line.
pub(super) fn title(text: &str) -> Result<&str, Failure> {
    let title = text.trim();
    if title.is_empty() {
        return Err(Failure::new("the title is empty: give the page a title"));
    }
    if title.chars().count() > 255 || title.contains(['\n', '\r']) {
        let text = "the title is too long: Confluence takes 255 characters on one line";
        return Err(Failure::new(text));
    }
    Ok(title)
}

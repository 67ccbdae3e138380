//! The tool that makes pages.

use atlassian::ids::SpaceKey;
use atlassian::markup::storage;
use atlassian::model::{NewPage, Page};
use atlassian::{Confluence, Error};
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::content::{ContentFormat, destination};
use super::{naming, receipt};
use crate::identity::{Access, Caller};
use crate::tools::arguments::named;

/// What the page is to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CreateConfluencePage {
    /// Key of the space.
    space_key: String,
    /// Title, unique within the space.
    title: String,
    /// Content of the page, written as `content_format` says.
    content: String,
    /// How `content` is written; Markdown without.
    #[serde(default)]
    content_format: ContentFormat,
    /// Id or URL of the page to put it below.
    parent_id: Option<String>,
    /// Only show what would be made.
    #[serde(default)]
    dry_run: bool,
}

impl Tool<Caller> for CreateConfluencePage {
    const NAME: &'static str = "create-confluence-page";
    const TITLE: &'static str = "Create a Confluence page";
    const DESCRIPTION: &'static str = "Makes a Confluence page from Markdown, storage format or wiki markup. \
        To change one that exists use update-confluence-page.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Additive,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let space = SpaceKey::parse(&self.space_key);
        let space = space.map_err(|error| Failure::new(error.to_string()))?;
        let title = naming::title(&self.title)?;
        let content = self.content_format.read(&self.content)?;
        let parent = match named(self.parent_id.as_ref()) {
            Some(named) => Some(parent(&confluence, named, &space).await?),
            None => None,
        };
        let storage = content.to_storage(destination(&confluence).await?);
        let new = NewPage {
            space: &space,
            parent: parent.as_ref(),
            title,
            storage: &storage,
        };
        let text = if self.dry_run {
            rehearsed(&confluence, &new).await?
        } else {
            made(&confluence, &new).await?
        };
        Ok(Answer::new(text).with_metadata(confluence.metadata(None)))
    }
}

/// The page above, which Confluence wants in the same space.
async fn parent(
    confluence: &Access<'_, Confluence>,
    named: &str,
    space: &SpaceKey,
) -> Result<Page, Failure> {
    let parent = naming::page(confluence, named).await?;
    let elsewhere = parent.space.as_ref().and_then(|space| space.key.as_deref());
    match elsewhere.filter(|key| !key.eq_ignore_ascii_case(space.as_str())) {
        None => Ok(parent),
        Some(key) => Err(Failure::new(format!(
            "page {} is in space {key}, and a page of space {space} cannot stand below it\n\nNext step: \
             give space_key {key}, or a parent_id of space {space}",
            parent.id
        ))),
    }
}

async fn made(confluence: &Access<'_, Confluence>, new: &NewPage<'_>) -> Result<String, Failure> {
    let made = confluence
        .site
        .create_page(confluence.credential, new)
        .await;
    Ok(match made.map_err(|error| confluence.failure(&error))? {
        Some(page) => receipt::written("The page was made.", &page),
        None => format!(
            "Confluence made the page {:?} in space {} and did not tell its id.",
            new.title, new.space
        ),
    })
}

/// Looks whether the title is free and shows the page as it will read. Makes nothing.
async fn rehearsed(
    confluence: &Access<'_, Confluence>,
    new: &NewPage<'_>,
) -> Result<String, Failure> {
    let (site, credential) = (confluence.site, confluence.credential);
    match site.page_by_title(credential, new.space, new.title).await {
        Ok(page) => return Err(confluence.failure(&Error::taken(new.space, &page))),
        Err(Error::NotFound { what, .. }) if what.starts_with("page ") => {}
        Err(error) => return Err(confluence.failure(&error)),
    }
    let place = new
        .parent
        .map_or_else(String::new, |parent| format!(" below page {}", parent.id));
    let mut out = format!(
        "Nothing was written (dry_run). This would make the page {:?} in space {}{place}:\n\n",
        new.title, new.space
    );
    receipt::fenced(&mut out, "markdown", &storage::to_markdown(new.storage));
    Ok(out)
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<CreateConfluencePage>()];

//! Tools that read pages.

mod markdown;

use atlassian::Confluence;
use atlassian::ids::{PageId, SpaceKey};
use atlassian::model::Page;
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::identity::{Access, Caller};

/// How many comments and versions are shown with a page.
const AT_MOST: u32 = 25;

/// Which page, and what else to show of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetConfluencePage {
    /// Number of the page. Either this, or `title` and `space_key`.
    page_id: Option<String>,
    /// Exact title of the page; needs `space_key`.
    title: Option<String>,
    /// Key of the space the title is looked up in.
    space_key: Option<String>,
    /// Also show the newest comments.
    #[serde(default)]
    include_comments: bool,
    /// Also show who changed the page and when.
    #[serde(default)]
    include_history: bool,
}

/// How a page is named.
enum Which {
    Id(PageId),
    Title(SpaceKey, String),
}

impl Tool<Caller> for GetConfluencePage {
    const NAME: &'static str = "get-confluence-page";
    const TITLE: &'static str = "Read a Confluence page";
    const DESCRIPTION: &'static str = "Shows one Confluence page as Markdown, named by page_id or by title \
        and space_key; on request also its newest comments and its history.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::ReadOnly,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let which = self.which()?;
        let told = |error: atlassian::Error| confluence.failure(&error);
        let page = find(&confluence, &which).await.map_err(told)?;
        let mut text = markdown::page(&page);
        if self.include_comments {
            let (site, credential) = (confluence.site, confluence.credential);
            let comments = site.page_comments(credential, &page.id, AT_MOST).await;
            markdown::comments(&mut text, &comments.map_err(told)?);
        }
        if self.include_history {
            let (site, credential) = (confluence.site, confluence.credential);
            let versions = site.page_versions(credential, &page.id, AT_MOST).await;
            markdown::history(&mut text, &versions.map_err(told)?);
        }
        Ok(Answer::new(text).with_metadata(confluence.metadata(None)))
    }
}

impl GetConfluencePage {
    fn which(&self) -> Result<Which, Failure> {
        match (&self.page_id, &self.title, &self.space_key) {
            (Some(id), _, _) => PageId::parse(id).map(Which::Id),
            (None, Some(title), Some(key)) => {
                SpaceKey::parse(key).map(|key| Which::Title(key, title.clone()))
            }
            (None, _, _) => {
                let text = "name the page: give page_id, or both title and space_key";
                return Err(Failure::new(text));
            }
        }
        .map_err(|error| Failure::new(error.to_string()))
    }
}

async fn find(
    confluence: &Access<'_, Confluence>,
    which: &Which,
) -> Result<Page, atlassian::Error> {
    let (site, credential) = (confluence.site, confluence.credential);
    match which {
        Which::Id(id) => site.page(credential, id).await,
        Which::Title(space, title) => site.page_by_title(credential, space, title).await,
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<GetConfluencePage>()];

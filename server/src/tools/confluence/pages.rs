//! Tools that read pages one by one, and what other readers of pages share with them.

pub(crate) mod markdown;
pub(crate) mod reading;
mod threads;

use atlassian::ids::{InvalidReference, PageId, PageReference, SpaceKey};
use atlassian::model::Page;
use atlassian::{Confluence, Error};
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Budget, Place, Reading, Share};
use crate::identity::{Access, Caller};
use crate::tools::arguments::named;

/// Reading what other people wrote.
pub(super) const READ: Annotations = Annotations {
    effect: Effect::ReadOnly,
    reach: Reach::OpenWorld,
};

/// How many versions are shown with a page.
const AT_MOST: u32 = 25;

/// How many attached files are listed with a page.
const MOST_FILES: u32 = 100;

/// Which page, and what else to show of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetConfluencePage {
    /// Number of the page, or its URL. Either this, or `title` and `space_key`.
    page_id: Option<String>,
    /// Exact title of the page; needs `space_key`.
    title: Option<String>,
    /// Key of the space the title is looked up in.
    space_key: Option<String>,
    /// Also show the comments, newest threads first.
    #[serde(default)]
    include_comments: bool,
    /// Also show who changed the page and when.
    #[serde(default)]
    include_history: bool,
    /// Also list the attached files.
    #[serde(default)]
    include_attachments: bool,
    /// Longest answer in characters, 1000 to 100000; 24000 if left out.
    max_chars: Option<i64>,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

/// How a page is named.
#[derive(Debug)]
pub(crate) enum Which {
    Id(PageId),
    Title(SpaceKey, String),
}

impl Tool<Caller> for GetConfluencePage {
    const NAME: &'static str = "get-confluence-page";
    const TITLE: &'static str = "Read a Confluence page";
    const DESCRIPTION: &'static str = "Shows one Confluence page as Markdown, named by page_id or by title \
        and space_key; on request also its newest comments, its history and its attached files.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let which = Which::of(&confluence, [&self.page_id, &self.title, &self.space_key])?;
        let mut reading = Reading::within(Budget::of(self.max_chars));
        let page = which.read(&confluence).await?;
        match named(self.cursor.as_ref()).map(Place::parse).transpose()? {
            None => self.tell(&mut reading, &confluence, &page).await?,
            Some(Place::Text { offset, length }) => {
                reading::rest(&mut reading, &page, (offset, length))?;
            }
            Some(Place::Threads { skip, told, offset }) => {
                reading.say(format_args!("Page {} (continued)", page.id));
                let from = threads::From { skip, told, offset };
                threads::read(&mut reading, &confluence, &page, from).await?;
            }
            Some(Place::Comments { .. } | Place::Passages { .. } | Place::Page { .. }) => {
                return Err(Place::of_another_tool());
            }
        }
        Ok(Answer::new(reading.into_text()).with_metadata(confluence.metadata(None)))
    }
}

impl GetConfluencePage {
    async fn tell(
        &self,
        reading: &mut Reading,
        confluence: &Access<'_, Confluence>,
        page: &Page,
    ) -> Result<(), Failure> {
        let alone = !self.include_comments && !self.include_history && !self.include_attachments;
        let share = if alone { Share::All } else { Share::Half };
        reading::page(reading, page, share);
        if self.include_attachments {
            let (site, credential) = (confluence.site, confluence.credential);
            let files = site
                .attachments(credential, &page.id, MOST_FILES, None)
                .await;
            let files = files.map_err(|error| confluence.failure(&error))?;
            reading::attachments(reading, &files);
        }
        if self.include_comments {
            let beginning = threads::From::default();
            threads::read(reading, confluence, page, beginning).await?;
        }
        if self.include_history {
            let (site, credential) = (confluence.site, confluence.credential);
            // One more than is shown tells whether there are more.
            let versions = site
                .page_versions(credential, &page.id, page.kind, AT_MOST + 1)
                .await;
            let versions = versions.map_err(|error| confluence.failure(&error))?;
            reading::history(reading, &versions, AT_MOST as usize);
        }
        Ok(())
    }
}

impl Which {
    /// Reads the arguments `page_id`, `title` and `space_key`.
    pub(crate) fn of(
        confluence: &Access<'_, Confluence>,
        arguments: [&Option<String>; 3],
    ) -> Result<Self, Failure> {
        match arguments.map(|argument| named(argument.as_ref())) {
            [Some(id), _, _] => match PageReference::parse(id, confluence.site.base_url()) {
                Ok(PageReference::Id(id)) => Ok(Self::Id(id)),
                Ok(PageReference::Title { space, title }) => Ok(Self::Title(space, title)),
                Err(error @ InvalidReference::Id(_)) => Err(Failure::new(format!(
                    "{error}; a title is given as `title`, with `space_key`, and search-confluence finds \
                     numbers"
                ))),
                Err(error) => Err(Failure::new(error.to_string())),
            },
            [None, Some(title), Some(key)] => match SpaceKey::parse(key) {
                Ok(key) => Ok(Self::Title(key, title.to_owned())),
                Err(error) => Err(Failure::new(error.to_string())),
            },
            [None, _, _] => {
                let text = "name the page: give page_id, or both title and space_key; search-confluence finds both";
                Err(Failure::new(text))
            }
        }
    }

    /// A title that was guessed is found by search, so that is the next step.
    fn failure(&self, confluence: &Access<'_, Confluence>, error: &Error) -> Failure {
        match (self, error) {
            (Self::Title(..), Error::NotFound { .. }) => Failure::new(format!(
                "{error}\n\nNext step: check the spelling, small and capital letters included, or find the page with \
                 search-confluence, by words of its title"
            ))
            .with_metadata(confluence.metadata(None)),
            _ => confluence.failure(error),
        }
    }

    /// Reads the page from Confluence, with the names of those it mentions.
    pub(crate) async fn read(&self, confluence: &Access<'_, Confluence>) -> Result<Page, Failure> {
        let (site, credential) = (confluence.site, confluence.credential);
        let page = match self {
            Self::Id(id) => site.page(credential, id).await,
            Self::Title(space, title) => site.page_by_title(credential, space, title).await,
        };
        let mut page = page.map_err(|error| self.failure(confluence, &error))?;
        site.name_mentions(credential, page.body.as_mut()).await;
        Ok(page)
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<GetConfluencePage>()];

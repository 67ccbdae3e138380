//! The tool that changes pages: what it is told, and the order in which things are looked at.
//! How content is changed is in `change`, what is told of it in `rehearsal` and `conflict`.

mod change;
mod conflict;
mod rehearsal;

use atlassian::model::{NextVersion, Page};
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::content::{ContentFormat, destination};
use super::{naming, receipt};
use crate::identity::Caller;
use crate::tools::arguments::said;
use crate::tools::confirmation;
use change::Change;

/// Which page, and what to change of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UpdateConfluencePage {
    /// Id or URL of the page.
    page_id: String,
    /// New title; the old one stays without.
    title: Option<String>,
    /// New content: of the whole page, unless `section`, `append` or `find` says otherwise.
    content: Option<String>,
    /// How `content` is written; Markdown without.
    #[serde(default)]
    content_format: ContentFormat,
    /// Heading of the section whose content is replaced; all else stays as it is.
    section: Option<String>,
    /// Add `content` at the end of the page, or of `section`, instead of replacing.
    #[serde(default)]
    append: bool,
    /// Exact text that occurs once on the page; `content` replaces it as plain text.
    find: Option<String>,
    /// Number of the version you have read: if the page has another by now, nothing is written.
    version: Option<u64>,
    /// The same as `version`.
    expected_version: Option<u64>,
    /// Write even if macros of the page get lost, or `content` is empty.
    #[serde(default)]
    force: bool,
    /// Only show the change, as a unified diff.
    #[serde(default)]
    dry_run: bool,
}

impl Tool<Caller> for UpdateConfluencePage {
    const NAME: &'static str = "update-confluence-page";
    const TITLE: &'static str = "Change a Confluence page";
    const DESCRIPTION: &'static str = "Changes a Confluence page: one section, an addition at its end, an exact \
        text, its title, or all of it. Prefer the smallest change and give the version you have read.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Destructive,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let change = Change::of(&self)?;
        let expected = self.expected()?;
        let page = naming::page(&confluence, &self.page_id).await?;
        if let Some(expected) = expected {
            conflict::check(&confluence, &page, expected).await?;
        }
        let before = before(&page)?;
        let storage = change.applied_to(before, destination(&confluence).await?)?;
        let title = match said(self.title.as_ref()) {
            Some(title) => naming::title(title)?,
            None => &page.title,
        };
        let next = NextVersion {
            title,
            storage: &storage,
            message: None,
        };
        let text = if storage == before && title == page.title {
            receipt::written("The page is like this already; nothing was written.", &page)
        } else if self.dry_run {
            rehearsal::told(&page, before, &next)
        } else {
            let question = rehearsal::question(&page, before, &next);
            confirmation::obtained(&confluence, context, question).await?;
            let (site, credential) = (confluence.site, confluence.credential);
            let saved = site.update_page(credential, &page, &next).await;
            saved_as(&page, saved.map_err(|error| confluence.failure(&error))?)
        };
        Ok(Answer::new(text).with_metadata(confluence.metadata(None)))
    }
}

impl UpdateConfluencePage {
    /// The version the caller has read; both arguments mean the same.
    fn expected(&self) -> Result<Option<u64>, Failure> {
        match (self.version, self.expected_version) {
            (Some(one), Some(other)) if one != other => Err(Failure::new(format!(
                "version {one} and expected_version {other} differ: give the number of the version you \
                 have read as one of them"
            ))),
            (one, other) => Ok(one.or(other)),
        }
    }
}

/// The content that is there. Without it nothing can be told of what a change would do.
fn before(page: &Page) -> Result<&str, Failure> {
    let storage = page.body.as_ref().and_then(|body| body.storage());
    storage.ok_or_else(|| {
        Failure::new(format!(
            "Confluence does not tell the content of page {}, so it is not changed\n\nNext step: check in a \
             browser whether this account may see the page",
            page.id
        ))
    })
}

fn saved_as(page: &Page, saved: Option<Page>) -> String {
    match saved {
        Some(saved) => receipt::written("The page was changed.", &saved),
        None => receipt::written(
            "The page was changed. Confluence did not tell its new version; before it was:",
            page,
        ),
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<UpdateConfluencePage>()];

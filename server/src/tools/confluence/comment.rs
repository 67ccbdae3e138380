//! The tool that comments on pages.

use atlassian::markup::storage;
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::content::{ContentFormat, destination};
use super::{naming, receipt};
use crate::identity::Caller;
use crate::tools::markdown::{line, line_if};

/// Which page, and what to say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CommentConfluencePage {
    /// Id or URL of the page.
    page_id: String,
    /// The comment, in Markdown.
    comment: String,
    /// Only check and show what would be added.
    #[serde(default)]
    dry_run: bool,
}

impl Tool<Caller> for CommentConfluencePage {
    const NAME: &'static str = "comment-confluence-page";
    const TITLE: &'static str = "Comment on a Confluence page";
    const DESCRIPTION: &'static str = "Adds a comment at the foot of a Confluence page, for everybody who can \
        see the page.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Additive,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        if self.comment.trim().is_empty() {
            return Err(Failure::new("the comment is empty: say something"));
        }
        let content = ContentFormat::Markdown.read(&self.comment)?;
        let page = naming::page(&confluence, &self.page_id).await?;
        let storage = content.to_storage(destination(&confluence).await?);
        if self.dry_run {
            let mut text = format!(
                "Nothing was written (dry_run). This comment would be added to page {}:\n\n",
                page.id
            );
            receipt::fenced(&mut text, "markdown", &storage::to_markdown(&storage));
            return Ok(Answer::new(text).with_metadata(confluence.metadata(None)));
        }
        let (site, credential) = (confluence.site, confluence.credential);
        let added = site.add_comment(credential, &page, &storage).await;
        let added = added.map_err(|error| confluence.failure(&error))?;
        let mut facts = String::new();
        line(&mut facts, "Title", &page.title);
        line(&mut facts, "Page ID", &page.id);
        line_if(&mut facts, "Comment ID", added.map(|comment| comment.id));
        line(&mut facts, "URL", &page.url);
        let text = receipt::told("The comment was added.", &facts);
        Ok(Answer::new(text).with_metadata(confluence.metadata(None)))
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<CommentConfluencePage>()];

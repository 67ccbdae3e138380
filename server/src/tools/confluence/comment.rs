//! The tool that comments on pages.

use atlassian::Confluence;
use atlassian::ids::CommentId;
use atlassian::markup::storage;
use atlassian::model::Page;
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::content::{ContentFormat, destination};
use super::{naming, receipt};
use crate::identity::{Access, Caller};
use crate::tools::arguments::named;
use crate::tools::markdown::{line, line_if};

/// Which page, and what to say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CommentConfluencePage {
    /// Id or URL of the page.
    page_id: String,
    /// The comment, in Markdown.
    comment: String,
    /// Number of the comment on this page to reply to, as get-confluence-page shows it.
    reply_to: Option<String>,
    /// Only check and show what would be added.
    #[serde(default)]
    dry_run: bool,
}

impl Tool<Caller> for CommentConfluencePage {
    const NAME: &'static str = "comment-confluence-page";
    const TITLE: &'static str = "Comment on a Confluence page";
    const DESCRIPTION: &'static str = "Adds a comment at the foot of a Confluence page, or a reply to a comment \
        on it, for everybody who can see the page.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Additive,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        if self.comment.trim().is_empty() {
            return Err(Failure::new("the comment is empty: say something"));
        }
        let reply_to = named(self.reply_to.as_ref())
            .map(CommentId::parse)
            .transpose();
        let reply_to = reply_to.map_err(|error| Failure::new(error.to_string()))?;
        let content = ContentFormat::Markdown.read(&self.comment)?;
        let page = naming::page(&confluence, &self.page_id).await?;
        let storage = content.to_storage(destination(&confluence).await?);
        let text = if self.dry_run {
            rehearsed(&confluence, &page, &storage, reply_to.as_ref()).await?
        } else {
            added(&confluence, &page, &storage, reply_to.as_ref()).await?
        };
        Ok(Answer::new(text).with_metadata(confluence.metadata(None)))
    }
}

async fn rehearsed(
    confluence: &Access<'_, Confluence>,
    page: &Page,
    storage: &str,
    reply_to: Option<&CommentId>,
) -> Result<String, Failure> {
    let mut text = "Nothing was written (dry_run). ".to_owned();
    match reply_to {
        None => text.push_str("This comment would be added to page "),
        Some(id) => {
            let (site, credential) = (confluence.site, confluence.credential);
            let there = site.expect_comment(credential, page, id).await;
            there.map_err(|error| confluence.failure(&error))?;
            text = format!("{text}This reply to comment {id} would be added to page ");
        }
    }
    text = format!("{text}{}:\n\n", page.id);
    receipt::fenced(&mut text, "markdown", &storage::to_markdown(storage));
    Ok(text)
}

async fn added(
    confluence: &Access<'_, Confluence>,
    page: &Page,
    storage: &str,
    reply_to: Option<&CommentId>,
) -> Result<String, Failure> {
    let (site, credential) = (confluence.site, confluence.credential);
    let added = site.add_comment(credential, page, storage, reply_to).await;
    let added = added.map_err(|error| confluence.failure(&error))?;
    let mut facts = String::new();
    line(&mut facts, "Title", &page.title);
    line(&mut facts, "Page ID", &page.id);
    line_if(&mut facts, "Comment ID", added.and_then(|it| it.id));
    line_if(&mut facts, "Reply to", reply_to);
    line(&mut facts, "URL", &page.url);
    let sentence = match reply_to {
        None => "The comment was added.",
        Some(_) => "The reply was added.",
    };
    Ok(receipt::told(sentence, &facts))
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<CommentConfluencePage>()];

//! The tool that comments on issues.

use atlassian::model::ProjectKind;
use atlassian::{CommentAudience, Jira, Whereabouts};
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::writing::{issue_key, markdown, quoted, refused};
use crate::identity::{Access, Caller};
use crate::tools::markdown::{line, line_if};

/// Which issue, and what to say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CommentJiraIssue {
    /// Key or URL of the issue.
    issue_key: String,
    /// The comment, in Markdown.
    comment: String,
    /// Service desk only: false shows the comment to the customer, too.
    internal: Option<bool>,
    /// Only check and show what would be added.
    #[serde(default)]
    dry_run: bool,
}

impl Tool<Caller> for CommentJiraIssue {
    const NAME: &'static str = "comment-jira-issue";
    const TITLE: &'static str = "Comment on a Jira issue";
    const DESCRIPTION: &'static str = "Adds a comment to a Jira issue. On a service desk it is internal unless \
        asked otherwise; elsewhere everybody who sees the issue sees it.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Additive,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let key = issue_key(&jira, &self.issue_key)?;
        if self.comment.trim().is_empty() {
            return Err(refused(&jira, "the comment is empty", "say something"));
        }
        let comment = markdown(&jira, &self.comment)?;
        let there = jira.site.whereabouts(jira.credential, &key).await;
        let there = there.map_err(|error| jira.failure(&error))?;
        let audience = audience(&jira, &there, self.internal)?;
        let text = if self.dry_run {
            rehearsed(&jira, &there, comment, audience).await?
        } else {
            added(&jira, &there, comment, audience).await?
        };
        Ok(Answer::new(text).with_metadata(jira.metadata(None)))
    }
}

/// Internal where customers read along, or may do so, unless the caller says otherwise.
fn audience(
    jira: &Access<'_, Jira>,
    there: &Whereabouts,
    internal: Option<bool>,
) -> Result<CommentAudience, Failure> {
    match (there.project, internal) {
        (ProjectKind::Other, Some(true)) => {
            let why = format!(
                "{} is not on a service desk: everybody who sees it sees its comments",
                there.issue.key()
            );
            let next_step = "leave `internal` out if that is all right";
            Err(refused(jira, why, next_step))
        }
        (ProjectKind::Other, _) | (_, Some(false)) => Ok(CommentAudience::Everybody),
        (ProjectKind::ServiceDesk | ProjectKind::Unknown, _) => Ok(CommentAudience::Internal),
    }
}

/// Who will read it, for the caller.
pub(super) fn readers(there: &Whereabouts, audience: CommentAudience) -> &'static str {
    match (audience, there.project) {
        (CommentAudience::Internal, _) => "internal: customers do not see it",
        (CommentAudience::Everybody, ProjectKind::ServiceDesk) => "public: the customer sees it",
        (CommentAudience::Everybody, _) => "seen by everybody who sees the issue",
    }
}

async fn added(
    jira: &Access<'_, Jira>,
    there: &Whereabouts,
    markdown: &str,
    audience: CommentAudience,
) -> Result<String, Failure> {
    let (site, credential) = (jira.site, jira.credential);
    let added = site
        .add_comment(credential, &there.issue, markdown, audience)
        .await;
    let id = added
        .map_err(|error| jira.failure(&error))?
        .map(|comment| comment.id);
    let id = id.filter(|id| !id.is_empty());
    let mut text = format!(
        "The comment was added to {} ({}).\n\n",
        there.issue.key(),
        readers(there, audience)
    );
    line_if(&mut text, "Comment ID", id.as_ref());
    let focus = id.map(|id| format!("?focusedCommentId={id}"));
    line(
        &mut text,
        "URL",
        format!("{}{}", there.url, focus.unwrap_or_default()),
    );
    Ok(text)
}

async fn rehearsed(
    jira: &Access<'_, Jira>,
    there: &Whereabouts,
    markdown: &str,
    audience: CommentAudience,
) -> Result<String, Failure> {
    let shown = jira.site.as_shown(markdown).await;
    let shown = shown.map_err(|error| jira.failure(&error))?;
    Ok(format!(
        "Nothing was written. Without dry_run this comment would be added to {} ({}):\n\n{}",
        there.issue.key(),
        readers(there, audience),
        quoted(&shown)
    ))
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<CommentJiraIssue>()];

//! Tools that read issues one by one, and what other readers of issues share with them.

mod assigned;
mod markdown;
pub(crate) mod reading;

use atlassian::ids::IssueKey;
use atlassian::model::{Issue, RemoteLink};
use atlassian::{Error, IssueDetail, Jira};
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Budget, Place, Reading, Share};
use crate::identity::{Access, Caller};
use crate::links::Links;
use crate::tools::arguments::named;

/// Reading what other people wrote.
pub(super) const READ: Annotations = Annotations {
    effect: Effect::ReadOnly,
    reach: Reach::OpenWorld,
};

/// How many comments come with an issue on request, …
const SOME_COMMENTS: u32 = 5;
/// … with a summary, …
const MORE_COMMENTS: u32 = 10;
/// … and where only comments are asked for.
const ONLY_COMMENTS: u32 = 25;

/// Which issue, and what else to show of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetJiraIssue {
    /// Key of the issue, such as DEMO-1, or its URL.
    issue_key: String,
    /// Also show the newest comments, links to pages outside Jira and the status history.
    #[serde(default)]
    include_comments: bool,
    /// Longest answer in characters, 1000 to 100000; 24000 if left out.
    max_chars: Option<i64>,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

impl Tool<Caller> for GetJiraIssue {
    const NAME: &'static str = "get-jira-issue";
    const TITLE: &'static str = "Read a Jira issue";
    const DESCRIPTION: &'static str = "Shows one Jira issue: summary, status, people, dates, links, \
        attached files and description as Markdown; on request also its newest comments and its status history.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let key = key_of(&jira, &self.issue_key)?;
        let mut reading = Reading::within(Budget::of(self.max_chars));
        if let Some(cursor) = named(self.cursor.as_ref()) {
            go_on(&mut reading, &jira, &key, Place::parse(cursor)?).await?;
        } else if self.include_comments {
            discussed(&mut reading, &jira, &key).await?;
        } else {
            let issue = jira
                .site
                .issue(jira.credential, &key, IssueDetail::Fields)
                .await;
            let issue = issue.map_err(|error| jira.failure(&error))?;
            reading.say(format_args!("# Jira Issue: {}", issue.key));
            reading::issue(&mut reading, &issue, Share::All);
        }
        Ok(Answer::new(reading.into_text()).with_metadata(jira.metadata(None)))
    }
}

/// Which issue to sum up.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SummarizeJiraIssue {
    /// Key of the issue, such as DEMO-1, or its URL.
    issue_key: String,
    /// Longest answer in characters, 1000 to 100000; 24000 if left out.
    max_chars: Option<i64>,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

impl Tool<Caller> for SummarizeJiraIssue {
    const NAME: &'static str = "summarize-jira-issue";
    const TITLE: &'static str = "Gather all about a Jira issue";
    const DESCRIPTION: &'static str = "Gathers what a summary of a Jira issue needs: its facts, description, \
        Confluence references, other links, status history and newest comments.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let key = key_of(&jira, &self.issue_key)?;
        let mut reading = Reading::within(Budget::of(self.max_chars));
        if let Some(cursor) = named(self.cursor.as_ref()) {
            go_on(&mut reading, &jira, &key, Place::parse(cursor)?).await?;
        } else {
            let links = Links::new(caller.confluence_address());
            summed_up(&mut reading, &jira, &key, links).await?;
        }
        Ok(Answer::new(reading.into_text()).with_metadata(jira.metadata(None)))
    }
}

/// The issue a call names by key or address.
pub(crate) fn key_of(jira: &Access<'_, Jira>, text: &str) -> Result<IssueKey, Failure> {
    IssueKey::from_reference(text, jira.site.base_url())
        .map_err(|error| Failure::new(error.to_string()))
}

/// What an issue's discussion is made of, read at the same time.
async fn gathered(
    jira: &Access<'_, Jira>,
    key: &IssueKey,
    comments: u32,
) -> Result<
    (
        Issue,
        atlassian::model::CommentPage,
        Result<Vec<RemoteLink>, Error>,
    ),
    Failure,
> {
    let (site, credential) = (jira.site, jira.credential);
    let (issue, comments, links) = tokio::join!(
        site.issue(credential, key, IssueDetail::WithStatusHistory),
        site.comments(credential, key, comments),
        site.remote_links(credential, key),
    );
    let told = |error: Error| jira.failure(&error);
    Ok((issue.map_err(told)?, comments.map_err(told)?, links))
}

/// Facts, description, links, status history and newest comments.
pub(crate) async fn discussed(
    reading: &mut Reading,
    jira: &Access<'_, Jira>,
    key: &IssueKey,
) -> Result<(), Failure> {
    let (issue, comments, links) = gathered(jira, key, SOME_COMMENTS).await?;
    reading.say(format_args!("# Jira Issue: {}", issue.key));
    reading::issue(reading, &issue, Share::Half);
    reading::remote_links(reading, links.as_deref());
    reading::status_history(reading, issue.status_history.as_ref());
    reading::comments(reading, &comments, 0, 0);
    Ok(())
}

async fn summed_up(
    reading: &mut Reading,
    jira: &Access<'_, Jira>,
    key: &IssueKey,
    mut references: Links,
) -> Result<(), Failure> {
    let (issue, comments, links) = gathered(jira, key, MORE_COMMENTS).await?;
    reading.say(format_args!("# Jira Issue Summary: {}", issue.key));
    reading::issue(reading, &issue, Share::Half);
    references.collect(
        &issue,
        &comments.comments,
        links.as_deref().unwrap_or_default(),
    );
    reading::list(
        reading,
        "Confluence References",
        &references.confluence_bullets(),
    );
    let others = links.map(|links| references.not_confluence(links));
    reading::remote_links(reading, others.as_deref());
    reading::status_history(reading, issue.status_history.as_ref());
    reading::comments(reading, &comments, 0, 0);
    Ok(())
}

/// Further parts of an issue, from a place that an earlier answer named.
async fn go_on(
    reading: &mut Reading,
    jira: &Access<'_, Jira>,
    key: &IssueKey,
    place: Place,
) -> Result<(), Failure> {
    let (site, credential) = (jira.site, jira.credential);
    reading.say(format_args!("# Jira Issue: {key}"));
    match place {
        Place::Text { offset, length } => {
            let issue = site.issue(credential, key, IssueDetail::Fields).await;
            let issue = issue.map_err(|error| jira.failure(&error))?;
            reading::rest_of_description(reading, &issue, (offset, length))
        }
        Place::Comments { skip, offset } => {
            let page = site
                .older_comments(credential, key, skip, ONLY_COMMENTS)
                .await;
            let page = page.map_err(|error| jira.failure(&error))?;
            reading::comments(reading, &page, skip, offset);
            Ok(())
        }
        Place::Threads { .. } | Place::Passages { .. } | Place::Page { .. } => {
            Err(Place::of_another_tool())
        }
    }
}

/// The tools of this file and of the list beside it.
pub(crate) const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<GetJiraIssue>(),
    Entry::of::<assigned::GetMyAssignedIssues>(),
    Entry::of::<SummarizeJiraIssue>(),
];

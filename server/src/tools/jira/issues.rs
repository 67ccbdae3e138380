//! Tools that read issues.

mod markdown;

use atlassian::ids::IssueKey;
use atlassian::model::{Cursor, IssuePage, User};
use atlassian::query::{IncludeDone, Jql};
use atlassian::{IssueDetail, IssueFields, Jira, SearchRequest};
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::identity::{Access, Caller};

/// Reading what other people wrote.
const READ: Annotations = Annotations {
    effect: Effect::ReadOnly,
    reach: Reach::OpenWorld,
};

/// How many comments are shown with an issue.
const COMMENTS: u32 = 5;

/// The fields of an issue that its author and its readers care about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetJiraIssue {
    /// Key of the issue, such as DEMO-1.
    issue_key: String,
    /// Also show the newest comments, the links to pages outside Jira and the status history.
    #[serde(default)]
    include_comments: bool,
}

impl Tool<Caller> for GetJiraIssue {
    const NAME: &'static str = "get-jira-issue";
    const TITLE: &'static str = "Read a Jira issue";
    const DESCRIPTION: &'static str = "Shows one Jira issue: summary, status, people, dates, links and \
        description as Markdown; on request also its newest comments and its status history.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let key = IssueKey::parse(&self.issue_key).map_err(|e| Failure::new(e.to_string()))?;
        let told = |error: atlassian::Error| jira.failure(&error);
        let text = if self.include_comments {
            let (site, credential) = (jira.site, jira.credential);
            let (issue, comments, links) = tokio::join!(
                site.issue(credential, &key, IssueDetail::WithStatusHistory),
                site.comments(credential, &key, COMMENTS),
                site.remote_links(credential, &key),
            );
            let (issue, comments) = (issue.map_err(told)?, comments.map_err(told)?);
            // Issue linking can be switched off; that must not hide the issue.
            markdown::issue_with_discussion(&issue, &comments, links.as_deref())
        } else {
            let issue = jira
                .site
                .issue(jira.credential, &key, IssueDetail::Fields)
                .await;
            markdown::issue(&issue.map_err(told)?)
        };
        Ok(Answer::new(text).with_metadata(jira.metadata(None)))
    }
}

/// The caller's own work list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetMyAssignedIssues {
    /// How many issues to show at most, 1 to 100.
    #[serde(default = "default_max_results")]
    #[schemars(range(min = 1, max = 100))]
    max_results: i64,
    /// Also show issues that are done.
    #[serde(default)]
    include_done: bool,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

const DEFAULT_MAX_RESULTS: u32 = 25;

fn default_max_results() -> i64 {
    DEFAULT_MAX_RESULTS.into()
}

impl Tool<Caller> for GetMyAssignedIssues {
    const NAME: &'static str = "get-my-assigned-issues";
    const TITLE: &'static str = "List my Jira issues";
    const DESCRIPTION: &'static str = "Lists the Jira issues assigned to the caller, highest priority \
        first, then newest; without those that are done unless asked for.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let done = if self.include_done {
            IncludeDone::Yes
        } else {
            IncludeDone::No
        };
        let request = SearchRequest {
            fields: IssueFields::Overview,
            limit: at_most(self.max_results),
            cursor: self.cursor.map(Cursor::new),
        };
        let found = jira
            .site
            .search(jira.credential, &Jql::assigned_to_me(done), request)
            .await;
        let found = found.map_err(|error| jira.failure(&error))?;
        let me = assignee(&jira, &found)
            .await
            .map_err(|error| jira.failure(&error))?;
        let text = markdown::assigned_issues(&found, me.label());
        Ok(Answer::new(text).with_metadata(jira.metadata(Some(me.label()))))
    }
}

/// As the Python server reads it: more than 100 is 100, less than 1 is the default.
fn at_most(max_results: i64) -> u32 {
    match max_results {
        ..1 => DEFAULT_MAX_RESULTS,
        1..=100 => u32::try_from(max_results).unwrap_or(DEFAULT_MAX_RESULTS),
        _ => 100,
    }
}

/// Whose issues these are: every hit names its assignee, so only an empty list costs a call.
async fn assignee(jira: &Access<'_, Jira>, found: &IssuePage) -> Result<User, atlassian::Error> {
    match found.issues.iter().find_map(|issue| issue.assignee.clone()) {
        Some(user) => Ok(user),
        None => jira.site.myself(jira.credential).await,
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<GetJiraIssue>(),
    Entry::of::<GetMyAssignedIssues>(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_results_is_kept_within_bounds() {
        for (asked, used) in [
            (-1, 25),
            (0, 25),
            (1, 1),
            (100, 100),
            (101, 100),
            (i64::MAX, 100),
        ] {
            assert_eq!(at_most(asked), used, "{asked}");
        }
    }
}

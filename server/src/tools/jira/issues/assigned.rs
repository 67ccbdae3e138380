//! The caller's own work list.

use atlassian::model::{Cursor, Issue, IssuePage, Total, User};
use atlassian::query::{IncludeDone, Jql};
use atlassian::{IssueFields, Jira, SearchRequest};
use mcp::{Annotations, Answer, CallContext, Failure, Tool, output_schema_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{READ, markdown};
use crate::answer::{Budget, Origin, Reading};
use crate::identity::{Access, Caller};
use crate::tools::arguments::named;
use crate::tools::markdown::{fitted, structured, total};

/// How much of the list to show.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetMyAssignedIssues {
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

/// The list for programs.
#[derive(Debug, Serialize, JsonSchema)]
struct AssignedIssues {
    issues: Vec<AssignedIssue>,
    /// How many there are in all, where Jira tells; on Cloud about.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// Where the list goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct AssignedIssue {
    key: String,
    url: String,
    summary: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_date: Option<String>,
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

    fn output_schema() -> Option<Value> {
        Some(output_schema_of::<AssignedIssues>())
    }

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
            cursor: named(self.cursor.as_ref()).map(Cursor::new),
        };
        let query = Jql::assigned_to_me(done);
        let found = jira.site.search(jira.credential, &query, request).await;
        let found = found.map_err(|error| jira.failure(&error))?;
        let me = assignee(&jira, &found).await;
        let me = me.map_err(|error| jira.failure(&error))?;
        let answer = Answer::new(told(&found, me.label()));
        let answer = answer.with_structured(structured(&AssignedIssues::from(&found)));
        Ok(answer.with_metadata(jira.metadata(Some(me.label()))))
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

fn told(found: &IssuePage, assignee: &str) -> String {
    if found.issues.is_empty() {
        return format!("No issues are assigned to {assignee}.");
    }
    let mut reading = Reading::within(Budget::DEFAULT);
    let (count, all) = (found.issues.len(), total(found.total));
    reading.say(format_args!(
        "{count} of {all} issues assigned to {assignee}:"
    ));
    let list = fitted(
        &found.issues,
        reading.room(),
        markdown::overview,
        markdown::short,
    );
    reading.quote(&Origin::default(), &list.text);
    if list.shortened > 0 {
        let shortened = list.shortened;
        reading.say(format_args!(
            "*The last {shortened} issues are shown by name only: ask for fewer with max_results.*"
        ));
    }
    if let Some(next) = &found.next {
        reading.say(format_args!(
            "More: call again with cursor `{}`.",
            next.as_str()
        ));
    }
    reading.into_text()
}

impl From<&IssuePage> for AssignedIssues {
    fn from(found: &IssuePage) -> Self {
        Self {
            issues: found.issues.iter().map(AssignedIssue::from).collect(),
            total: match found.total {
                Total::Exact(count) | Total::Approximate(count) => Some(count),
                Total::Unknown => None,
            },
            next_cursor: found.next.as_ref().map(|next| next.as_str().to_owned()),
        }
    }
}

impl From<&Issue> for AssignedIssue {
    fn from(issue: &Issue) -> Self {
        Self {
            key: issue.key.to_string(),
            url: issue.url.clone(),
            summary: issue.summary.clone().unwrap_or_default(),
            status: markdown::status(issue.status.as_ref()),
            priority: issue.priority.clone(),
            due_date: issue.due_date.clone(),
        }
    }
}

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

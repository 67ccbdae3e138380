//! The tool that creates issues.

mod checked;
mod plan;

use atlassian::Jira;
use atlassian::model::User;
use mcp::{Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::writing::quoted;
use crate::identity::{Access, Caller};
use crate::tools::arguments::said;
use crate::tools::markdown::{line, line_if};
use plan::Plan;

/// What the issue is to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CreateJiraIssue {
    /// Key or URL of the project.
    project_key: String,
    /// Title, one line.
    summary: String,
    /// Name of the issue type, such as Task.
    issue_type: String,
    /// Description, in Markdown.
    description: Option<String>,
    /// `me`, a name, e-mail address, user name or account id.
    assignee: Option<String>,
    /// Key or URL of the epic or parent issue.
    parent_key: Option<String>,
    /// Labels, without spaces.
    labels: Option<Vec<String>>,
    /// Name of the priority.
    priority: Option<String>,
    /// Day it is due, such as 2026-12-24.
    due_date: Option<String>,
    /// Further fields, by name or id.
    fields: Option<Map<String, Value>>,
    /// Only check and show what would be created.
    #[serde(default)]
    dry_run: bool,
}

impl Tool<Caller> for CreateJiraIssue {
    const NAME: &'static str = "create-jira-issue";
    const TITLE: &'static str = "Create a Jira issue";
    const DESCRIPTION: &'static str = "Creates a Jira issue. Wrong or missing projects, types, people and fields \
        are answered with what there is.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Additive,
        reach: Reach::OpenWorld,
    };

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let plan = Plan::make(&jira, &self).await?;
        let text = if self.dry_run {
            rehearsed(&jira, &self, &plan).await?
        } else {
            created(&jira, &self, plan).await?
        };
        Ok(Answer::new(text).with_metadata(jira.metadata(None)))
    }
}

async fn created(
    jira: &Access<'_, Jira>,
    asked: &CreateJiraIssue,
    plan: Plan,
) -> Result<String, Failure> {
    let facts = facts(asked, &plan);
    let created = jira
        .site
        .create_issue(
            jira.credential,
            &plan.project,
            &plan.issue_type,
            plan.filled,
        )
        .await;
    let created = created.map_err(|error| jira.failure(&error))?;
    let mut text = format!("Created {}: {}\n\n", created.key, asked.summary.trim());
    text.push_str(&facts);
    line(&mut text, "URL", &created.url);
    Ok(text)
}

async fn rehearsed(
    jira: &Access<'_, Jira>,
    asked: &CreateJiraIssue,
    plan: &Plan,
) -> Result<String, Failure> {
    if let Some(parent) = &plan.parent {
        let there = jira.site.whereabouts(jira.credential, parent).await;
        there.map_err(|error| jira.failure(&error))?;
    }
    let mut text = format!(
        "Nothing was created. Without dry_run this would create in project {}:\n\n",
        plan.project.key()
    );
    line(&mut text, "Title", asked.summary.trim());
    text.push_str(&facts(asked, plan));
    if let Some(markdown) = &plan.description {
        let shown = jira.site.as_shown(markdown).await;
        let shown = shown.map_err(|error| jira.failure(&error))?;
        text.push_str("\nDescription:\n\n");
        text.push_str(&quoted(&shown));
    }
    Ok(text)
}

/// What the words of the caller were taken for.
fn facts(asked: &CreateJiraIssue, plan: &Plan) -> String {
    let mut text = String::new();
    line(&mut text, "Type", &plan.issue_type.name);
    line_if(
        &mut text,
        "Assignee",
        plan.assignee.as_ref().map(User::label),
    );
    line_if(&mut text, "Parent", plan.parent.as_ref());
    line_if(
        &mut text,
        "Labels",
        asked
            .labels
            .as_ref()
            .filter(|labels| !labels.is_empty())
            .map(|it| it.join(", ")),
    );
    line_if(&mut text, "Priority", said(asked.priority.as_ref()));
    line_if(&mut text, "Due Date", said(asked.due_date.as_ref()));
    for (name, value) in asked.fields.iter().flatten() {
        line(&mut text, name, value);
    }
    text
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<CreateJiraIssue>()];

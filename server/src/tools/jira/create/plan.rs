//! The words of a caller as an issue that can be created, or what is wrong with them and what there is
//! instead. Nothing is written here.

use atlassian::ids::{IssueKey, ProjectKey};
use atlassian::model::{Filled, IssueType, User};
use atlassian::{AdmittedProject, Error, Jira, Meant};
use mcp::Failure;
use serde_json::{Map, Value, json};

use super::{CreateJiraIssue, checked};
use crate::identity::Access;
use crate::tools::arguments::{named, said};
use crate::tools::jira::writing::{issue_key, markdown, problem, refused};

/// An issue that can be created.
pub(super) struct Plan {
    pub(super) project: AdmittedProject,
    pub(super) issue_type: IssueType,
    pub(super) assignee: Option<User>,
    pub(super) parent: Option<IssueKey>,
    /// In Markdown.
    pub(super) description: Option<String>,
    pub(super) filled: Filled,
}

impl Plan {
    pub(super) async fn make(
        jira: &Access<'_, Jira>,
        asked: &CreateJiraIssue,
    ) -> Result<Self, Failure> {
        if let Some((why, next_step)) = checked::problem(asked) {
            return Err(refused(jira, why, next_step));
        }
        let description = said(asked.description.as_ref());
        let description = description.map(|text| markdown(jira, text)).transpose()?;
        let key = ProjectKey::from_reference(&asked.project_key, jira.site.base_url());
        let key = key.map_err(|error| Failure::new(error.to_string()))?;
        let parent = named(asked.parent_key.as_ref()).map(|text| issue_key(jira, text));
        let parent = parent.transpose()?;
        let (project, types) = project(jira, &key).await?;
        let issue_type = issue_type(jira, &key, types, &asked.issue_type)?;
        let (site, credential) = (jira.site, jira.credential);
        let screen = site.create_screen(credential, &project, &issue_type).await;
        let screen = screen.map_err(|error| jira.failure(&error))?;
        let assignee = match named(asked.assignee.as_ref()) {
            Some(wanted) => Some(assignee(jira, &project, wanted).await?),
            None => None,
        };
        let values = values(asked, assignee.as_ref(), parent.as_ref());
        let filled = screen.filled(&values);
        let filled = filled.map_err(|wrong| problem(jira, &wrong))?;
        if let Some(missing) = screen.missing(&filled) {
            return Err(problem(jira, &missing));
        }
        Ok(Self {
            description: description.map(str::to_owned),
            project,
            issue_type,
            assignee,
            parent,
            filled,
        })
    }
}

/// The project and its issue types, or which projects there are.
async fn project(
    jira: &Access<'_, Jira>,
    key: &ProjectKey,
) -> Result<(AdmittedProject, Vec<IssueType>), Failure> {
    let (site, credential) = (jira.site, jira.credential);
    let found = async {
        let project = site.admit_project(key)?;
        let types = site.issue_types(credential, &project).await?;
        Ok((project, types))
    };
    let error = match found.await {
        Ok(found) => return Ok(found),
        Err(error @ (Error::NotFound { .. } | Error::Rejected { status: 400, .. })) => error,
        Err(error) => return Err(jira.failure(&error)),
    };
    // The list is only help: without it the error is the same.
    let projects = site
        .creatable_projects(credential)
        .await
        .unwrap_or_default();
    let listed: Vec<String> = projects
        .iter()
        .map(|it| format!("{} ({})", it.key, it.name.as_deref().unwrap_or("no name")))
        .collect();
    if listed.is_empty() {
        return Err(jira.failure(&error));
    }
    let why = format!(
        "{error}\n\nProjects this account sees: {}",
        listed.join(", ")
    );
    Err(refused(jira, why, "use one of these"))
}

/// The type by name, by the name it has where nobody translated it, or by id; or which there are.
fn issue_type(
    jira: &Access<'_, Jira>,
    project: &ProjectKey,
    types: Vec<IssueType>,
    wanted: &str,
) -> Result<IssueType, Failure> {
    let wanted = wanted.trim().to_lowercase();
    let names = types.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let names = names.join(", ");
    let found = types.into_iter().find(|it| {
        let untranslated = it.untranslated_name.as_ref();
        it.name.to_lowercase() == wanted
            || untranslated.is_some_and(|name| name.to_lowercase() == wanted)
            || it.id == wanted
    });
    found.ok_or_else(|| {
        let why = format!("project {project} has no issue type {wanted:?}; it has: {names}");
        refused(jira, why, "use one of these")
    })
}

/// The one person who is meant, or who could be (B-36).
async fn assignee(
    jira: &Access<'_, Jira>,
    project: &AdmittedProject,
    wanted: &str,
) -> Result<User, Failure> {
    let meant = jira.site.assignee(jira.credential, project, wanted).await;
    let project = project.key();
    match meant.map_err(|error| jira.failure(&error))? {
        Meant::One(user) => Ok(user),
        Meant::Perhaps(users) => {
            let why = format!(
                "{wanted:?} does not say whom of project {project} it means:{}",
                candidates(&users)
            );
            Err(refused(jira, why, "use one of these ids as `assignee`"))
        }
        Meant::Nobody => {
            let why = format!("nobody called {wanted:?} can be assigned issues of {project}");
            let next_step =
                "give an e-mail address, user name or account id, or `me`, or leave `assignee` out";
            Err(refused(jira, why, next_step))
        }
    }
}

fn candidates(users: &[User]) -> String {
    let one = |user: &User| {
        let id = user.id.as_deref().unwrap_or("no id");
        let email = user.email.as_ref().map(|email| format!(", {email}"));
        format!("\n- `{id}`: {}{}", user.label(), email.unwrap_or_default())
    };
    users.iter().map(one).collect()
}

/// All that was said, by the id of its field.
fn values(
    asked: &CreateJiraIssue,
    assignee: Option<&User>,
    parent: Option<&IssueKey>,
) -> Map<String, Value> {
    let mut values = asked.fields.clone().unwrap_or_default();
    values.insert("summary".to_owned(), json!(asked.summary.trim()));
    let mut add = |field: &str, value: Option<Value>| {
        values.extend(value.map(|value| (field.to_owned(), value)));
    };
    let text = |argument| said(argument).map(Value::from);
    let labels = asked.labels.as_ref().filter(|labels| !labels.is_empty());
    add("description", text(asked.description.as_ref()));
    add(
        "assignee",
        assignee.and_then(|user| user.id.clone()).map(Value::from),
    );
    add("parent", parent.map(|key| json!(key.as_str())));
    add("labels", labels.map(|labels| json!(labels)));
    add("priority", text(asked.priority.as_ref()));
    add("duedate", text(asked.due_date.as_ref()));
    values
}

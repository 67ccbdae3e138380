//! `POST issue`: a new issue out of its fields.
//! What a project wants to be told is shown by `create_metadata`.

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::view::View;
use super::written::{self, Read};
use crate::moment::Moment;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Call, Sent};
use crate::site::refusal::Refusal;
use crate::store::jira::{Issue, IssueType, Project};

pub(super) fn routes(root: &str) -> Router<Site> {
    Router::new().route(&format!("{root}/issue"), post(create))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    fields: Map<String, Value>,
}

async fn create(
    call: Call,
    Sent(request): Sent<Request>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    call.params(&["updateHistory"])?;
    let mut store = call.site.shared.store();
    let view = View::of(&call, &store);
    let issue = new_issue(&view, &request.fields, call.site.shared.clock.now())?;
    let answer = json!({
        "id": issue.id.to_string(),
        "key": issue.key,
        "self": view.link(&format!("issue/{}", issue.id)),
    });
    call.carried_out("created issue", &issue.key);
    store.jira_mut(call.site.personality).issues.push(issue);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// The issue, or everything that is wrong with its fields.
fn new_issue(view: &View<'_>, fields: &Map<String, Value>, now: Moment) -> Result<Issue, Refusal> {
    let refused = |field: &str, why: &str| {
        Refusal::of_fields(Map::from_iter([(field.to_owned(), json!(why))]))
    };
    let project = fields.get("project").and_then(|it| project(view, it));
    let project = project.ok_or_else(|| refused("project", "valid project is required"))?;
    let kind = fields.get("issuetype").and_then(|it| issue_type(view, it));
    let kind = kind.ok_or_else(|| refused("issuetype", "The issue type selected is invalid."))?;

    let mut issue = blank(view, project, kind, now);
    let mut errors = Map::new();
    for (name, value) in fields {
        if let Err(why) = set(view, project, kind, &mut issue, name, value) {
            errors.insert(name.clone(), json!(why));
        }
    }
    let mut require = |missing: bool, field: &str, why: &str| {
        if missing && !errors.contains_key(field) {
            errors.insert(field.to_owned(), json!(why));
        }
    };
    require(
        issue.summary.is_empty(),
        "summary",
        "You must specify a summary of the issue.",
    );
    require(
        project.asks_location && issue.location.is_none(),
        "customfield_10040",
        "Standort is required.",
    );
    require(
        kind.subtask && issue.parent.is_none(),
        "parent",
        "Issue type is a sub-task but parent issue key or id not specified.",
    );
    if errors.is_empty() {
        Ok(issue)
    } else {
        Err(Refusal::of_fields(errors))
    }
}

fn project<'a>(view: &View<'a>, value: &Value) -> Option<&'a Project> {
    let (member, name) = written::sole(value)?;
    let known = matches!(member, "key" | "id");
    let found = view.jira.project_for(view.caller, name);
    found.filter(|project| known && (member == "id") == (project.id == name))
}

fn issue_type<'a>(view: &View<'a>, value: &Value) -> Option<&'a IssueType> {
    let (member, name) = written::sole(value)?;
    let mut types = view.jira.catalogue.issue_types.iter();
    types.find(|it| match member {
        "id" => it.id == name,
        "name" => it.name == name,
        _ => false,
    })
}

fn blank(view: &View<'_>, project: &Project, kind: &IssueType, now: Moment) -> Issue {
    let me = Some(view.caller.user_name.clone());
    let first = project.workflow.first();
    Issue {
        id: view.jira.next_id(),
        key: view.jira.next_key(&project.key),
        former_keys: Vec::new(),
        viewers: crate::store::Audience::Everybody,
        issue_type: kind.name.clone(),
        status: first.map_or_else(String::new, |step| step.to.clone()),
        summary: String::new(),
        description: None,
        environment: None,
        priority: Some("Medium".to_owned()),
        resolution: None,
        assignee: None,
        reporter: me.clone(),
        creator: me,
        created: now,
        updated: now,
        resolved: None,
        due: None,
        labels: Vec::new(),
        components: Vec::new(),
        fix_versions: Vec::new(),
        parent: None,
        story_points: None,
        location: None,
        links: Vec::new(),
        remote_links: Vec::new(),
        attachments: Vec::new(),
        comments: Vec::new(),
        history: Vec::new(),
    }
}

fn set(
    view: &View<'_>,
    project: &Project,
    kind: &IssueType,
    issue: &mut Issue,
    name: &str,
    value: &Value,
) -> Read<()> {
    let catalogue = &view.jira.catalogue;
    let text = |value| written::rich_text(view.deployment(), value);
    match name {
        "project" | "issuetype" => {}
        "summary" => issue.summary = written::line(value)?,
        "description" => issue.description = Some(text(value)?),
        "environment" => issue.environment = Some(text(value)?),
        "assignee" => issue.assignee = written::person(view, project, value)?,
        "labels" => issue.labels = written::labels(value)?,
        "duedate" => issue.due = Some(written::day(value)?),
        "priority" => {
            issue.priority = Some(written::one_of(&catalogue.priorities, "name", value)?);
        }
        "components" => {
            let list = value.as_array().ok_or("data was not an array")?;
            let one = |value| written::one_of(&catalogue.components, "name", value);
            issue.components = list.iter().map(one).collect::<Read<_>>()?;
        }
        "parent" => issue.parent = Some(parent(view, kind, value)?),
        "customfield_10016" => {
            issue.story_points = Some(value.as_f64().ok_or("Operation value must be a number")?);
        }
        "customfield_10040" if project.asks_location => {
            issue.location = Some(written::one_of(&catalogue.locations, "value", value)?);
        }
        _ => {
            return Err(format!(
                "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            ));
        }
    }
    Ok(())
}

/// On Data Center only sub-tasks have a parent; Cloud knows no other word for the epic of an issue.
fn parent(view: &View<'_>, kind: &IssueType, value: &Value) -> Read<String> {
    if view.deployment() == Deployment::DataCenter && !kind.subtask {
        let why = "Field 'parent' cannot be set. It is not on the appropriate screen, or unknown.";
        return Err(why.to_owned());
    }
    let found = match written::sole(value) {
        Some(("key" | "id", name)) => view.jira.issue_for(view.caller, name),
        _ => None,
    };
    let found = found.map(|issue| issue.key.clone());
    found.ok_or_else(|| "Could not find issue by id or key.".to_owned())
}

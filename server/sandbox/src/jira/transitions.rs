//! Transitions of an issue: which there are, and taking one.
//! The workflow they belong to is part of the project.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::view::View;
use super::written::{self, Read};
use crate::document::Document;
use crate::site::Site;
use crate::site::call::{Answer, Call, Sent};
use crate::site::refusal::Refusal;
use crate::store::jira::{Category, Change, ChangeItem, Comment, Issue, Jira, Project, Step};

/// Whether the fields of their screens are shown with transitions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Screens {
    Shown,
    Hidden,
}

pub(super) fn routes(root: &str) -> Router<Site> {
    let path = format!("{root}/issue/{{issue}}/transitions");
    Router::new().route(&path, get(transitions).post(transition))
}

async fn transitions(call: Call, Path(name): Path<String>) -> Answer {
    let params = call.params(&["expand", "transitionId"])?;
    let expand = params.expand(&["transitions.fields"])?;
    let screens = if expand.has("transitions.fields") {
        Screens::Shown
    } else {
        Screens::Hidden
    };
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let offered = offered(&view, view.issue(&name)?, screens);
    Ok(Json(
        json!({ "expand": "transitions", "transitions": offered }),
    ))
}

/// The transitions that can be taken now, as the endpoint and `expand=transitions` show them.
pub(super) fn offered(view: &View<'_>, issue: &Issue, screens: Screens) -> Value {
    let steps = view
        .jira
        .project_of(issue)
        .into_iter()
        .flat_map(|project| steps(project, issue));
    steps
        .map(|(id, step)| {
            let to = view
                .jira
                .catalogue
                .statuses
                .iter()
                .find(|s| s.name == step.to);
            let mut shown = json!({
                "id": id,
                "name": step.name,
                "to": to.map(|status| view.status(status)),
                "hasScreen": step.asks_resolution, "isGlobal": step.name == step.to,
                "isInitial": false, "isAvailable": true, "isConditional": false, "isLooped": false,
            });
            if screens == Screens::Shown {
                shown["fields"] = fields(view, step);
            }
            shown
        })
        .collect()
}

/// Steps named like their status can be taken from anywhere, all others not from where they lead to.
fn steps<'a>(project: &'a Project, issue: &Issue) -> impl Iterator<Item = (String, &'a Step)> {
    let from = issue.status.clone();
    let numbered = project.workflow.iter().enumerate();
    numbered
        .filter(move |(_, step)| step.name == step.to || step.to != from)
        .map(|(place, step)| (((place + 1) * 10 + 1).to_string(), step))
}

fn fields(view: &View<'_>, step: &Step) -> Value {
    if !step.asks_resolution {
        return json!({});
    }
    let resolutions = view.jira.catalogue.resolutions.iter();
    let allowed: Vec<Value> = resolutions
        .map(|it| json!({ "id": it.id, "name": it.name }))
        .collect();
    json!({
        "resolution": {
            "required": true, "schema": { "type": "resolution", "system": "resolution" },
            "name": "Resolution", "key": "resolution", "operations": ["set"],
            "allowedValues": allowed,
        },
        "comment": {
            "required": false, "schema": { "type": "comments-page", "system": "comment" },
            "name": "Comment", "key": "comment", "operations": ["add"],
        },
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    transition: Named,
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    update: Update,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Update {
    comment: Vec<Add>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    add: AddedComment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddedComment {
    body: Value,
}

async fn transition(
    call: Call,
    Path(name): Path<String>,
    Sent(request): Sent<Request>,
) -> Result<StatusCode, Refusal> {
    call.params(&[])?;
    let mut store = call.site.shared.store();
    let view = View::of(&call, &store);
    let issue = view.issue(&name)?;
    let taken = taken(&view, issue, &request)?;
    let (key, now) = (issue.key.clone(), call.site.shared.clock.now());
    let (person, id) = (call.caller.user_name.clone(), view.jira.next_id());
    call.carried_out("took transition", format!("{key} to {}", taken.to));
    for (number, body) in taken.comments.into_iter().enumerate() {
        call.carried_out("added comment", &key);
        let comment = Comment {
            id: id + 1 + number as u64,
            by: Some(person.clone()),
            at: now,
            edited: None,
            body,
            internal: false,
        };
        issue_mut(store.jira_mut(call.site.personality), &key)
            .comments
            .push(comment);
    }
    let issue = issue_mut(store.jira_mut(call.site.personality), &key);
    let item = ChangeItem {
        field: "status".to_owned(),
        from: Some(std::mem::replace(&mut issue.status, taken.to.clone())),
        to: Some(taken.to),
    };
    issue.history.push(Change {
        id,
        by: Some(person),
        at: now,
        items: vec![item],
    });
    issue.updated = now;
    issue.resolved = taken.resolution.is_some().then_some(now);
    issue.resolution = taken.resolution;
    Ok(StatusCode::NO_CONTENT)
}

/// The issue that was found a moment ago, under the same lock.
fn issue_mut<'a>(jira: &'a mut Jira, key: &str) -> &'a mut Issue {
    let found = jira.issues.iter_mut().find(|issue| issue.key == key);
    found.expect("an issue does not vanish while the store is locked")
}

/// What a transition makes of an issue.
struct Taken {
    to: String,
    resolution: Option<String>,
    comments: Vec<Document>,
}

fn taken(view: &View<'_>, issue: &Issue, request: &Request) -> Result<Taken, Refusal> {
    let id = &request.transition.id;
    let project = view.jira.project_of(issue).into_iter();
    let mut steps = project.flat_map(|project| steps(project, issue));
    let (_, step) = steps.find(|(known, _)| known == id).ok_or_else(|| {
        Refusal::bad_request(format!("Transition id '{id}' is not valid for this issue."))
    })?;
    let bodies = request.update.comment.iter().map(|it| &it.add.body);
    let comments = bodies
        .map(|body| written::rich_text(view.deployment(), body))
        .collect::<Read<Vec<_>>>();
    let mut errors = not_on_screen(step, request);
    match (resolution(view, step, &request.fields), comments) {
        (Ok(resolution), Ok(comments)) if errors.is_empty() => Ok(Taken {
            to: step.to.clone(),
            resolution,
            comments,
        }),
        (resolution, comments) => {
            let named = [
                ("resolution", resolution.err()),
                ("comment", comments.err()),
            ];
            for (name, why) in named {
                errors.extend(why.map(|why| (name.to_owned(), json!(why))));
            }
            Err(Refusal::of_fields(errors))
        }
    }
}

fn not_on_screen(step: &Step, request: &Request) -> Map<String, Value> {
    let screen: &[&str] = if step.asks_resolution {
        &["resolution", "comment"]
    } else {
        &[]
    };
    let commented = (!request.update.comment.is_empty()).then_some("comment");
    let sent = request.fields.keys().map(String::as_str).chain(commented);
    let wrong = sent.filter(|name| !screen.contains(name)).map(|name| {
        let why = format!(
            "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
        );
        (name.to_owned(), json!(why))
    });
    wrong.collect()
}

/// What the screen was told; without a screen the workflow sets it where the work ends.
fn resolution(view: &View<'_>, step: &Step, sent: &Map<String, Value>) -> Read<Option<String>> {
    if let Some(value) = sent.get("resolution") {
        return written::one_of(&view.jira.catalogue.resolutions, "name", value).map(Some);
    }
    if step.asks_resolution {
        return Err("Resolution is required.".to_owned());
    }
    let mut statuses = view.jira.catalogue.statuses.iter();
    let ends = statuses.any(|it| it.name == step.to && it.category == Category::Done);
    Ok(ends.then(|| "Done".to_owned()))
}

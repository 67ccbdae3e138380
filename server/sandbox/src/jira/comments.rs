//! The comments of an issue, page by page, and adding one.
//! Comments that come with a transition are added there.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::view::View;
use super::written;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Answer, Call, Sent};
use crate::site::paging::Page;
use crate::site::refusal::Refusal;
use crate::store::jira::{Comment, Issue};

/// Cloud gives at most this many at once; Data Center gives all unless told otherwise.
const CLOUD_LIMIT: usize = 100;

pub(super) fn routes(root: &str) -> Router<Site> {
    let path = format!("{root}/issue/{{issue}}/comment");
    Router::new().route(&path, get(comments).post(add))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    body: Value,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Property {
    key: String,
    value: Value,
}

async fn add(
    call: Call,
    Path(name): Path<String>,
    Sent(request): Sent<Request>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    call.params(&["expand"])?.expand(&["renderedBody"])?;
    let mut store = call.site.shared.store();
    let view = View::of(&call, &store);
    let issue = view.issue(&name)?;
    let comment = new_comment(&view, request)?;
    let (key, answer) = (issue.key.clone(), shown(&view, issue, &comment));
    let seen_by = if comment.internal {
        "internally"
    } else {
        "for all"
    };
    call.carried_out("added comment", format!("{key} {seen_by}"));
    let issues = &mut store.jira_mut(call.site.personality).issues;
    for issue in issues.iter_mut().filter(|issue| issue.key == key) {
        issue.updated = comment.at;
        issue.comments.push(comment.clone());
    }
    Ok((StatusCode::CREATED, Json(answer)))
}

/// The mark of an internal comment is a property that Jira Service Management reads.
fn new_comment(view: &View<'_>, request: Request) -> Result<Comment, Refusal> {
    let is_internal = |property: Property| match (&*property.key, &property.value["internal"]) {
        ("sd.public.comment", Value::Bool(internal)) => Ok(*internal),
        (key, _) => Err(Refusal::bad_request(format!(
            "sandbox: no product of this site reads property {key} in this form"
        ))),
    };
    let internal = request.properties.into_iter().map(is_internal);
    let internal = internal.collect::<Result<Vec<_>, _>>()?;
    let body = written::rich_text(view.deployment(), &request.body);
    let body = body.map_err(|why| {
        let why = format!("Comment body is not valid! {why}");
        Refusal::of_fields(serde_json::Map::from_iter([(
            "comment".to_owned(),
            json!(why),
        )]))
    })?;
    if body.to_plain().trim().is_empty() {
        return Err(Refusal::bad_request("Comment body can not be empty!"));
    }
    Ok(Comment {
        id: view.jira.next_id(),
        by: Some(view.caller.user_name.clone()),
        at: view.site.shared.clock.now(),
        edited: None,
        body,
        internal: internal.contains(&true),
    })
}

async fn comments(call: Call, Path(name): Path<String>) -> Answer {
    let params = call.params(&["startAt", "maxResults", "orderBy"])?;
    let start = params.number("startAt")?.unwrap_or(0);
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let limit = match (view.deployment(), params.number("maxResults")?) {
        (Deployment::Cloud, asked) => asked.unwrap_or(CLOUD_LIMIT).min(CLOUD_LIMIT),
        (Deployment::DataCenter, asked) => asked.unwrap_or(1_048_576),
    };
    let issue = view.issue(&name)?;
    let mut all: Vec<&Comment> = issue.comments.iter().collect();
    match params.text("orderBy") {
        None | Some("created" | "+created") => {}
        Some("-created") => all.reverse(),
        Some(other) => {
            let message = format!("orderBy '{other}' is not valid, use created or -created");
            return Err(Refusal::bad_request(message));
        }
    }
    Ok(Json(page(&view, issue, &Page::of(all, start, limit))))
}

/// A page of comments as both the endpoint and the `comment` field of an issue show it.
pub(super) fn page(view: &View<'_>, issue: &Issue, page: &Page<&Comment>) -> Value {
    let comments: Vec<Value> = page
        .items
        .iter()
        .map(|comment| shown(view, issue, comment))
        .collect();
    json!({
        "startAt": page.start, "maxResults": page.limit, "total": page.total,
        "comments": comments,
    })
}

fn shown(view: &View<'_>, issue: &Issue, comment: &Comment) -> Value {
    let author = view.named(comment.by.as_ref());
    let mut shown = json!({
        "self": view.link(&format!("issue/{}/comment/{}", issue.id, comment.id)),
        "id": comment.id.to_string(),
        "author": author,
        "body": view.text(&comment.body),
        "updateAuthor": author,
        "created": comment.at.jira(),
        "updated": comment.edited.unwrap_or(comment.at).jira(),
    });
    if view.deployment() == Deployment::Cloud {
        shown["jsdPublic"] = json!(!comment.internal);
    }
    shown
}

//! The comments of an issue, page by page.
//! Writing comments is not offered yet.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::view::View;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::paging::Page;
use crate::site::refusal::Refusal;
use crate::store::jira::{Comment, Issue};

/// Cloud gives at most this many at once; Data Center gives all unless told otherwise.
const CLOUD_LIMIT: usize = 100;

pub(super) fn routes(root: &str) -> Router<Site> {
    Router::new().route(&format!("{root}/issue/{{issue}}/comment"), get(comments))
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
        shown["jsdPublic"] = json!(true);
    }
    shown
}

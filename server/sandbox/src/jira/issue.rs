//! One issue by key, former key or id.
//! The fields themselves are put together elsewhere.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::fields::{LABELS, Wanted, fields};
use super::transitions::Screens;
use super::view::View;
use super::{changelog, comments, transitions};
use crate::document::Document;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::paging::Page;
use crate::site::params::Expand;
use crate::store::jira::Issue;

/// What an issue can be expanded with, here and in searches.
pub(super) const EXPANSIONS: &[&str] = &["names", "changelog", "renderedFields", "transitions"];

pub(super) fn routes(root: &str) -> Router<Site> {
    Router::new().route(&format!("{root}/issue/{{issue}}"), get(issue))
}

async fn issue(call: Call, Path(name): Path<String>) -> Answer {
    let allowed = [
        "fields",
        "expand",
        "fieldsByKeys",
        "properties",
        "updateHistory",
    ];
    let params = call.params(&allowed)?;
    let expand = params.expand(EXPANSIONS)?;
    let wanted = Wanted::of(params.list("fields"), "*all");
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let issue = view.issue(&name)?;
    let mut answer = shown(&view, issue, &wanted, &expand);
    if expand.has("names") {
        answer["names"] = names(&wanted);
    }
    Ok(Json(answer))
}

/// An issue with the fields and expansions asked for.
pub(super) fn shown(view: &View<'_>, issue: &Issue, wanted: &Wanted, expand: &Expand) -> Value {
    let mut shown = json!({
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": issue.id.to_string(),
        "self": view.link(&format!("issue/{}", issue.id)),
        "key": issue.key,
        "fields": fields(view, issue, wanted),
    });
    if expand.has("renderedFields") {
        shown["renderedFields"] = rendered(view, issue, wanted);
    }
    if expand.has("transitions") {
        shown["transitions"] = transitions::offered(view, issue, Screens::Hidden);
    }
    if expand.has("changelog") {
        shown["changelog"] = changelog::expanded(view, issue);
    }
    shown
}

/// The labels of the fields in the answer.
pub(super) fn names(wanted: &Wanted) -> Value {
    let labels = LABELS.iter().filter(|(name, _)| wanted.has(name));
    labels
        .map(|(name, label)| ((*name).to_owned(), json!(label)))
        .collect::<Map<_, _>>()
        .into()
}

/// Rich text as HTML and times as people write them; null for fields without a rendered form.
fn rendered(view: &View<'_>, issue: &Issue, wanted: &Wanted) -> Value {
    let mut fields = Map::new();
    for (name, _) in LABELS.iter().filter(|(name, _)| wanted.has(name)) {
        let value = match *name {
            "description" => json!(issue.description.as_ref().map(Document::to_html)),
            "environment" => json!(issue.environment.as_ref().map(Document::to_html)),
            "created" => json!(issue.created.friendly()),
            "updated" => json!(issue.updated.friendly()),
            "comment" => rendered_comments(view, issue),
            _ => Value::Null,
        };
        fields.insert((*name).to_owned(), value);
    }
    Value::Object(fields)
}

fn rendered_comments(view: &View<'_>, issue: &Issue) -> Value {
    let all = Page::of(issue.comments.iter().collect(), 0, issue.comments.len());
    let mut shown = comments::page(view, issue, &all);
    for (place, comment) in issue.comments.iter().enumerate() {
        shown["comments"][place]["body"] = json!(comment.body.to_html());
    }
    shown
}

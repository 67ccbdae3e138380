//! The history of an issue: a path of its own on Cloud, an expansion on both.
//! The entries come from the store.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::view::View;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::paging::Page;
use crate::store::jira::{Change, ChangeItem, Issue, Named};

const CLOUD_LIMIT: usize = 100;

/// Data Center has no such path.
pub(super) fn routes(deployment: Deployment, root: &str) -> Router<Site> {
    match deployment {
        Deployment::Cloud => {
            Router::new().route(&format!("{root}/issue/{{issue}}/changelog"), get(changelog))
        }
        Deployment::DataCenter => Router::new(),
    }
}

/// Oldest first.
async fn changelog(call: Call, Path(name): Path<String>) -> Answer {
    let params = call.params(&["startAt", "maxResults"])?;
    let start = params.number("startAt")?.unwrap_or(0);
    let limit = params
        .number("maxResults")?
        .unwrap_or(CLOUD_LIMIT)
        .min(CLOUD_LIMIT);
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let issue = view.issue(&name)?;
    let page = Page::of(issue.history.iter().collect(), start, limit);
    let values: Vec<Value> = page
        .items
        .iter()
        .map(|change| shown(&view, change))
        .collect();
    let here = view.link(&format!("issue/{}/changelog", issue.key));
    let mut answer = json!({
        "self": format!("{here}?startAt={start}&maxResults={limit}"),
        "maxResults": page.limit, "startAt": page.start, "total": page.total,
        "isLast": page.next().is_none(),
        "values": values,
    });
    if let Some(next) = page.next() {
        answer["nextPage"] = json!(format!("{here}?startAt={next}&maxResults={limit}"));
    }
    Ok(Json(answer))
}

/// As `expand=changelog` shows it: newest first and cut on Cloud, oldest first on Data Center.
pub(super) fn expanded(view: &View<'_>, issue: &Issue) -> Value {
    let total = issue.history.len();
    let histories: Vec<Value> = match view.deployment() {
        Deployment::Cloud => issue
            .history
            .iter()
            .rev()
            .take(CLOUD_LIMIT)
            .map(|change| shown(view, change))
            .collect(),
        Deployment::DataCenter => issue
            .history
            .iter()
            .map(|change| shown(view, change))
            .collect(),
    };
    json!({
        "startAt": 0, "maxResults": histories.len(), "total": total, "histories": histories
    })
}

fn shown(view: &View<'_>, change: &Change) -> Value {
    json!({
        "id": change.id.to_string(),
        "author": view.named(change.by.as_ref()),
        "created": change.at.jira(),
        "items": change.items.iter().map(|item| item_shown(view, item)).collect::<Vec<_>>(),
    })
}

/// `from` and `to` are ids, `fromString` and `toString` what people read.
fn item_shown(view: &View<'_>, item: &ChangeItem) -> Value {
    let mut shown = json!({ "field": item.field, "fieldtype": "jira" });
    if view.deployment() == Deployment::Cloud {
        let is_version = item.field == "Fix Version";
        shown["fieldId"] = json!(if is_version {
            "fixVersions"
        } else {
            &item.field
        });
    }
    shown["from"] = json!(id(view, item, item.from.as_ref()));
    shown["fromString"] = json!(string(view, item, item.from.as_ref()));
    shown["to"] = json!(id(view, item, item.to.as_ref()));
    shown["toString"] = json!(string(view, item, item.to.as_ref()));
    shown
}

fn id<'a>(view: &View<'a>, item: &ChangeItem, value: Option<&String>) -> Option<&'a String> {
    let (value, catalogue) = (value?, &view.jira.catalogue);
    let of = |all: &'a [Named]| all.iter().find(|named| named.name == *value).map(|n| &n.id);
    match item.field.as_str() {
        "status" => catalogue
            .statuses
            .iter()
            .find(|s| s.name == *value)
            .map(|s| &s.id),
        "priority" => of(&catalogue.priorities),
        "resolution" => of(&catalogue.resolutions),
        "assignee" => view
            .store
            .person(value)
            .map(|person| match view.deployment() {
                Deployment::Cloud => &person.account_id,
                Deployment::DataCenter => &person.jira_user_key,
            }),
        _ => None,
    }
}

fn string<'a>(view: &View<'a>, item: &ChangeItem, value: Option<&'a String>) -> Option<&'a String> {
    match item.field.as_str() {
        "assignee" => view.store.person(value?).map(|person| &person.display_name),
        _ => value,
    }
}

//! The projects a caller sees: page by page on Cloud, all at once on Data Center.
//! What can be created in them is in `create_metadata`.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::view::View;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::paging::Page;
use crate::store::jira::Project;

pub(super) fn routes(deployment: Deployment) -> Router<Site> {
    match deployment {
        Deployment::Cloud => Router::new().route("/rest/api/3/project/search", get(search)),
        Deployment::DataCenter => Router::new().route("/rest/api/2/project", get(all)),
    }
}

async fn search(call: Call) -> Answer {
    let params = call.params(&["startAt", "maxResults", "action", "orderBy"])?;
    let start = params.number("startAt")?.unwrap_or(0);
    let limit = params.number("maxResults")?.unwrap_or(50).min(100);
    let store = call.site.shared.store();
    let page = Page::of(shown(&View::of(&call, &store)), start, limit);
    Ok(Json(json!({
        "startAt": start, "maxResults": limit, "total": page.total,
        "isLast": page.next().is_none(), "values": page.items,
    })))
}

async fn all(call: Call) -> Answer {
    call.params(&["recent", "includeArchived"])?;
    let store = call.site.shared.store();
    Ok(Json(shown(&View::of(&call, &store)).into()))
}

fn shown(view: &View<'_>) -> Vec<Value> {
    let its_own = |project: &&Project| project.viewers.includes(view.caller);
    let one = |project: &Project| {
        json!({
            "self": view.link(&format!("project/{}", project.id)),
            "id": project.id, "key": project.key, "name": project.name,
            "projectTypeKey": project.kind.key(),
        })
    };
    view.jira.projects.iter().filter(its_own).map(one).collect()
}

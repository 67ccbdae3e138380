//! The versions of a page, newest first, through an experimental path.
//! The body of one is at the content itself.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use serde_json::json;

use super::content::paged;
use super::view::View;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::store::confluence::Version;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/rest/experimental/content/{id}/version", get(versions))
}

async fn versions(call: Call, Path(id): Path<String>) -> Answer {
    let params = call.params(&["expand", "start", "limit"])?;
    let expand = params.expand(&["content"])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let page = view.visible(&id)?;
    let mut all: Vec<(usize, &Version)> = (1..).zip(&page.versions).collect();
    all.reverse();
    let path = format!("/rest/experimental/content/{id}/version");
    paged(&call, &path, &params, all, |&(number, version)| {
        let mut shown = view.version(number, version);
        if expand.has("content") {
            shown["content"] = view.page_at(page, (number, version), &expand.below("content"));
        } else {
            shown["_expandable"] = json!({ "content": format!("/rest/api/content/{id}?status=historical&version={number}") });
        }
        shown["_links"] = json!({
            "self": format!("{}{path}/{number}", call.site.base()),
        });
        shown
    })
}

//! Footer and inline comments of a page in v2: the first of each thread only.
//! Answers to them are not listed yet.

use std::cmp::Reverse;

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::pages::visible;
use super::view::{BodyFormat, account, listed, version};
use crate::site::Site;
use crate::site::call::Call;
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::confluence::{Comment, Location, Page, PageKind};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v2/pages/{id}/footer-comments", get(footer_comments))
        .route("/api/v2/pages/{id}/inline-comments", get(inline_comments))
}

async fn footer_comments(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    threads(&call, &id, Location::Footer, "footer-comments")
}

async fn inline_comments(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    threads(&call, &id, Location::Inline, "inline-comments")
}

fn threads(call: &Call, id: &str, location: Location, name: &str) -> Result<Response, Refusal> {
    let params = call.params(&["body-format", "status", "sort", "limit", "cursor"])?;
    let format = BodyFormat::read(&params)?;
    let store = call.site.shared.store();
    let page = visible(call, &store, id, PageKind::Page)?;
    let at_top = |c: &&Comment| c.location == location && c.parent.is_none();
    let mut all: Vec<&Comment> = page.comments.iter().filter(at_top).collect();
    match params.text("sort") {
        None | Some("created-date" | "modified-date") => all.sort_by_key(|comment| comment.at),
        Some("-created-date" | "-modified-date") => all.sort_by_key(|c| Reverse(c.at)),
        Some(other) => {
            return Err(Refusal::bad_request(format!(
                "'{other}' is not a valid sort order"
            )));
        }
    }
    let path = format!("pages/{id}/{name}");
    listed(call, &path, &params, all, |comment| {
        shown(&store, page, comment, format)
    })
}

pub(super) fn shown(store: &Store, page: &Page, comment: &Comment, format: BodyFormat) -> Value {
    let author = account(store, comment.by.as_ref());
    json!({
        "id": comment.id.to_string(),
        "status": "current",
        "title": format!("Re: {}", page.current().title),
        "pageId": page.id.to_string(),
        "version": version(1, comment.at, None, false, &author),
        "body": format.shown(&comment.body),
        "_links": {
            "webui": format!("/spaces/{}/pages/{}?focusedCommentId={}", page.space, page.id,
                             comment.id),
        },
    })
}

//! Comments in v2: the lists of those that begin threads, below pages and in their text, single ones, and
//! the replies to one. Making them is in `writing`.

use std::cmp::Reverse;

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::pages::visible;
use super::view::{BodyFormat, account, listed, version};
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::params::Params;
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::confluence::{Comment, Location, Page, PageKind};

pub(super) fn routes() -> Router<Site> {
    let mut routes = Router::new();
    for location in [Location::Footer, Location::Inline] {
        for (place, kind) in [("pages", PageKind::Page), ("blogposts", PageKind::BlogPost)] {
            let list = move |call, Path(id): Path<String>| async move {
                threads(&call, (place, kind), &id, location)
            };
            let path = format!("/api/v2/{place}/{{id}}/{}", shelf(location));
            routes = routes.route(&path, get(list));
        }
        let one = move |call, Path(id): Path<String>| async move { single(&call, &id, location) };
        let below =
            move |call, Path(id): Path<String>| async move { replies(&call, &id, location) };
        let path = format!("/api/v2/{}/{{id}}", shelf(location));
        routes = routes
            .route(&format!("{path}/children"), get(below))
            .route(&path, get(one));
    }
    routes
}

/// What v2 calls the comments at one location.
fn shelf(location: Location) -> &'static str {
    match location {
        Location::Footer => "footer-comments",
        Location::Inline => "inline-comments",
    }
}

fn threads(
    call: &Call,
    (place, kind): (&str, PageKind),
    id: &str,
    location: Location,
) -> Result<Response, Refusal> {
    let params = call.params(&["body-format", "status", "sort", "limit", "cursor"])?;
    let format = BodyFormat::read(&params)?;
    let store = call.site.shared.store();
    let page = visible(call, &store, id, kind)?;
    let at_top = |c: &&Comment| c.location == location && c.parent.is_none();
    let mut all: Vec<&Comment> = page.comments.iter().filter(at_top).collect();
    sort(&mut all, &params)?;
    let path = format!("{place}/{id}/{}", shelf(location));
    listed(call, &path, &params, all, |comment| {
        shown(&store, page, comment, format)
    })
}

fn single(call: &Call, id: &str, location: Location) -> Answer {
    let params = call.params(&["body-format"])?;
    let format = BodyFormat::read(&params)?;
    let store = call.site.shared.store();
    let (page, comment) = found(call, &store, id, location)?;
    Ok(Json(shown(&store, page, comment, format)))
}

/// Only the direct ones.
fn replies(call: &Call, id: &str, location: Location) -> Result<Response, Refusal> {
    let params = call.params(&["body-format", "sort", "limit", "cursor"])?;
    let format = BodyFormat::read(&params)?;
    let store = call.site.shared.store();
    let (page, comment) = found(call, &store, id, location)?;
    let below = |other: &&Comment| other.parent == Some(comment.id);
    let mut all: Vec<&Comment> = page.comments.iter().filter(below).collect();
    sort(&mut all, &params)?;
    let path = format!("{}/{id}/children", shelf(location));
    listed(call, &path, &params, all, |comment| {
        shown(&store, page, comment, format)
    })
}

fn sort(comments: &mut [&Comment], params: &Params) -> Result<(), Refusal> {
    match params.text("sort") {
        None | Some("created-date" | "modified-date") => comments.sort_by_key(|c| c.at),
        Some("-created-date" | "-modified-date") => comments.sort_by_key(|c| Reverse((c.at, c.id))),
        Some(other) => {
            return Err(Refusal::bad_request(format!(
                "'{other}' is not a valid sort order"
            )));
        }
    }
    Ok(())
}

/// A comment and its page, or the refusal that does not tell whether it exists. Each location knows only
/// its own.
pub(super) fn found<'a>(
    call: &'a Call,
    store: &'a Store,
    id: &str,
    location: Location,
) -> Result<(&'a Page, &'a Comment), Refusal> {
    let mut pages = store
        .confluence(call.site.personality)
        .pages_for(&call.caller);
    pages
        .find_map(|page| Some((page, page.comment(id)?)))
        .filter(|(_, comment)| comment.location == location)
        .ok_or_else(|| Refusal::not_found(format!("Cannot find comment with ID {id}")))
}

/// A reply names what it replies to, and no page.
pub(super) fn shown(store: &Store, page: &Page, comment: &Comment, format: BodyFormat) -> Value {
    let author = account(store, comment.by.as_ref());
    let mut answer = json!({
        "id": comment.id.to_string(),
        "status": "current",
        "title": format!("Re: {}", page.current().title),
        "version": version(1, comment.at, None, false, &author),
        "body": format.shown(&comment.body),
        "_links": {
            "webui": format!("/spaces/{}/pages/{}?focusedCommentId={}", page.space, page.id,
                             comment.id),
        },
    });
    let (on, id) = match (comment.parent, page.kind) {
        (Some(parent), _) => ("parentCommentId", parent),
        (None, PageKind::Page) => ("pageId", page.id),
        (None, PageKind::BlogPost) => ("blogPostId", page.id),
    };
    answer[on] = json!(id.to_string());
    if comment.location == Location::Inline {
        answer["resolutionStatus"] = json!(comment.resolution.name());
        answer["properties"] = json!({
            "inlineMarkerRef": format!("marker-{}", comment.id),
            "inlineOriginalSelection": comment.selection,
        });
    }
    answer
}

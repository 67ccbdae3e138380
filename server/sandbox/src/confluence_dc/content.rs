//! Content by id, and by space and title.
//! Creating and changing it is in `writing`.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::attachments;
use super::view::{EXPANSIONS, View};
use crate::confluence_search::frame;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::paging::Page;
use crate::site::params::{Expand, Params};
use crate::site::refusal::Refusal;
use crate::store::confluence;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/rest/api/content", get(list))
        .route("/rest/api/content/{id}", get(one))
}

impl<'a> View<'a> {
    /// The page, or the refusal that does not tell whether it exists.
    pub(super) fn visible(&self, id: &str) -> Result<&'a confluence::Page, Refusal> {
        self.confluence
            .page_for(&self.call.caller, id)
            .ok_or_else(|| unknown(id))
    }
}

/// Comments and files have ids like pages and are answered here too.
async fn one(call: Call, Path(id): Path<String>) -> Answer {
    let params = call.params(&["expand", "version", "status"])?;
    let expand = params.expand(EXPANSIONS)?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    if let Some(file) = attachments::one(&view, &id, &expand) {
        return Ok(Json(view.alone(file)));
    }
    let Ok(page) = view.visible(&id) else {
        return Ok(Json(view.alone(comment(&view, &id, &expand)?)));
    };
    let number = params.number("version")?.unwrap_or_else(|| page.number());
    // An older version has to be asked for as what it is.
    let historical = params
        .list("status")
        .iter()
        .any(|s| s == "historical" || s == "any");
    match page.version(number) {
        Some(version) if historical || number == page.number() => Ok(Json(
            view.alone(view.page_at(page, (number, version), &expand)),
        )),
        _ => Err(Refusal::not_found(format!(
            "No content found with id {id} and version {number}; an older version needs \
             status=historical"
        ))),
    }
}

/// The comment with this id, or the refusal of content that does not exist.
pub(super) fn comment(view: &View<'_>, id: &str, expand: &Expand) -> Result<Value, Refusal> {
    let found = view
        .confluence
        .pages_for(&view.call.caller)
        .find_map(|page| {
            let comment = page
                .comments
                .iter()
                .find(|comment| comment.id.to_string() == id)?;
            Some(view.comment(page, comment, expand))
        });
    found.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(format!(
        "No content found with id: ContentId{{id={id}}}, or you do not have permission to view it"
    ))
}

/// Exact titles, whatever the case of their letters.
async fn list(call: Call) -> Answer {
    let allowed = [
        "type", "spaceKey", "title", "status", "expand", "start", "limit",
    ];
    let params = call.params(&allowed)?;
    let expand = params.expand(EXPANSIONS)?;
    let kind = params.text("type").unwrap_or("page");
    if !["page", "blogpost"].contains(&kind) {
        return Err(Refusal::bad_request(format!(
            "'{kind}' is not a type that can be listed"
        )));
    }
    let status = params.list("status");
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let fits = |page: &&confluence::Page| {
        let title = page.current().title.to_lowercase();
        page.kind.name() == kind
            && (status.is_empty() || status.iter().any(|s| s == "current" || s == "any"))
            && params.text("spaceKey").is_none_or(|key| page.space == key)
            && params
                .text("title")
                .is_none_or(|wanted| title == wanted.to_lowercase())
    };
    let all = view
        .confluence
        .pages_for(&call.caller)
        .filter(fits)
        .collect();
    paged(
        &call,
        "/rest/api/content",
        &params,
        all,
        |page: &&confluence::Page| view.page(page, &expand),
    )
}

/// Cuts `all` by the `start` and `limit` of the request and links to the next page.
pub(super) fn paged<T>(
    call: &Call,
    path: &str,
    params: &Params,
    all: Vec<T>,
    show: impl Fn(&T) -> Value,
) -> Answer {
    let page = cut(params, all)?;
    let results: Vec<Value> = page.items.iter().map(show).collect();
    let mut answer = frame(&call.site, &page, &results);
    link(&mut answer, call, path, params, &page);
    Ok(Json(answer))
}

/// The page that the request asks for.
pub(super) fn cut<T>(params: &Params, all: Vec<T>) -> Result<Page<T>, Refusal> {
    let limit = params.number("limit")?.unwrap_or(25).clamp(1, 200);
    Ok(Page::of(all, params.number("start")?.unwrap_or(0), limit))
}

/// The links of a list to itself and to its next page, relative to `_links.base`.
pub(super) fn link<T>(
    answer: &mut Value,
    call: &Call,
    path: &str,
    params: &Params,
    page: &Page<T>,
) {
    answer["_links"]["self"] = json!(format!("{}{path}", call.site.base()));
    if let Some(next) = page.next() {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(params.others(&["start", "limit"]));
        query.append_pair("limit", &page.limit.to_string());
        query.append_pair("start", &next.to_string());
        answer["_links"]["next"] = json!(format!("{path}?{}", query.finish()));
    }
}

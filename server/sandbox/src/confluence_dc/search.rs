//! `search`, whose hits surround content with excerpts, and `content/search`, which is content
//! only. The language itself is in `query`.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use super::content::{cut, link, paged};
use super::view::{EXPANSIONS, View};
use crate::confluence_search::{Excerpt, Hits, find, found_frame};
use crate::query::cql::Found;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::params::Expand;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/rest/api/search", get(search))
        .route("/rest/api/content/search", get(content_search))
}

async fn search(call: Call) -> Answer {
    let allowed = [
        "cql",
        "cqlcontext",
        "excerpt",
        "expand",
        "start",
        "limit",
        "includeArchivedSpaces",
    ];
    let params = call.params(&allowed)?;
    let expansions: Vec<String> = EXPANSIONS
        .iter()
        .map(|name| format!("content.{name}"))
        .collect();
    let expansions: Vec<&str> = expansions.iter().map(String::as_str).collect();
    let expand = params.expand(&expansions)?.below("content");
    let excerpt = Excerpt::read(params.text("excerpt"))?;
    let cql = params.text("cql").unwrap_or_default();
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let page = cut(&params, find(&call, &store, params.text("cql"))?)?;
    let hits = Hits::of(&call.site, view.confluence, cql, excerpt);
    let hit = |&found: &Found<'_>| hits.hit(found, &shown(&view, found, &expand));
    let results: Vec<Value> = page.items.iter().map(hit).collect();
    let mut answer = found_frame(&call.site, &page, cql, &results);
    link(&mut answer, &call, "/rest/api/search", &params, &page);
    Ok(Json(answer))
}

async fn content_search(call: Call) -> Answer {
    let params = call.params(&["cql", "cqlcontext", "expand", "start", "limit"])?;
    let expand = params.expand(EXPANSIONS)?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let found = find(&call, &store, params.text("cql"))?;
    paged(
        &call,
        "/rest/api/content/search",
        &params,
        found,
        |&found| shown(&view, found, &expand),
    )
}

fn shown(view: &View<'_>, found: Found<'_>, expand: &Expand) -> Value {
    match found {
        Found::Page(page) => view.page(page, expand),
        Found::Comment(page, comment) => view.comment(page, comment, expand),
    }
}

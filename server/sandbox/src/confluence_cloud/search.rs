//! `search` of v1, the only search that Cloud has; pages follow by cursor.
//! The language itself is in `query`.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::confluence_search::{Excerpt, Hits, expandable, find, found_frame};
use crate::query::cql::Found;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::paging::{Cursors, Page};
use crate::site::params::{Expand, Params};
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::confluence::PageKind;

/// What hits can be expanded with.
const EXPANSIONS: &[&str] = &[
    "content.body.storage",
    "content.space",
    "content.version",
    "content.metadata.labels",
];

const PARAMETERS: &[&str] = &[
    "cql",
    "cqlcontext",
    "limit",
    "cursor",
    "next",
    "prev",
    "start",
    "excerpt",
    "expand",
    "includeArchivedSpaces",
    "excludeCurrentSpaces",
];

/// The largest page, and the largest page with bodies.
const LIMIT: usize = 250;
const LIMIT_WITH_BODIES: usize = 50;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/rest/api/search", get(search))
}

async fn search(call: Call) -> Answer {
    let params = call.params(PARAMETERS)?;
    refuse_start_without_cursor(&params)?;
    let expand = params.expand(EXPANSIONS)?;
    let excerpt = Excerpt::read(params.text("excerpt"))?;
    let most = if expand.has("content.body") {
        LIMIT_WITH_BODIES
    } else {
        LIMIT
    };
    let limit = params.number("limit")?.unwrap_or(25).clamp(1, most);
    let cql = params.text("cql").unwrap_or_default();
    let cursors = Cursors::of(&format!("{} {cql}", call.caller.user_name));

    let store = call.site.shared.store();
    let found = find(&call, &store, params.text("cql"))?;
    let page = Page::of(found, cursors.read(params.text("cursor"))?, limit);
    let hits = Hits::of(
        &call.site,
        store.confluence(call.site.personality),
        cql,
        excerpt,
    );
    let content = expand.below("content");
    let results: Vec<Value> = page
        .items
        .iter()
        .map(|&hit| hits.hit(hit, &shown(&call, &store, hit, &content)))
        .collect();
    let mut answer = found_frame(&call.site, &page, cql, &results);
    if let Some(next) = page.next() {
        answer["_links"]["next"] = json!(next_link(&params, &cursors.write(next), next, limit));
    }
    Ok(Json(answer))
}

/// Cloud pages by cursor; `start` only comes along in the links it makes itself.
fn refuse_start_without_cursor(params: &Params) -> Result<(), Refusal> {
    match (params.text("start"), params.text("cursor")) {
        (Some(_), None) => Err(Refusal::bad_request(
            "sandbox: search on Cloud takes no 'start'; follow the cursor in _links.next",
        )),
        _ => Ok(()),
    }
}

/// Relative to `_links.base`, which ends in the context path, unlike the links of v2.
fn next_link(params: &Params, cursor: &str, start: usize, limit: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("next", "true")
        .append_pair("cursor", cursor);
    query
        .append_pair("limit", &limit.to_string())
        .append_pair("start", &start.to_string());
    query.extend_pairs(params.others(&["next", "prev", "cursor", "limit", "start"]));
    format!("/rest/api/search?{}", query.finish())
}

/// The content of a hit, in the shape of v1.
fn shown(call: &Call, store: &Store, found: Found<'_>, expand: &Expand) -> Value {
    let id = found.id();
    let here = format!("/rest/api/content/{id}");
    let mut content = json!({
        "id": id.to_string(), "type": found.kind(), "status": "current", "title": found.title(),
        "childTypes": {}, "macroRenderedOutput": {}, "restrictions": {},
    });
    fill(&mut content, store, call, found, expand);
    let [history, space] = [
        format!("{here}/history"),
        format!("/rest/api/space/{}", found.page().space),
    ];
    let all = [
        ("container", ""),
        ("metadata", ""),
        ("extensions", ""),
        ("operations", ""),
        ("children", ""),
        ("history", history.as_str()),
        ("ancestors", ""),
        ("body", ""),
        ("version", ""),
        ("descendants", ""),
        ("space", space.as_str()),
    ];
    content["_expandable"] = expandable(&all, &content);
    content["_links"] = json!({
        "webui": web_address(found), "self": format!("{}{here}", call.site.base()),
        "tinyui": format!("/x/{id:x}"),
    });
    content
}

fn web_address(found: Found<'_>) -> String {
    let page = found.page();
    let place = match page.kind {
        PageKind::Page => "pages",
        PageKind::BlogPost => "blog",
    };
    let address = format!("/spaces/{}/{place}/{}", page.space, page.id);
    match found {
        Found::Page(_) => format!("{address}/{}", page.current().title.replace(' ', "+")),
        Found::Comment(_, comment) => format!("{address}?focusedCommentId={}", comment.id),
    }
}

fn fill(content: &mut Value, store: &Store, call: &Call, found: Found<'_>, expand: &Expand) {
    let page = found.page();
    let (number, body) = match found {
        Found::Page(page) => (page.number(), &page.current().body),
        Found::Comment(_, comment) => (1, &comment.body),
    };
    if expand.has("space")
        && let Some(space) = store.confluence(call.site.personality).space(&page.space)
    {
        content["space"] = json!({
            "id": space.id, "key": space.key, "name": space.name, "type": space.kind.name(),
            "status": "current", "_links": { "webui": format!("/spaces/{}", space.key) },
        });
    }
    if expand.has("version") {
        content["version"] =
            json!({ "number": number, "when": found.changed().confluence_cloud() });
    }
    if expand.has("body.storage") {
        content["body"] = json!({ "storage": { "value": body, "representation": "storage" } });
    }
    if expand.has("metadata.labels")
        && let Found::Page(page) = found
    {
        let label = |name: &String| json!({ "prefix": "global", "name": name, "label": name });
        let labels: Vec<Value> = page.labels.iter().map(label).collect();
        let size = labels.len();
        content["metadata"] =
            json!({ "labels": { "results": labels, "start": 0, "limit": 200, "size": size } });
    }
}

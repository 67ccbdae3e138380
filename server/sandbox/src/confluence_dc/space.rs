//! The list of spaces, and one space by key.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use super::content::paged;
use super::view::View;
use crate::confluence_search::expandable;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::refusal::Refusal;

const EXPANSIONS: &[&str] = &["description.plain", "homepage.version"];

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/rest/api/space", get(spaces))
        .route("/rest/api/space/{key}", get(space))
}

async fn spaces(call: Call) -> Answer {
    let params = call.params(&["spaceKey", "type", "status", "expand", "start", "limit"])?;
    params.expand(EXPANSIONS)?;
    let keys = params.list("spaceKey");
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let all = view.confluence.spaces_for(&call.caller);
    let all: Vec<_> = all
        .filter(|space| keys.is_empty() || keys.contains(&space.key))
        .collect();
    paged(&call, "/rest/api/space", &params, all, |space| {
        view.space(space)
    })
}

async fn space(call: Call, Path(key): Path<String>) -> Answer {
    let params = call.params(&["expand"])?;
    let expand = params.expand(EXPANSIONS)?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let mut spaces = view.confluence.spaces_for(&call.caller);
    let Some(space) = spaces.find(|space| space.key == key) else {
        return Err(Refusal::not_found(format!(
            "No space found with key : {key}"
        )));
    };
    let mut answer = view.space(space);
    if expand.has("description") {
        let text = space.description.as_deref().unwrap_or_default();
        answer["description"] = json!({ "plain": { "value": text, "representation": "plain" } });
    }
    let home = space.homepage.map(|id| id.to_string()).unwrap_or_default();
    if expand.has("homepage")
        && let Some(page) = view.confluence.page_for(&call.caller, &home)
    {
        answer["homepage"] = view.page(page, &expand.below("homepage"));
    }
    let home = format!("/rest/api/content/{home}");
    let all = [
        ("metadata", ""),
        ("icon", ""),
        ("description", ""),
        ("homepage", home.as_str()),
    ];
    answer["_expandable"] = expandable(&all, &answer);
    answer["_links"]["base"] = json!(call.site.base());
    answer["_links"]["context"] = json!(call.site.personality.context_path());
    Ok(Json(answer))
}

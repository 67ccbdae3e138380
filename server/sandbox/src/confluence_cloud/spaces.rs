//! Spaces of v2, whose numeric id is what pages refer to.
//! Their permissions are not offered yet.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::pages::numbers;
use super::view::{account, listed};
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::confluence::Space;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v2/spaces", get(spaces))
        .route("/api/v2/spaces/{id}", get(space))
}

async fn spaces(call: Call) -> Result<Response, Refusal> {
    let params = call.params(&["ids", "keys", "type", "status", "limit", "cursor"])?;
    let (ids, keys) = (numbers(&params, "ids")?, params.list("keys"));
    let store = call.site.shared.store();
    let fits = |space: &&Space| {
        (ids.is_empty() || ids.contains(&space.id))
            && (keys.is_empty() || keys.contains(&space.key))
            && params
                .text("type")
                .is_none_or(|kind| kind == space.kind.name())
            && params
                .text("status")
                .is_none_or(|status| status == "current")
    };
    let confluence = store.confluence(call.site.personality);
    let all: Vec<&Space> = confluence.spaces_for(&call.caller).filter(fits).collect();
    listed(&call, "spaces", &params, all, |space| shown(&store, space))
}

async fn space(call: Call, Path(id): Path<String>) -> Answer {
    call.params(&[])?;
    let store = call.site.shared.store();
    let mut spaces = store
        .confluence(call.site.personality)
        .spaces_for(&call.caller);
    let Some(space) = spaces.find(|space| space.id.to_string() == id) else {
        return Err(Refusal::not_found(format!(
            "Cannot find space with ID {id}"
        )));
    };
    let mut answer = shown(&store, space);
    answer["_links"]["base"] = json!(call.site.base());
    Ok(Json(answer))
}

/// v2 gives the description only on request, and null otherwise.
fn shown(store: &Store, space: &Space) -> Value {
    json!({
        "id": space.id.to_string(),
        "key": space.key,
        "name": space.name,
        "type": space.kind.name(),
        "status": "current",
        "authorId": account(store, space.by.as_ref()),
        "createdAt": space.created.confluence_cloud(),
        "homepageId": space.homepage.map(|id| id.to_string()),
        "description": null,
        "icon": null,
        "_links": { "webui": format!("/spaces/{}", space.key) },
    })
}

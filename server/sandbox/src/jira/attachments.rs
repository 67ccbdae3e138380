//! Files: a field of their issue, each by its number, and their bytes.
//! Cloud keeps the bytes on another host, Data Center gives them itself.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use url::Url;

use super::view::View;
use crate::media;
use crate::personality::Deployment;
use crate::site::call::{Answer, Call};
use crate::site::refusal::Refusal;
use crate::site::{Site, download};
use crate::store::attachment::Attachment;
use crate::store::jira::Issue;

pub(super) fn routes(deployment: Deployment, root: &str) -> Router<Site> {
    let router = Router::new().route(&format!("{root}/attachment/{{id}}"), get(metadata));
    match deployment {
        Deployment::Cloud => {
            router.route(&format!("{root}/attachment/content/{{id}}"), get(content))
        }
        Deployment::DataCenter => router.route("/secure/attachment/{id}/{name}", get(bytes)),
    }
}

/// The `attachment` field of an issue.
pub(super) fn of_issue(view: &View<'_>, issue: &Issue) -> Value {
    let files = issue.attachments.iter().map(|file| {
        let mut told = shown(view, file);
        told["id"] = json!(file.id.to_string());
        told
    });
    files.collect()
}

fn shown(view: &View<'_>, file: &Attachment) -> Value {
    json!({
        "self": view.link(&format!("attachment/{}", file.id)),
        "filename": file.name,
        "author": view.named(file.by.as_ref()),
        "created": file.at.jira(),
        "size": file.bytes().len(),
        "mimeType": file.media_type,
        "content": address(view, file),
    })
}

fn address(view: &View<'_>, file: &Attachment) -> String {
    if view.deployment() == Deployment::Cloud {
        return view.link(&format!("attachment/content/{}", file.id));
    }
    let whole = format!("{}/secure/attachment/{}", view.site.base(), file.id);
    let Ok(mut url) = Url::parse(&whole) else {
        return whole;
    };
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(&file.name);
    }
    url.into()
}

fn visible<'a>(view: &View<'a>, id: &str) -> Result<&'a Attachment, Refusal> {
    view.jira
        .attachment_for(view.caller, id)
        .ok_or_else(|| Refusal::not_found(format!("The attachment with id '{id}' does not exist")))
}

/// One file. Cloud gives its number as a number here, Data Center not at all.
async fn metadata(call: Call, Path(id): Path<String>) -> Answer {
    call.params(&[])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let file = visible(&view, &id)?;
    let mut told = shown(&view, file);
    if view.deployment() == Deployment::Cloud {
        told["id"] = json!(file.id);
    }
    Ok(Json(told))
}

async fn content(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    let params = call.params(&["redirect"])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let file = visible(&view, &id)?;
    match params.text("redirect") {
        None | Some("true") => Ok(media::redirect(&call.site, StatusCode::SEE_OTHER, file)),
        Some("false") => Ok(download::file(file)),
        Some(other) => Err(Refusal::bad_request(format!(
            "redirect must be true or false, not '{other}'"
        ))),
    }
}

async fn bytes(call: Call, Path((id, name)): Path<(String, String)>) -> Result<Response, Refusal> {
    call.params(&[])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let file = visible(&view, &id)?;
    if file.name != name {
        return Err(Refusal::not_found(format!(
            "sandbox: attachment {id} has another name"
        )));
    }
    Ok(download::file(file))
}

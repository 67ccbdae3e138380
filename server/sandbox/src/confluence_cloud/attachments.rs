//! Files of pages and blog posts in v2, and the download, which only v1 has.
//! Their bytes are on another host.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::pages::visible;
use super::view::{account, listed, version};
use crate::media;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::attachment::Attachment;
use crate::store::confluence::{Page, PageKind};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v2/pages/{id}/attachments", get(of_page))
        .route("/api/v2/blogposts/{id}/attachments", get(of_blog_post))
        .route("/api/v2/attachments/{id}", get(one))
        .route(
            "/rest/api/content/{page}/child/attachment/{id}/download",
            get(download),
        )
}

async fn of_page(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    list(&call, &id, PageKind::Page, "pages")
}

async fn of_blog_post(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    list(&call, &id, PageKind::BlogPost, "blogposts")
}

fn list(call: &Call, id: &str, kind: PageKind, collection: &str) -> Result<Response, Refusal> {
    let params = call.params(&["filename", "mediaType", "limit", "cursor"])?;
    let store = call.site.shared.store();
    let page = visible(call, &store, id, kind)?;
    let fits = |file: &&Attachment| {
        let (name, kind) = (params.text("filename"), params.text("mediaType"));
        name.is_none_or(|name| file.name == name) && kind.is_none_or(|kind| file.media_type == kind)
    };
    let files = page.attachments.iter().filter(fits).collect();
    let path = format!("{collection}/{id}/attachments");
    listed(call, &path, &params, files, |file| {
        shown(&store, page, file)
    })
}

/// The file with this id, whose prefix v2 insists on.
async fn one(call: Call, Path(id): Path<String>) -> Answer {
    call.params(&["version"])?;
    let store = call.site.shared.store();
    let (page, file) = found(&call, &store, &id)?;
    let mut answer = shown(&store, page, file);
    answer["_links"]["base"] = json!(call.site.base());
    Ok(Json(answer))
}

async fn download(
    call: Call,
    Path((page, id)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    call.params(&["version"])?;
    let store = call.site.shared.store();
    let (on, file) = found(&call, &store, &id)?;
    if on.id.to_string() != page {
        return Err(unknown(&id));
    }
    Ok(media::redirect(&call.site, StatusCode::FOUND, file))
}

fn found<'a>(
    call: &'a Call,
    store: &'a Store,
    id: &str,
) -> Result<(&'a Page, &'a Attachment), Refusal> {
    let confluence = store.confluence(call.site.personality);
    let found = confluence.attachment_for(&call.caller, id);
    found.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(format!("Cannot find attachment with ID {id}"))
}

fn shown(store: &Store, page: &Page, file: &Attachment) -> Value {
    let author = account(store, file.by.as_ref());
    let preview = format!(
        "/spaces/{}/pages/{id}?preview=%2F{id}%2F{}",
        page.space,
        file.id,
        id = page.id
    );
    let old = format!("/download/attachments/{}/{}", page.id, file.id);
    let mut shown = json!({
        "id": file.called(), "status": "current", "title": file.name,
        "createdAt": file.at.confluence_cloud(),
        "mediaType": file.media_type, "mediaTypeDescription": "File",
        "comment": file.comment, "fileSize": file.bytes().len(),
        "webuiLink": preview, "downloadLink": old,
        "version": version(file.version as usize, file.at, None, false, &author),
        "_links": { "webui": preview, "download": old },
    });
    let container = match page.kind {
        PageKind::Page => "pageId",
        PageKind::BlogPost => "blogPostId",
    };
    shown[container] = json!(page.id.to_string());
    shown
}

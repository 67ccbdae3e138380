//! Files of a page, each as content of its own, and their bytes, which Data Center gives itself.
//! A file by its id is found where all content is.

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::content::paged;
use super::view::{EXPANSIONS, View};
use crate::site::call::{Answer, Call};
use crate::site::params::Expand;
use crate::site::refusal::Refusal;
use crate::site::{Site, download};
use crate::store::attachment::Attachment;
use crate::store::confluence::Page;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/rest/api/content/{id}/child/attachment", get(list))
        .route("/download/attachments/{page}/{name}", get(bytes))
}

async fn list(call: Call, Path(id): Path<String>) -> Answer {
    let params = call.params(&["expand", "start", "limit", "filename", "mediaType"])?;
    let expand = params.expand(EXPANSIONS)?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let page = view.visible(&id)?;
    let fits = |file: &&Attachment| {
        let (name, kind) = (params.text("filename"), params.text("mediaType"));
        name.is_none_or(|name| file.name == name) && kind.is_none_or(|kind| file.media_type == kind)
    };
    let files = page.attachments.iter().filter(fits).collect();
    let path = format!("/rest/api/content/{id}/child/attachment");
    paged(&call, &path, &params, files, |file: &&Attachment| {
        view.attachment(page, file, &expand)
    })
}

/// The file with this id, if there is one that the caller may see.
pub(super) fn one(view: &View<'_>, id: &str, expand: &Expand) -> Option<Value> {
    let caller = &view.call.caller;
    let (page, file) = view.confluence.attachment_for(caller, id)?;
    Some(view.attachment(page, file, expand))
}

async fn bytes(
    call: Call,
    Path((page, name)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let params = call.params(&["version", "modificationDate", "api"])?;
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let page = view.visible(&page)?;
    let version = params.number("version")?;
    let mut files = page.attachments.iter();
    let file = files.find(|file| {
        file.name == name && version.is_none_or(|version| version == file.version as usize)
    });
    file.map(download::file)
        .ok_or_else(|| Refusal::not_found(format!("page {} has no file {name}", page.id)))
}

impl View<'_> {
    fn attachment(&self, page: &Page, file: &Attachment, expand: &Expand) -> Value {
        let (id, about) = (
            file.called(),
            json!({
                "mediaType": file.media_type, "comment": file.comment,
            }),
        );
        let mut content = json!({
            "id": id, "type": "attachment", "status": "current", "title": file.name,
            "metadata": about, "extensions": about,
            "_links": {
                "webui": format!("/pages/viewpage.action?pageId={p}&preview=%2F{p}%2F{}", file.id, p = page.id),
                "download": address(page, file),
                "self": format!("{}/rest/api/content/{id}", self.call.site.base()),
            },
        });
        content["extensions"]["fileSize"] = json!(file.bytes().len());
        if expand.has("version") {
            let number = file.version as usize;
            content["version"] = self.edit(number, file.at, file.by.as_ref(), None);
        }
        if expand.has("container") {
            content["container"] = self.page(page, &Expand::default());
        }
        if expand.has("space") {
            content["space"] = self.page(page, expand)["space"].clone();
        }
        content
    }
}

/// The address of the bytes, below the context path.
fn address(page: &Page, file: &Attachment) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("version", &file.version.to_string())
        .append_pair("modificationDate", &file.at.0.as_millisecond().to_string())
        .append_pair("api", "v2")
        .finish();
    let name: String = form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    let name = name.replace('+', "%20");
    format!("/download/attachments/{}/{name}?{query}", page.id)
}

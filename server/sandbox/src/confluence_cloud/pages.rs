//! Pages and blog posts of v2, their versions and labels. v2 expands nothing: a space key or a
//! name is another call.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::view::{BodyFormat, account, listed, version};
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::params::Params;
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::confluence::{Page, PageKind, Version};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v2/pages", get(pages))
        .route("/api/v2/pages/{id}", get(page))
        .route("/api/v2/blogposts/{id}", get(blog_post))
        .route("/api/v2/pages/{id}/versions", get(versions))
        .route("/api/v2/blogposts/{id}/versions", get(blog_post_versions))
        .route("/api/v2/pages/{id}/labels", get(labels))
}

/// The page, or the refusal that does not tell whether it exists.
pub(super) fn visible<'a>(
    call: &'a Call,
    store: &'a Store,
    id: &str,
    kind: PageKind,
) -> Result<&'a Page, Refusal> {
    let page = store
        .confluence(call.site.personality)
        .page_for(&call.caller, id);
    page.filter(|page| page.kind == kind)
        .ok_or_else(|| Refusal::not_found(format!("Cannot find {} with ID {id}", kind.name())))
}

async fn page(call: Call, Path(id): Path<String>) -> Answer {
    one(&call, &id, PageKind::Page)
}

async fn blog_post(call: Call, Path(id): Path<String>) -> Answer {
    one(&call, &id, PageKind::BlogPost)
}

fn one(call: &Call, id: &str, kind: PageKind) -> Answer {
    let params = call.params(&["body-format", "version"])?;
    let format = BodyFormat::read(&params)?;
    let store = call.site.shared.store();
    let page = visible(call, &store, id, kind)?;
    let number = params.number("version")?.unwrap_or_else(|| page.number());
    let Some(version) = page.version(number) else {
        return Err(Refusal::not_found(format!(
            "Version {number} of page {id} does not exist"
        )));
    };
    Ok(Json(answered(
        call,
        &store,
        page,
        (number, version),
        format,
    )))
}

/// A page that is the whole answer.
pub(super) fn answered(
    call: &Call,
    store: &Store,
    page: &Page,
    version: (usize, &Version),
    format: BodyFormat,
) -> Value {
    let mut answer = shown(call, store, page, version, format);
    answer["_links"]["base"] = json!(call.site.base());
    answer
}

async fn pages(call: Call) -> Result<Response, Refusal> {
    let allowed = [
        "id",
        "space-id",
        "sort",
        "status",
        "title",
        "body-format",
        "limit",
        "cursor",
    ];
    let params = call.params(&allowed)?;
    let format = BodyFormat::read(&params)?;
    let (ids, spaces, status) = (
        numbers(&params, "id")?,
        numbers(&params, "space-id")?,
        params.list("status"),
    );
    let store = call.site.shared.store();
    let confluence = store.confluence(call.site.personality);
    let fits = |page: &&Page| {
        let space = confluence.space(&page.space).map(|space| space.id);
        page.kind == PageKind::Page
            && (ids.is_empty() || ids.contains(&page.id))
            && (spaces.is_empty() || space.is_some_and(|id| spaces.contains(&id)))
            && (status.is_empty() || status.iter().any(|status| status == "current"))
            && params
                .text("title")
                .is_none_or(|title| page.current().title == title)
    };
    let mut all: Vec<&Page> = confluence.pages_for(&call.caller).filter(fits).collect();
    sort(&mut all, params.text("sort"))?;
    listed(&call, "pages", &params, all, |page| {
        shown(&call, &store, page, (page.number(), page.current()), format)
    })
}

fn sort(pages: &mut [&Page], by: Option<&str>) -> Result<(), Refusal> {
    match by {
        None | Some("id") => pages.sort_by_key(|page| page.id),
        Some("-id") => pages.sort_by_key(|page| std::cmp::Reverse(page.id)),
        Some("title") => pages.sort_by_key(|page| page.current().title.clone()),
        Some("modified-date") => pages.sort_by_key(|page| page.current().at),
        Some("-modified-date") => pages.sort_by_key(|page| std::cmp::Reverse(page.current().at)),
        Some(other) => {
            return Err(Refusal::bad_request(format!(
                "'{other}' is not a valid sort order"
            )));
        }
    }
    Ok(())
}

/// A parameter that takes numeric ids, such as `space-id`, where a key is a common mistake.
pub(super) fn numbers(params: &Params, name: &str) -> Result<Vec<u64>, Refusal> {
    let wrong = |text: &str| {
        Refusal::bad_request(format!(
            "Provided value {{{text}}} for '{name}' is not a number"
        ))
    };
    params
        .list(name)
        .iter()
        .map(|text| text.parse().map_err(|_| wrong(text)))
        .collect()
}

fn shown(
    call: &Call,
    store: &Store,
    page: &Page,
    (number, shown): (usize, &Version),
    format: BodyFormat,
) -> Value {
    let confluence = store.confluence(call.site.personality);
    let space = confluence.space(&page.space);
    let creator = account(store, page.first().by.as_ref());
    let author = account(store, shown.by.as_ref());
    let place = match page.kind {
        PageKind::Page => "pages",
        PageKind::BlogPost => "blog",
    };
    let path = format!("/spaces/{}/{place}/{}", page.space, page.id);
    let mut answer = json!({
        "id": page.id.to_string(),
        "status": if number == page.number() { "current" } else { "historical" },
        "title": shown.title,
        "spaceId": space.map(|space| space.id.to_string()),
        "authorId": creator,
        "createdAt": page.first().at.confluence_cloud(),
        "version": version(number, shown.at, shown.message.as_deref(), shown.minor, &author),
        "body": format.shown(&shown.body),
        "_links": {
            "webui": format!("{path}/{}", shown.title.replace(' ', "+")),
            "editui": format!("{path}?draftShareId=0"),
            "edituiv2": format!("/spaces/{}/{place}/edit-v2/{}", page.space, page.id),
            "tinyui": format!("/x/{:x}", page.id),
        },
    });
    if page.kind == PageKind::Page {
        answer["parentId"] = json!(page.parent.map(|id| id.to_string()));
        answer["parentType"] = json!(page.parent.map(|_| "page"));
        answer["position"] = json!(page.position);
        answer["ownerId"] = creator;
        answer["lastOwnerId"] = Value::Null;
    }
    answer
}

async fn versions(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    versions_of(&call, &id, PageKind::Page, "pages")
}

async fn blog_post_versions(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    versions_of(&call, &id, PageKind::BlogPost, "blogposts")
}

fn versions_of(
    call: &Call,
    id: &str,
    kind: PageKind,
    collection: &str,
) -> Result<Response, Refusal> {
    let params = call.params(&["body-format", "limit", "cursor", "sort"])?;
    let format = BodyFormat::read(&params)?;
    let store = call.site.shared.store();
    let page = visible(call, &store, id, kind)?;
    let mut all: Vec<(usize, &Version)> = (1..).zip(&page.versions).collect();
    match params.text("sort") {
        None | Some("-modified-date") => all.reverse(),
        Some("modified-date") => {}
        Some(other) => {
            return Err(Refusal::bad_request(format!(
                "'{other}' is not a valid sort order"
            )));
        }
    }
    listed(
        call,
        &format!("{collection}/{id}/versions"),
        &params,
        all,
        |(number, each)| {
            let author = account(&store, each.by.as_ref());
            let mut shown = version(
                *number,
                each.at,
                each.message.as_deref(),
                each.minor,
                &author,
            );
            shown["page"] =
                json!({ "id": id, "title": each.title, "body": format.shown(&each.body) });
            shown
        },
    )
}

async fn labels(call: Call, Path(id): Path<String>) -> Result<Response, Refusal> {
    let params = call.params(&["prefix", "sort", "limit", "cursor"])?;
    let store = call.site.shared.store();
    let page = visible(&call, &store, &id, PageKind::Page)?;
    let prefix = params.text("prefix").unwrap_or("global");
    let all = page
        .labels
        .iter()
        .filter(|_| prefix == "global")
        .enumerate()
        .collect();
    listed(
        &call,
        &format!("pages/{id}/labels"),
        &params,
        all,
        |(place, label)| {
            // Labels have ids that nothing else refers to.
            let id = (page.id * 10 + *place as u64).to_string();
            json!({ "id": id, "name": label, "prefix": "global" })
        },
    )
}

//! Making and changing pages and comments in v2: `POST /pages`, `PUT /pages/{id}`, `PUT
//! /blogposts/{id}`, `POST /footer-comments`, and replies by `POST /inline-comments`. Drafts, deleting
//! and moving are not offered yet.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::comments;
use super::pages::{answered, visible};
use super::view::BodyFormat;
use crate::site::Site;
use crate::site::call::{Answer, Call, Sent};
use crate::site::refusal::Refusal;
use crate::storage_form;
use crate::store::Store;
use crate::store::confluence::{
    Confluence, Draft, Location, Page, PageKind, Remark, Space, Version,
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v2/pages", post(create))
        .route("/api/v2/pages/{id}", put(update_page))
        .route("/api/v2/blogposts/{id}", put(update_blog_post))
        .route("/api/v2/footer-comments", post(footer_comment))
        .route("/api/v2/inline-comments", post(inline_comment))
}

/// A comment that was made.
type Created = Result<(StatusCode, Json<Value>), Refusal>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewPage {
    space_id: String,
    status: Status,
    title: String,
    parent_id: Option<String>,
    body: Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ChangedPage {
    id: String,
    #[expect(dead_code, reason = "has to be there and to be current, nothing more")]
    status: Status,
    title: String,
    body: Body,
    version: NextVersion,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewComment {
    page_id: Option<String>,
    blog_post_id: Option<String>,
    parent_comment_id: Option<String>,
    body: Body,
}

/// Drafts are another matter.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Status {
    Current,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    representation: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextVersion {
    number: usize,
    message: Option<String>,
}

impl Body {
    fn storage(self) -> Result<String, Refusal> {
        if self.representation != "storage" {
            return Err(Refusal::bad_request(format!(
                "sandbox: representation '{}' is not offered yet, only storage",
                self.representation
            )));
        }
        storage_form::check(&self.value)?;
        Ok(self.value)
    }
}

fn title_taken() -> Refusal {
    Refusal::bad_request(
        "A page with this title already exists: A page already exists with the same TITLE in this space",
    )
}

fn title(text: String) -> Result<String, Refusal> {
    match text.trim() {
        "" => Err(Refusal::bad_request("Title is required")),
        trimmed if trimmed.chars().count() > 255 => Err(Refusal::bad_request(
            "Title cannot be longer than 255 characters",
        )),
        trimmed => Ok(trimmed.to_owned()),
    }
}

async fn create(call: Call, Sent(sent): Sent<NewPage>) -> Answer {
    call.params(&[])?;
    let NewPage {
        status: Status::Current,
        ..
    } = sent;
    let (title, body) = (title(sent.title)?, sent.body.storage()?);
    let at = call.site.shared.clock.now();
    let mut store = call.site.shared.store();
    let confluence = store.confluence_mut(call.site.personality);
    let space = space(&call, confluence, &sent.space_id)?;
    let parent = match sent.parent_id {
        Some(id) => Some(parent(&call, confluence, space, &id)?),
        None => space.homepage,
    };
    let space = space.key.clone();
    if confluence.titled(&space, PageKind::Page, &title).is_some() {
        return Err(title_taken());
    }
    let by = Some(call.caller.user_name.clone());
    let version = Version {
        title,
        by,
        at,
        message: None,
        minor: false,
        body,
    };
    let id = confluence.add_page(Draft {
        space,
        parent,
        version,
    });
    call.carried_out("created page", id);
    shown(&call, &store, id, PageKind::Page)
}

fn space<'a>(call: &Call, confluence: &'a Confluence, id: &str) -> Result<&'a Space, Refusal> {
    let Ok(number) = id.parse::<u64>() else {
        let message = format!(
            "Provided value {{{id}}} for 'spaceId' is not the correct type. Expected type is long"
        );
        return Err(Refusal::bad_request(message));
    };
    // `spaces_for` would borrow the caller for as long as the space.
    let space = confluence.spaces.iter().find(|space| space.id == number);
    space
        .filter(|space| space.viewers.includes(&call.caller))
        .ok_or_else(|| Refusal::not_found(format!("Cannot find space with ID {id}")))
}

fn parent(call: &Call, confluence: &Confluence, space: &Space, id: &str) -> Result<u64, Refusal> {
    let Some(page) = confluence.page_for(&call.caller, id) else {
        return Err(Refusal::not_found(format!(
            "Parent content with ID {id} not found"
        )));
    };
    if page.space != space.key || page.kind != PageKind::Page {
        return Err(Refusal::bad_request(format!(
            "Parent content with ID {id} is not a page of this space"
        )));
    }
    Ok(page.id)
}

async fn update_page(call: Call, Path(id): Path<String>, Sent(sent): Sent<ChangedPage>) -> Answer {
    update(&call, &id, sent, PageKind::Page)
}

async fn update_blog_post(
    call: Call,
    Path(id): Path<String>,
    Sent(sent): Sent<ChangedPage>,
) -> Answer {
    update(&call, &id, sent, PageKind::BlogPost)
}

fn update(call: &Call, id: &str, sent: ChangedPage, kind: PageKind) -> Answer {
    call.params(&[])?;
    let (title, body) = (title(sent.title)?, sent.body.storage()?);
    let at = call.site.shared.clock.now();
    let mut store = call.site.shared.store();
    let page = visible(call, &store, id, kind)?;
    if sent.id != id {
        return Err(Refusal::bad_request(
            "The id in the body does not match the id in the path",
        ));
    }
    expect_next(page, sent.version.number)?;
    let (number, space) = (page.id, page.space.clone());
    let confluence = store.confluence_mut(call.site.personality);
    if confluence
        .titled(&space, kind, &title)
        .is_some_and(|other| other.id != number)
    {
        return Err(title_taken());
    }
    let by = Some(call.caller.user_name.clone());
    let message = sent.version.message.filter(|message| !message.is_empty());
    let version = Version {
        title,
        by,
        at,
        message,
        minor: false,
        body,
    };
    confluence.add_version(number, version);
    call.carried_out("changed page", number);
    shown(call, &store, number, kind)
}

/// The optimistic lock: exactly one more than there is.
fn expect_next(page: &Page, given: usize) -> Result<(), Refusal> {
    let current = page.number();
    if given == current + 1 {
        return Ok(());
    }
    Err(Refusal::new(
        409,
        format!(
            "Version must be incremented when updating a page. Current Version: [{current}]. Provided version: [{given}]"
        ),
    ))
}

fn shown(call: &Call, store: &Store, id: u64, kind: PageKind) -> Answer {
    let page = visible(call, store, &id.to_string(), kind)?;
    let current = (page.number(), page.current());
    Ok(Json(answered(
        call,
        store,
        page,
        current,
        BodyFormat::Storage,
    )))
}

async fn footer_comment(call: Call, Sent(sent): Sent<NewComment>) -> Created {
    call.params(&[])?;
    let page = {
        let store = call.site.shared.store();
        match (&sent.page_id, &sent.blog_post_id, &sent.parent_comment_id) {
            (Some(id), None, None) => (visible(&call, &store, id, PageKind::Page)?.id, None),
            (None, Some(id), None) => (visible(&call, &store, id, PageKind::BlogPost)?.id, None),
            (None, None, Some(id)) => answered_comment(&call, &store, id, Location::Footer)?,
            _ => {
                return Err(Refusal::bad_request(
                    "Exactly one of pageId, blogPostId and parentCommentId must be given",
                ));
            }
        }
    };
    commented(&call, page, sent.body.storage()?)
}

async fn inline_comment(call: Call, Sent(sent): Sent<NewComment>) -> Created {
    call.params(&[])?;
    let (None, None, Some(id)) = (&sent.page_id, &sent.blog_post_id, &sent.parent_comment_id)
    else {
        return Err(Refusal::bad_request(
            "sandbox: only replies are offered here, which name parentCommentId and nothing else",
        ));
    };
    let page = answered_comment(&call, &call.site.shared.store(), id, Location::Inline)?;
    commented(&call, page, sent.body.storage()?)
}

fn commented(call: &Call, (page, parent): (u64, Option<u64>), body: String) -> Created {
    let (by, at) = (call.caller.user_name.clone(), call.site.shared.clock.now());
    let mut store = call.site.shared.store();
    let confluence = store.confluence_mut(call.site.personality);
    let id = confluence.add_comment(Remark {
        page,
        parent,
        by,
        at,
        body,
    });
    call.carried_out("created comment", id);
    let confluence = store.confluence(call.site.personality);
    let page = confluence.page_for(&call.caller, &page.to_string());
    let comment = page.and_then(|page| {
        let comment = page.comment(&id.to_string())?;
        Some(comments::shown(&store, page, comment, BodyFormat::Storage))
    });
    Ok((StatusCode::CREATED, Json(comment.unwrap_or(json!({})))))
}

/// Page and comment that an answer goes to.
fn answered_comment(
    call: &Call,
    store: &Store,
    id: &str,
    location: Location,
) -> Result<(u64, Option<u64>), Refusal> {
    let (page, comment) = comments::found(call, store, id, location)?;
    Ok((page.id, Some(comment.id)))
}

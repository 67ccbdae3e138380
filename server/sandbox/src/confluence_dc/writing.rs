//! Making and changing content in v1: `POST /content` for pages and comments, `PUT /content/{id}`.
//! Blog posts can be changed only; drafts, deleting and moving are not offered yet.

use axum::extract::Path;
use axum::routing::{post, put};
use axum::{Json, Router};
use serde::Deserialize;

use super::view::{EXPANSIONS, View};
use crate::site::Site;
use crate::site::call::{Answer, Call, Sent};
use crate::site::params::Expand;
use crate::site::refusal::Refusal;
use crate::storage_form;
use crate::store::confluence::{Confluence, Draft, Page, PageKind, Remark, Version};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/rest/api/content", post(create))
        .route("/rest/api/content/{id}", put(update))
}

/// What can be made: the `type` decides which members belong to it.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum New {
    Page {
        title: String,
        space: SpaceReference,
        ancestors: Option<Vec<Reference>>,
        body: Body,
    },
    Comment {
        container: Reference,
        ancestors: Option<Vec<Reference>>,
        body: Body,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    version: NextVersion,
    body: Body,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpaceReference {
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    id: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    storage: Storage,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Storage {
    value: String,
    representation: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NextVersion {
    number: usize,
    #[serde(default)]
    minor_edit: bool,
    message: Option<String>,
}

impl Body {
    fn storage(self) -> Result<String, Refusal> {
        let Storage {
            value,
            representation,
        } = self.storage;
        if representation != "storage" {
            return Err(Refusal::bad_request(format!(
                "sandbox: representation '{representation}' is not offered yet, only storage"
            )));
        }
        storage_form::check(&value)?;
        Ok(value)
    }
}

fn title(text: &str) -> Result<String, Refusal> {
    match text.trim() {
        "" => Err(Refusal::bad_request("A page must have a title.")),
        trimmed if trimmed.chars().count() > 255 => Err(Refusal::bad_request(
            "Title cannot be longer than 255 characters.",
        )),
        trimmed => Ok(trimmed.to_owned()),
    }
}

fn unique(
    confluence: &Confluence,
    place: (&str, PageKind),
    title: &str,
    but: Option<u64>,
) -> Result<(), Refusal> {
    let (space, kind) = place;
    let other = confluence.titled(space, kind, title);
    if other.is_none_or(|page| Some(page.id) == but) {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "A page with this title already exists: A page already exists with the title {title} in the \
         space with key {space}"
    )))
}

async fn create(call: Call, Sent(sent): Sent<New>) -> Answer {
    let expand = call.params(&["expand"])?.expand(EXPANSIONS)?;
    match sent {
        New::Page {
            title: text,
            space,
            ancestors,
            body,
        } => {
            let version = version(&call, title(&text)?, body.storage()?, None);
            create_page(&call, &space.key, ancestors, version, &expand)
        }
        New::Comment {
            container,
            ancestors,
            body,
        } => create_comment(&call, &container, ancestors, body.storage()?, &expand),
    }
}

fn version(call: &Call, title: String, body: String, message: Option<String>) -> Version {
    Version {
        title,
        by: Some(call.caller.user_name.clone()),
        at: call.site.shared.clock.now(),
        message: message.filter(|message| !message.is_empty()),
        minor: false,
        body,
    }
}

fn create_page(
    call: &Call,
    space: &str,
    ancestors: Option<Vec<Reference>>,
    version: Version,
    expand: &Expand,
) -> Answer {
    let mut store = call.site.shared.store();
    let confluence = store.confluence_mut(call.site.personality);
    if !confluence
        .spaces_for(&call.caller)
        .any(|known| known.key == space)
    {
        return Err(Refusal::not_found(format!("No space with key : {space}")));
    }
    let parent = ancestors.unwrap_or_default().pop();
    let parent = parent
        .map(|parent| above(call, confluence, space, &parent))
        .transpose()?;
    unique(confluence, (space, PageKind::Page), &version.title, None)?;
    let space = space.to_owned();
    let id = confluence.add_page(Draft {
        space,
        parent,
        version,
    });
    call.carried_out("created page", id);
    let view = View::of(call, &store);
    let page = view.visible(&id.to_string())?;
    Ok(Json(view.alone(view.page(page, expand))))
}

/// The parent, which has to be a page of the same space and not in the trash.
fn above(
    call: &Call,
    confluence: &Confluence,
    space: &str,
    parent: &Reference,
) -> Result<u64, Refusal> {
    let page = confluence.page_for(&call.caller, &parent.id);
    let page = page.ok_or_else(|| {
        Refusal::bad_request(format!(
            "The parent ID specified does not exist: {}",
            parent.id
        ))
    })?;
    if page.space != space {
        return Err(Refusal::bad_request(
            "Can't add a parent from another space.",
        ));
    }
    Ok(page.id)
}

fn create_comment(
    call: &Call,
    container: &Reference,
    ancestors: Option<Vec<Reference>>,
    body: String,
    expand: &Expand,
) -> Answer {
    let mut store = call.site.shared.store();
    let page = View::of(call, &store).visible(&container.id)?;
    if container
        .kind
        .as_deref()
        .is_some_and(|kind| kind != page.kind.name())
    {
        return Err(Refusal::bad_request("The container is of another type"));
    }
    let parent = ancestors.unwrap_or_default().pop();
    let parent = parent.map(|parent| answered(page, &parent)).transpose()?;
    let page = page.id;
    let (by, at) = (call.caller.user_name.clone(), call.site.shared.clock.now());
    let confluence = store.confluence_mut(call.site.personality);
    let id = confluence.add_comment(Remark {
        page,
        parent,
        by,
        at,
        body,
    });
    call.carried_out("created comment", id);
    let view = View::of(call, &store);
    Ok(Json(view.alone(super::content::comment(
        &view,
        &id.to_string(),
        expand,
    )?)))
}

/// The comment of the page that an answer goes to.
fn answered(page: &Page, parent: &Reference) -> Result<u64, Refusal> {
    let comment = page
        .comments
        .iter()
        .find(|comment| comment.id.to_string() == parent.id);
    comment.map(|comment| comment.id).ok_or_else(|| {
        Refusal::bad_request(format!(
            "The parent ID specified does not exist: {}",
            parent.id
        ))
    })
}

async fn update(call: Call, Path(id): Path<String>, Sent(sent): Sent<Changed>) -> Answer {
    let expand = call.params(&["expand"])?.expand(EXPANSIONS)?;
    let body = sent.body.storage()?;
    let mut next = version(&call, title(&sent.title)?, body, sent.version.message);
    next.minor = sent.version.minor_edit;
    let mut store = call.site.shared.store();
    let page = View::of(&call, &store).visible(&id)?;
    if sent.kind != page.kind.name() {
        return Err(Refusal::bad_request(format!(
            "The type cannot be changed to '{}'",
            sent.kind
        )));
    }
    let current = page.number();
    if sent.version.number != current + 1 {
        return Err(Refusal::new(
            409,
            format!("Version must be incremented on update. Current version is: {current}"),
        ));
    }
    let (number, space, kind) = (page.id, page.space.clone(), page.kind);
    let confluence = store.confluence_mut(call.site.personality);
    unique(confluence, (&space, kind), &next.title, Some(number))?;
    confluence.add_version(number, next);
    call.carried_out("changed page", number);
    let view = View::of(&call, &store);
    Ok(Json(view.alone(view.page(view.visible(&id)?, &expand))))
}

//! How v2 frames lists and shows versions and bodies.
//! Pages, spaces and comments themselves are in their own files.

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::LINK;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::moment::Moment;
use crate::site::call::Call;
use crate::site::paging::{Cursors, Page};
use crate::site::params::Params;
use crate::site::refusal::Refusal;
use crate::store::Store;

/// The largest page of any v2 list.
const LIMIT: usize = 250;

/// The account id of a person named by user name, or null.
pub(super) fn account(store: &Store, user_name: Option<&String>) -> Value {
    let person = user_name.and_then(|name| store.person(name));
    json!(person.map(|person| &person.account_id))
}

/// A version without its body.
pub(super) fn version(
    number: usize,
    at: Moment,
    message: Option<&str>,
    minor: bool,
    author: &Value,
) -> Value {
    json!({
        "number": number,
        "message": message.unwrap_or_default(),
        "minorEdit": minor,
        "authorId": author,
        "createdAt": at.confluence_cloud(),
    })
}

/// Whether a body was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyFormat {
    Storage,
    None,
}

impl BodyFormat {
    /// Reads `body-format`; the sandbox holds storage only and says so.
    pub(super) fn read(params: &Params) -> Result<Self, Refusal> {
        match params.text("body-format") {
            None => Ok(Self::None),
            Some("storage") => Ok(Self::Storage),
            Some(known @ ("atlas_doc_format" | "view")) => Err(Refusal::bad_request(format!(
                "sandbox: body-format={known} is not offered yet, only storage"
            ))),
            Some(other) => Err(Refusal::bad_request(format!(
                "'{other}' is not a valid body-format"
            ))),
        }
    }

    /// The `body` member: empty unless asked for.
    pub(super) fn shown(self, storage: &str) -> Value {
        match self {
            Self::Storage => {
                json!({ "storage": { "representation": "storage", "value": storage } })
            }
            Self::None => json!({}),
        }
    }
}

/// Cuts `all` by the `limit` and `cursor` of the request, shows each and links to the next page.
///
/// The link is given twice, in the body and as a `Link` header, and starts with the context
/// path, unlike the links of v1.
pub(super) fn listed<T>(
    call: &Call,
    path: &str,
    params: &Params,
    all: Vec<T>,
    show: impl Fn(&T) -> Value,
) -> Result<Response, Refusal> {
    let limit = params.number("limit")?.unwrap_or(25);
    if limit == 0 || limit > LIMIT {
        let message = format!("limit must be between 1 and {LIMIT}");
        return Err(Refusal::bad_request(message));
    }
    let question: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params.others(&["limit", "cursor"]))
        .finish();
    let cursors = Cursors::of(&format!("{} {path}?{question}", call.caller.user_name));
    let page = Page::of(all, cursors.read(params.text("cursor"))?, limit);
    let results: Vec<Value> = page.items.iter().map(show).collect();
    let mut answer = json!({ "results": results, "_links": { "base": call.site.base() } });
    let next = page.next().map(|next| {
        let rest = if question.is_empty() {
            String::new()
        } else {
            format!("{question}&")
        };
        format!(
            "/wiki/api/v2/{path}?{rest}limit={limit}&cursor={}",
            cursors.write(next)
        )
    });
    if let Some(next) = &next {
        answer["_links"]["next"] = json!(next);
    }
    let mut response = Json(answer).into_response();
    let link = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok());
    if let Some(link) = link {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

//! What faults do to answers: replace them, cut them, take everything nullable from them.
//! When that happens is told by the test.

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use futures::{StreamExt as _, stream};
use serde_json::Value;

use crate::fault::Effect;

/// The answer under a fault, or as it is without one.
pub(crate) async fn under(
    strike: Option<Effect>,
    answer: impl Future<Output = Response>,
) -> Response {
    match strike {
        None => answer.await,
        Some(Effect::Delay(time)) => {
            tokio::time::sleep(time).await;
            answer.await
        }
        Some(Effect::Stall) => std::future::pending().await,
        Some(Effect::EmptySuccess) => StatusCode::OK.into_response(),
        Some(Effect::HtmlLoginPage) => Html(LOGIN_PAGE).into_response(),
        Some(Effect::Status {
            status,
            headers,
            body,
        }) => replacement(status, &headers, body),
        Some(Effect::CutBody) => cut(answer.await).await,
        Some(Effect::NullFields) => nullify(answer.await).await,
    }
}

/// What a single sign-on proxy shows to whom it does not know.
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><head><title>Log in - Kestrel SSO</title></head>\
    <body><form action=\"/login\" method=\"post\"><input name=\"user\"></form></body></html>";

/// An answer made up by the test.
fn replacement(status: u16, headers: &[(String, String)], body: String) -> Response {
    let json = body.starts_with(['{', '[']);
    let kind = if json {
        "application/json"
    } else {
        "text/plain;charset=UTF-8"
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [(CONTENT_TYPE, kind)], body).into_response();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The head promises the whole body; half of it comes, then the connection breaks.
async fn cut(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half: Bytes = whole.slice(..whole.len() / 2);
    // The pause lets hyper flush the first half before it learns of the break.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut by an injected fault"))
    });
    let body = Body::from_stream(stream::iter([Ok(half)]).chain(end));
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    Response::from_parts(head, body)
}

/// Members that may be null, over all four sites.
const NULLABLE: &[&str] = &[
    // Jira issue fields and their companions
    "assignee",
    "reporter",
    "creator",
    "priority",
    "resolution",
    "resolutiondate",
    "duedate",
    "description",
    "environment",
    "parent",
    "customfield_10016",
    "author",
    "updateAuthor",
    "emailAddress",
    "timeZone",
    "fromString",
    "toString",
    "relationship",
    "application",
    "mimeType",
    // Confluence
    "authorId",
    "ownerId",
    "lastOwnerId",
    "parentId",
    "parentType",
    "position",
    "message",
    "homepageId",
    "icon",
    "excerpt",
    "friendlyLastModified",
    "resultGlobalContainer",
    "by",
    "createdBy",
    "email",
    "profilePicture",
    "inlineOriginalSelection",
    "inlineProperties",
    "resolution",
    "resolutionStatus",
    "mediaType",
    "fileSize",
];

/// The same answer with nulls.
async fn nullify(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(head, bytes.into());
    };
    empty(&mut value);
    head.headers.remove(CONTENT_LENGTH);
    let mut answer = Json(value).into_response();
    *answer.status_mut() = head.status;
    answer.headers_mut().extend(head.headers);
    answer.extensions_mut().extend(head.extensions);
    answer
}

fn empty(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(empty),
        Value::Object(members) => {
            for (name, member) in members {
                if NULLABLE.contains(&name.as_str()) {
                    *member = Value::Null;
                } else {
                    empty(member);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nullable_members_become_null_at_any_depth_and_others_stay() {
        let mut value = json!({ "key": "A-1", "fields": { "assignee": { "name": "ana" } } });
        empty(&mut value);
        assert_eq!(
            value,
            json!({ "key": "A-1", "fields": { "assignee": null } })
        );
    }
}

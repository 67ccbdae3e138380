//! Turns everything in an answer that Atlassian documents as nullable into null.
//! When that happens is decided by the gate's faults.

use axum::Json;
use axum::body::to_bytes;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

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
];

/// The same answer with nulls.
pub(super) async fn nullify(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(head, bytes.into());
    };
    empty(&mut value);
    head.headers.remove("content-length");
    let mut answer = Json(value).into_response();
    *answer.status_mut() = head.status;
    answer.headers_mut().extend(head.headers);
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

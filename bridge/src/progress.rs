//! Progress of a request: which token the host gave and which one the server reports on; not whether
//! anybody still wants to know.

use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::{Envelope, Id, RequestId};

/// Tells the server's reports of progress from its other notifications.
pub(crate) const METHOD: &str = "notifications/progress";

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    params: Params<'a>,
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow, rename = "_meta")]
    meta: Meta<'a>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, rename = "progressToken")]
    token: &'a RawValue,
}

/// The token under which the host wants to hear of a request's progress (MCP, "Progress"). A token is
/// a string or a number and compared like an id.
pub(crate) fn wanted_by(request: &[u8]) -> Option<RequestId> {
    // Most requests have none, and looking for the word costs less than reading the payload.
    memmem::find(request, b"progressToken")?;
    let message: Message<'_> = serde_json::from_slice(request).ok()?;
    Id::of(message.params.meta.token).to_request_id()
}

/// The token a report of progress is about.
pub(crate) fn reported_by(notification: &Envelope<'_>) -> Option<RequestId> {
    #[derive(Deserialize)]
    struct Report<'a> {
        #[serde(borrow, rename = "progressToken")]
        token: &'a RawValue,
    }
    let report: Report<'_> = serde_json::from_str(notification.params?.get()).ok()?;
    Id::of(report.token).to_request_id()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_where_the_protocol_puts_it_and_nowhere_else() {
        for (request, token) in [
            (
                r#"{"id":1,"params":{"_meta":{"progressToken":7}}}"#,
                Some("7"),
            ),
            (
                r#"{"id":1,"params":{"_meta":{"x":1,"progressToken":"t"}}}"#,
                Some(r#""t""#),
            ),
            (
                r#"{"id":1,"params":{"arguments":{"progressToken":7}}}"#,
                None,
            ),
            (
                r#"{"id":1,"params":{"_meta":{"progressToken":null}}}"#,
                None,
            ),
            (r#"{"id":1}"#, None),
        ] {
            let found = wanted_by(request.as_bytes());
            assert_eq!(found.as_ref().map(RequestId::as_json), token, "{request}");
        }
    }
}

//! A response on its way out; not when one is due.

use serde::Serialize;

use super::error::ErrorObject;
use super::id::RequestId;

/// One answer to one request: its result of any serialisable form, or an error.
///
/// Serialises to the JSON-RPC form; an id that could not be read becomes `null`, as JSON-RPC 2.0,
/// section 5, wants it.
#[derive(Debug, Clone, Serialize)]
pub struct Response<R> {
    jsonrpc: &'static str,
    id: Option<RequestId>,
    #[serde(flatten)]
    outcome: Outcome<R>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome<R> {
    Result(R),
    Error(ErrorObject),
}

impl<R> Response<R> {
    /// Answers a request with its result.
    pub fn result(id: RequestId, result: R) -> Self {
        Self {
            jsonrpc: "2.0",
            id: Some(id),
            outcome: Outcome::Result(result),
        }
    }

    /// Answers a request with an error; `None` when its id could not be read.
    pub fn error(id: Option<RequestId>, error: ErrorObject) -> Self {
        Self {
            jsonrpc: "2.0",
            id,
            outcome: Outcome::Error(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::jsonrpc::{ErrorCode, Id};

    fn request_id(json: &str) -> RequestId {
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        Id::of(&raw).to_request_id().unwrap()
    }

    #[test]
    fn a_result_carries_the_id_as_it_was_written() {
        let response = Response::result(request_id("1.0"), serde_json::json!({"a": 1}));
        let json = serde_json::to_string(&response).unwrap();
        assert_eq!(json, r#"{"jsonrpc":"2.0","id":1.0,"result":{"a":1}}"#);
    }

    #[test]
    fn an_error_without_a_readable_id_says_null_and_leaves_absent_data_out() {
        let error = ErrorObject::new(ErrorCode::PARSE_ERROR, "not JSON");
        let json = serde_json::to_string(&Response::<()>::error(None, error)).unwrap();
        let expected =
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not JSON"}}"#;
        assert_eq!(json, expected);
    }
}

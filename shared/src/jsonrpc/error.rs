//! Error codes and the error object of JSON-RPC and MCP; not when each is used.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A JSON-RPC error code. The constants are the only codes our programs mint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(pub i32);

impl ErrorCode {
    /// The text is not JSON (JSON-RPC 2.0, section 5.1).
    pub const PARSE_ERROR: Self = Self(-32700);
    /// JSON, but not a JSON-RPC message (JSON-RPC 2.0, section 5.1).
    pub const INVALID_REQUEST: Self = Self(-32600);
    /// The method is not offered (JSON-RPC 2.0, section 5.1).
    pub const METHOD_NOT_FOUND: Self = Self(-32601);
    /// The parameters do not fit the method (JSON-RPC 2.0, section 5.1).
    pub const INVALID_PARAMS: Self = Self(-32602);
    /// The receiver failed, or the message could not be delivered (JSON-RPC 2.0, section 5.1).
    pub const INTERNAL_ERROR: Self = Self(-32603);
}

/// The `error` member of a response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// What kind of error.
    pub code: ErrorCode,
    /// One sentence for a person: what failed and what to do about it.
    pub message: String,
    /// Details for a program; left out when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl ErrorObject {
    /// An error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// Adds details for a program.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }
}

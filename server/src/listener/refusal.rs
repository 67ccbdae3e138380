//! What is answered before any route is looked for: a JSON-RPC error that names the setting.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use shared::jsonrpc::{self, ErrorCode, ErrorObject};

/// A refusal as a response.
pub(crate) fn response(status: StatusCode, message: &str) -> Response {
    (status, Json(error(message))).into_response()
}

/// 503 as bytes, for a connection that is not served at all.
pub(super) fn no_room(max_connections: usize) -> Vec<u8> {
    let message = format!(
        "the server has {max_connections} open connections, as many as --max-connections and its \
         system allow; try again in a moment"
    );
    let body = serde_json::to_string(&error(&message)).unwrap_or_default();
    let length = body.len();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nretry-after: 1\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

fn error(message: &str) -> jsonrpc::Response<()> {
    jsonrpc::Response::error(None, ErrorObject::new(ErrorCode::INVALID_REQUEST, message))
}

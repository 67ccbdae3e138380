//! HTTP answers made of JSON-RPC; not which one is due.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use shared::jsonrpc::{self, ErrorObject, RequestId};

use crate::application::Refused;

/// A body of JSON.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = (status, Body::from(bytes)).into_response();
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            response
        }
        Err(error) => {
            tracing::error!(%error, "an answer is not JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A JSON-RPC error as a body, for refusals that belong to the HTTP request.
pub(super) fn error(status: StatusCode, id: Option<RequestId>, error: ErrorObject) -> Response {
    json(status, &jsonrpc::Response::<()>::error(id, error))
}

/// 202 without a body: taken, and nothing to say.
pub(super) fn accepted() -> Response {
    StatusCode::ACCEPTED.into_response()
}

/// 401 or 400. The challenge names no OAuth metadata: with it, official clients would start a browser.
pub(super) fn refused(refused: &Refused) -> Response {
    let object = ErrorObject::new(jsonrpc::ErrorCode::INVALID_REQUEST, refused.to_string());
    if let Refused::Malformed { .. } = refused {
        return error(StatusCode::BAD_REQUEST, None, object);
    }
    let mut response = error(StatusCode::UNAUTHORIZED, None, object);
    let challenge = HeaderValue::from_static(r#"Bearer realm="mcp""#);
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

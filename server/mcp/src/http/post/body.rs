//! Reading the body of a POST up to its limit.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http_body_util::LengthLimitError;
use shared::jsonrpc::{ErrorCode, ErrorObject};

use super::super::reply;

pub(super) async fn read(body: Body, max_bytes: usize) -> Result<Bytes, Response> {
    to_bytes(body, max_bytes).await.map_err(|error| {
        // What `to_bytes` documents to be the cause when the limit is reached.
        let cause = std::error::Error::source(&error);
        let is_too_large = cause.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
        let (status, message) = if is_too_large {
            let message = format!("the message is larger than {max_bytes} bytes");
            (StatusCode::PAYLOAD_TOO_LARGE, message)
        } else {
            (
                StatusCode::BAD_REQUEST,
                "the message broke off before its end".to_owned(),
            )
        };
        let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, message);
        reply::error(status, None, error)
    })
}

//! Reading the body of a POST up to its limits.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http_body_util::LengthLimitError;
use shared::jsonrpc::{ErrorCode, ErrorObject};
use tokio::time::timeout;

use super::super::limits::Limits;
use super::super::reply;

/// Reads all of it, or says with 413, 408 or 400 why not.
pub(super) async fn read(body: Body, limits: &Limits) -> Result<Bytes, Response> {
    let (max_bytes, time) = (limits.body_bytes, limits.body_time);
    let Ok(read) = timeout(time, to_bytes(body, max_bytes)).await else {
        let seconds = time.as_secs_f64();
        let message =
            format!("the message did not arrive within {seconds} s, which --body-timeout sets");
        let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, message);
        return Err(reply::error(StatusCode::REQUEST_TIMEOUT, None, error));
    };
    read.map_err(|error| {
        // What `to_bytes` documents to be the cause when the limit is reached.
        let cause = std::error::Error::source(&error);
        let is_too_large = cause.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
        let (status, message) = if is_too_large {
            let message = format!(
                "the message is larger than {max_bytes} bytes, which --max-body-bytes sets"
            );
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

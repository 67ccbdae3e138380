//! A file as an answer.
//! Who gets it is decided by the endpoints.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::store::attachment::Attachment;

/// The bytes of a file, under its name and with its type.
pub(crate) fn file(file: &Attachment) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let headers = [
        (CONTENT_TYPE, file.media_type.clone()),
        (CONTENT_DISPOSITION, disposition),
    ];
    (headers, file.bytes()).into_response()
}

//! Event streams as bodies: their headers, and comments in their silences; not what they tell.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::HeaderName;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use shared::sse::encode_comment;
use tokio::time::timeout;

use super::places::Place;

/// nginx holds back a response until its buffer is full unless told otherwise.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A response whose body is these events, each already encoded.
pub(super) fn response(
    events: impl Stream<Item = Bytes> + Send + 'static,
    keep_alive: Duration,
) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-cache"),
        (X_ACCEL_BUFFERING, "no"),
    ];
    let events = with_keep_alive(events, keep_alive).map(Ok::<_, Infallible>);
    (headers, Body::from_stream(events)).into_response()
}

/// The same for a stream that answers no request: it holds a place as long as it is open.
pub(super) fn standing(
    events: impl Stream<Item = Bytes> + Send + 'static,
    keep_alive: Duration,
    place: Place,
) -> Response {
    let holding = events.inspect(move |_| {
        // The stream owns the place with this closure, and gives it back when it is dropped.
        let _held = &place;
    });
    response(holding, keep_alive)
}

/// The events, with comments in the silences.
pub(super) fn with_keep_alive(
    events: impl Stream<Item = Bytes> + Send + 'static,
    keep_alive: Duration,
) -> impl Stream<Item = Bytes> + Send {
    stream::unfold(Box::pin(events), move |mut events| async move {
        match timeout(keep_alive, events.next()).await {
            Ok(Some(event)) => Some((event, events)),
            Ok(None) => None,
            Err(_silence) => Some((encode_comment("keep-alive"), events)),
        }
    })
}

//! `GET /sse`: the event stream of the 2024-11-05 transport, first event `endpoint`, answers after it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use shared::sse::{encode_comment, encode_event};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::connections::OpenConnection;
use super::{Shared, reply};
use crate::application::{Application, RequestHead};

pub(super) const SESSION_PARAMETER: &str = "sessionId";

/// nginx holds back a response until its buffer is full unless told otherwise.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Opens a stream.
pub(super) async fn open<A: Application>(
    State(shared): State<Arc<Shared<A>>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let peer = peer.map(|Extension(ConnectInfo(address))| address);
    let head = RequestHead {
        headers: &headers,
        peer,
    };
    let identified = match shared.application.identify(head).await {
        Ok(identified) => identified,
        Err(refused) => return reply::unauthorized(&refused),
    };
    match shared.connections.open(identified.fingerprint) {
        Ok(connection) => {
            tracing::info!(open = shared.connections.count(), "event stream opened");
            let events = events(connection, shared.settings.keep_alive, shared.stop.clone());
            let headers = [
                (CONTENT_TYPE, "text/event-stream"),
                (CACHE_CONTROL, "no-cache"),
                (X_ACCEL_BUFFERING, "no"),
            ];
            (headers, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "no randomness for a connection id");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The endpoint, then whatever is sent to this connection, with comments in the silences.
fn events(
    connection: OpenConnection,
    keep_alive: Duration,
    stop: CancellationToken,
) -> impl Stream<Item = Bytes> {
    // A reference relative to the stream's own address stays right behind any proxy prefix, and a
    // Host header can say anything.
    let endpoint = format!("?{SESSION_PARAMETER}={}", connection.id.as_str());
    let first = encode_event("endpoint", &endpoint);
    let rest = stream::unfold(connection, move |mut connection| {
        let stop = stop.clone();
        async move {
            let next = tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                next = timeout(keep_alive, connection.events.recv()) => next,
            };
            match next {
                Ok(Some(event)) => Some((event, connection)),
                Ok(None) => None,
                Err(_silence) => Some((encode_comment("keep-alive"), connection)),
            }
        }
    });
    stream::iter([first]).chain(rest)
}

#[cfg(test)]
mod tests {
    use super::super::connections::Connections;
    use super::*;

    const KEEP_ALIVE: Duration = Duration::from_secs(15);

    /// B-16 and B-18: there was no endpoint, and invented notifications instead of comments.
    #[tokio::test(start_paused = true)]
    async fn b_16_b_18_a_stream_starts_with_its_endpoint_and_is_kept_alive_by_comments() {
        let connection = Arc::new(Connections::default()).open(None).unwrap();
        let endpoint = format!("?sessionId={}", connection.id.as_str());
        let mut events = Box::pin(events(connection, KEEP_ALIVE, CancellationToken::new()));
        let first = events.next().await.unwrap();
        assert_eq!(first, format!("event: endpoint\ndata: {endpoint}\n\n"));
        let started = tokio::time::Instant::now();
        for _ in 0..3 {
            assert_eq!(events.next().await.unwrap(), ": keep-alive\n\n");
        }
        assert_eq!(started.elapsed(), KEEP_ALIVE * 3);
    }

    #[tokio::test]
    async fn a_stream_ends_when_the_server_stops_or_closes_it() {
        let connections = Arc::new(Connections::default());
        let stop = CancellationToken::new();
        let connection = connections.open(None).unwrap();
        let mut stopped = Box::pin(events(connection, KEEP_ALIVE, stop.clone()));
        let connection = connections.open(None).unwrap();
        let id = connection.id.clone();
        let mut closed = Box::pin(events(connection, KEEP_ALIVE, stop.clone()));
        let _endpoints = (stopped.next().await, closed.next().await);
        connections.close(&id);
        assert_eq!(closed.next().await, None);
        stop.cancel();
        assert_eq!(stopped.next().await, None);
        drop((stopped, closed));
        assert_eq!(connections.count(), 0);
    }
}

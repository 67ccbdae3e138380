//! `GET /sse`: the event stream of the 2024-11-05 transport, first event `endpoint`, answers after it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};
use shared::sse::{encode_comment, encode_event};
use tokio_util::sync::CancellationToken;

use super::connections::{ConnectionId, Entered, OpenConnection};
use super::fingerprint::Fingerprint;
use super::places::Holder;
use super::post::binding;
use super::{Shared, event_stream, reply};
use crate::application::{Application, RequestHead};
use crate::dispatch::listen;
use crate::outbound::Outbound;

pub(super) const SESSION_PARAMETER: &str = "sessionId";

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
    let identified = match shared.dispatcher.application.identify(head).await {
        Ok(identified) => identified,
        Err(refused) => return reply::refused(&refused),
    };
    let holder = Holder::of(identified.fingerprint, peer);
    let place = match shared.streams.take(holder) {
        Ok(place) => place,
        Err(no_place) => return no_place.into_response(),
    };
    match shared.connections.open(identified.fingerprint) {
        Ok(connection) => {
            tracing::info!(open = shared.connections.count(), "event stream opened");
            let entered = shared
                .connections
                .enter(&connection.id, identified.fingerprint);
            if let Ok(Entered { conversation, .. }) = entered {
                conversation.open_with(binding(&shared, &headers));
            }
            relay_news(&shared, &connection.id, identified.fingerprint);
            let events = events(connection, shared.stop.clone());
            event_stream::standing(events, shared.settings.keep_alive, place)
        }
        Err(error) => {
            tracing::error!(%error, "no randomness for a connection id");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Tells the connection what changes in the application, as long as it is open.
fn relay_news<A: Application>(
    shared: &Shared<A>,
    id: &ConnectionId,
    credential: Option<Fingerprint>,
) {
    let Some(changes) = shared.dispatcher.application.changes().cloned() else {
        return;
    };
    if let Ok(Entered {
        messages,
        conversation,
        ..
    }) = shared.connections.enter(id, credential)
    {
        // A sender of its own would keep the connection open for ever.
        let messages = messages.downgrade();
        tokio::spawn(async move {
            let tell = |method: &str, params: &Map<String, Value>| {
                if let Some(messages) = messages.upgrade() {
                    Outbound::to(messages).notify(method, params);
                }
            };
            listen::relay(&changes, &conversation, tell).await;
        });
    }
}

/// The endpoint, then whatever is sent to this connection.
fn events(connection: OpenConnection, stop: CancellationToken) -> impl Stream<Item = Bytes> {
    // A reference relative to the stream's own address stays right behind any proxy prefix, and a
    // Host header can say anything.
    let endpoint = format!("?{SESSION_PARAMETER}={}", connection.id.as_str());
    let first = encode_event("endpoint", &endpoint);
    let stopping = stop.clone();
    let rest = stream::unfold(connection, move |mut connection| {
        let stop = stopping.clone();
        async move {
            let message = tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                message = connection.messages.recv() => message?,
            };
            Some((encode_event("message", &message), connection))
        }
    });
    stream::iter([first]).chain(rest).chain(farewell(stop))
}

/// What a reader is told when the server stops: a comment, the only thing that every client lets pass.
/// How long to wait before coming back is told at the start of those streams that can be resumed.
pub(super) fn farewell(stop: CancellationToken) -> impl Stream<Item = Bytes> + Send {
    stream::once(async move { stop.is_cancelled() })
        .filter(|stops| std::future::ready(*stops))
        .map(|_| encode_comment("the server stops"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::connections::Connections;
    use super::*;

    const KEEP_ALIVE: Duration = Duration::from_secs(15);

    /// B-16 and B-18: there was no endpoint, and invented notifications instead of comments.
    #[tokio::test(start_paused = true)]
    async fn b_16_b_18_a_stream_starts_with_its_endpoint_and_is_kept_alive_by_comments() {
        let connection = Arc::new(Connections::default()).open(None).unwrap();
        let endpoint = format!("?sessionId={}", connection.id.as_str());
        let events = events(connection, CancellationToken::new());
        let mut events = Box::pin(event_stream::with_keep_alive(events, KEEP_ALIVE));
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
        let mut stopped = Box::pin(events(connection, stop.clone()));
        let connection = connections.open(None).unwrap();
        let id = connection.id.clone();
        let mut closed = Box::pin(events(connection, stop.clone()));
        let _endpoints = (stopped.next().await, closed.next().await);
        connections.close(&id);
        assert_eq!(closed.next().await, None);
        stop.cancel();
        assert_eq!(stopped.next().await.unwrap(), ": the server stops\n\n");
        assert_eq!(stopped.next().await, None);
        drop((stopped, closed));
        assert_eq!(connections.count(), 0);
    }
}

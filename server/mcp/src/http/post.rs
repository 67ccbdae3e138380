//! A POST: one message or a batch in; answers in the body, or on the sender's event stream when its
//! address names one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use bytes::Bytes;
use futures::future::join_all;
use http::{HeaderMap, StatusCode, Uri};
use http_body_util::LengthLimitError;
use shared::jsonrpc::{ErrorCode, ErrorObject};
use shared::sse::encode_event;
use tokio::sync::mpsc;

use super::connections::{ConnectionId, Connections, NotYours};
use super::fingerprint::Fingerprint;
use super::incoming::{Element, Incoming, RefusedBody};
use super::stream::SESSION_PARAMETER;
use super::{Shared, reply};
use crate::application::{Application, RequestHead};
use crate::dispatch::{self, RawResponse, Request};

/// How long an answer may wait for a reader that does not read before its stream is closed.
const SLOW_READER: Duration = Duration::from_secs(30);

/// Receives a POST on any of the addresses that take messages.
pub(super) async fn receive<A: Application>(
    State(shared): State<Arc<Shared<A>>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Response {
    let peer = peer.map(|Extension(ConnectInfo(address))| address);
    // Identity comes before the body: a refused credential is refused for every method.
    let identified = match shared
        .application
        .identify(RequestHead {
            headers: &headers,
            peer,
        })
        .await
    {
        Ok(identified) => identified,
        Err(refused) => return reply::unauthorized(&refused),
    };
    let stream = match stream_named_in(&uri, &shared.connections, identified.fingerprint) {
        Ok(stream) => stream,
        Err(refusal) => return not_yours(refusal),
    };
    let body = match read(body, shared.settings.max_body_bytes).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let incoming = match Incoming::parse(&body, &headers) {
        Ok(incoming) => incoming,
        Err(RefusedBody { id, error }) => {
            return reply::error(StatusCode::BAD_REQUEST, id, *error);
        }
    };
    let caller = Arc::new(identified.caller);
    match stream {
        None => answer_in_body(&shared, &caller, incoming).await,
        Some((id, events)) => {
            answer_on_stream(&shared, &caller, incoming, &id, &events);
            reply::accepted()
        }
    }
}

/// The stream whose id the address carries, if it carries one and the stream is the sender's.
fn stream_named_in(
    uri: &Uri,
    connections: &Connections,
    credential: Option<Fingerprint>,
) -> Result<Option<(ConnectionId, mpsc::Sender<Bytes>)>, NotYours> {
    let Some(query) = uri.query() else {
        return Ok(None);
    };
    let mut parameters = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, value)) = parameters.find(|(name, _)| name == SESSION_PARAMETER) else {
        return Ok(None);
    };
    let id = ConnectionId::from_query(value.into_owned());
    let events = connections.enter(&id, credential)?;
    Ok(Some((id, events)))
}

fn not_yours(refusal: NotYours) -> Response {
    let status = match refusal {
        NotYours::Closed => StatusCode::NOT_FOUND,
        NotYours::OtherCredential | NotYours::NoCredential => StatusCode::FORBIDDEN,
    };
    tracing::info!(%status, reason = %refusal, "message refused");
    let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, refusal.to_string());
    reply::error(status, None, error)
}

async fn read(body: Body, max_bytes: usize) -> Result<Bytes, Response> {
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
        reply::error(
            status,
            None,
            ErrorObject::new(ErrorCode::INVALID_REQUEST, message),
        )
    })
}

/// Plain JSON whatever the Accept header says; an error that answers a request is still HTTP 200.
async fn answer_in_body<A: Application>(
    shared: &Shared<A>,
    caller: &Arc<A::Caller>,
    incoming: Incoming,
) -> Response {
    match incoming {
        Incoming::Nothing => reply::accepted(),
        Incoming::One(request) => {
            reply::json(StatusCode::OK, &answer(shared, caller, request).await)
        }
        Incoming::Batch(elements) if elements.is_empty() => reply::accepted(),
        Incoming::Batch(elements) => {
            let answers = join_all(elements.into_iter().map(|element| async {
                match element {
                    Element::Request(request) => answer(shared, caller, request).await,
                    Element::Refused(response) => response,
                }
            }));
            reply::json(StatusCode::OK, &answers.await)
        }
    }
}

async fn answer<A: Application>(
    shared: &Shared<A>,
    caller: &Arc<A::Caller>,
    request: Request,
) -> RawResponse {
    dispatch::answer(Arc::clone(&shared.application), Arc::clone(caller), request).await
}

/// Each answer becomes one event on the sender's own stream, in the order they are ready.
fn answer_on_stream<A: Application>(
    shared: &Arc<Shared<A>>,
    caller: &Arc<A::Caller>,
    incoming: Incoming,
    id: &ConnectionId,
    events: &mpsc::Sender<Bytes>,
) {
    let elements = match incoming {
        Incoming::Nothing => return,
        Incoming::One(request) => vec![Element::Request(request)],
        Incoming::Batch(elements) => elements,
    };
    for element in elements {
        let (shared, caller) = (Arc::clone(shared), Arc::clone(caller));
        let (id, events) = (id.clone(), events.clone());
        tokio::spawn(async move {
            let response = match element {
                Element::Request(request) => answer(&shared, &caller, request).await,
                Element::Refused(response) => response,
            };
            let Ok(json) = serde_json::to_string(&response) else {
                return;
            };
            let event = encode_event("message", &json);
            if events.send_timeout(event, SLOW_READER).await.is_err() {
                tracing::info!("an event stream is gone or not read; it is closed");
                shared.connections.close(&id);
            }
        });
    }
}

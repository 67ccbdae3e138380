//! `GET /mcp` and `DELETE /mcp`: the streams of a session, and its end.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use http::header::ALLOW;
use http::{HeaderMap, StatusCode};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use shared::protocol::LAST_EVENT_ID_HEADER;

use super::super::accept::Accepted;
use super::super::places::Holder;
use super::super::stream::farewell;
use super::super::{Shared, event_stream, reply};
use super::log::EventId;
use super::session::Session;
use crate::application::{Application, RequestHead};

/// Opens the standing stream of a session, or resumes one that was lost.
pub(in super::super) async fn open<A: Application>(
    State(shared): State<Arc<Shared<A>>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let (session, holder) = match entered(&shared, peer, &headers).await {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if Accepted::of(&headers) == Accepted::Json {
        let message = "GET gives an event stream: send Accept: text/event-stream";
        let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, message);
        return reply::error(StatusCode::NOT_ACCEPTABLE, None, error);
    }
    let place = match shared.streams.take(holder) {
        Ok(place) => place,
        Err(no_place) => return no_place.into_response(),
    };
    let stop = || shared.stop.clone().cancelled_owned();
    let farewell = farewell(shared.stop.clone());
    let keep_alive = shared.settings.keep_alive;
    let Some(last) = headers.get(LAST_EVENT_ID_HEADER) else {
        let events = session.standing_stream().take_until(stop());
        return event_stream::standing(events.chain(farewell), keep_alive, place);
    };
    let last = last.to_str().ok().and_then(EventId::parse);
    match last.and_then(|last| session.resume(last)) {
        Some(events) => {
            let events = events.take_until(stop()).chain(farewell);
            event_stream::standing(events, keep_alive, place)
        }
        None => {
            let message = "Last-Event-ID names no event that can still be resumed";
            let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, message);
            reply::error(StatusCode::BAD_REQUEST, None, error)
        }
    }
}

/// Ends a session.
pub(in super::super) async fn close<A: Application>(
    State(shared): State<Arc<Shared<A>>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    match entered(&shared, peer, &headers).await {
        Ok(_entered) => {
            shared.sessions.remove(&headers);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(response) => *response,
    }
}

/// The session of a request that is its sender's, and who that is; without a session there is nothing to GET or DELETE.
async fn entered<A: Application>(
    shared: &Shared<A>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: &HeaderMap,
) -> Result<(Arc<Session>, Holder), Box<Response>> {
    let peer = peer.map(|Extension(ConnectInfo(address))| address);
    let head = RequestHead { headers, peer };
    let identified = shared.dispatcher.application.identify(head).await;
    let identified = identified.map_err(|refused| Box::new(reply::refused(&refused)))?;
    let idle = shared.settings.session_idle;
    match shared.sessions.enter(headers, identified.fingerprint, idle) {
        Ok(Some(session)) => Ok((session, Holder::of(identified.fingerprint, peer))),
        Ok(None) => {
            let refused = (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "POST")]);
            Err(Box::new(refused.into_response()))
        }
        Err(refusal) => Err(Box::new(refusal.into_response())),
    }
}

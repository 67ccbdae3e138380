//! POSTs of a session: the handshake that opens it, and answers that survive a lost connection.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use super::super::Shared;
use super::super::accept::Accepted;
use super::super::answer::{self, Begun, Progress, Working};
use super::super::event_stream;
use super::super::fingerprint::Fingerprint;
use super::super::places::Holder;
use super::session::Session;
use crate::application::Application;
use crate::dispatch::initialize::Handshake;
use crate::dispatch::listen;

/// Opens the session that a handshake asks for; gives the header value that names it.
pub(in super::super) fn begin<A: Application>(
    shared: &Shared<A>,
    handshake: &Handshake,
    (credential, holder): (Option<Fingerprint>, Holder),
) -> Result<(HeaderValue, Arc<Session>), Box<Response>> {
    let (sessions, idle) = (&shared.sessions, shared.settings.session_idle);
    let place = sessions.place(&shared.session_places, holder, idle);
    let place = place.map_err(|no_place| Box::new(no_place.into_response()))?;
    let opened = sessions.open(handshake.revision, credential, place);
    let (id, session) = opened.map_err(|error| {
        tracing::error!(%error, "no randomness for a session id");
        Box::new(StatusCode::INTERNAL_SERVER_ERROR.into_response())
    })?;
    relay_news(shared, &session);
    let mut id = HeaderValue::try_from(id).expect("hexadecimal is a header value");
    id.set_sensitive(true);
    Ok((id, session))
}

/// Tells the session what changes in the application, as long as it lasts.
fn relay_news<A: Application>(shared: &Shared<A>, session: &Arc<Session>) {
    let Some(changes) = shared.dispatcher.application.changes().cloned() else {
        return;
    };
    // Holding the session would keep it in use for ever.
    let conversation = Arc::clone(&session.conversation);
    let session = Arc::downgrade(session);
    tokio::spawn(async move {
        let tell = |method: &str, params: &Map<String, Value>| {
            if let Some(session) = session.upgrade() {
                let message = json!({"jsonrpc": "2.0", "method": method, "params": params});
                session.tell_standing(&message.to_string());
            }
        };
        listen::relay(&changes, &conversation, tell).await;
    });
}

/// Answers one request. What is told as a stream goes on when its reader is lost.
pub(in super::super) async fn answer(
    session: Arc<Session>,
    working: Working,
    accepted: Accepted,
    keep_alive: Duration,
) -> Response {
    match answer::begin(working, accepted).await {
        Begun::Json(id, settled) => answer::json(id, settled, |_| StatusCode::OK),
        Begun::Stream(progress) => {
            let (stream, events) = session.open_stream();
            tokio::spawn(tell(session, stream, progress));
            event_stream::response(events, keep_alive)
        }
    }
}

async fn tell(session: Arc<Session>, stream: u64, mut progress: Progress) {
    let release = progress.release();
    loop {
        tokio::select! {
            biased;
            () = release.notified() => session.release(stream),
            message = progress.step() => match message {
                Some(message) => session.tell(stream, &message),
                None => break,
            },
        }
    }
    session.end_stream(stream);
}

//! The sessions of Streamable HTTP, for clients that can be asked something: which there are and whose
//! each is. All other clients are served without one.

mod get;
mod log;
mod post;
mod session;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use shared::protocol::{Revision, SESSION_ID_HEADER};
use tokio::time::Instant;

use super::connections::{NotYours, bind};
use super::fingerprint::Fingerprint;
use super::places::{Holder, NoPlace, Place, Places};
use super::{reply, unguessable};
use crate::dispatch::initialize::Handshake;

pub(super) use get::{close, open};
pub(super) use post::{answer, begin};
pub(super) use session::Session;

/// Who gets a session on `/mcp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SessionPolicy {
    /// Clients that declare elicitation, sampling or roots: only with a session can they be asked.
    #[default]
    WhenNeeded,
    /// Every client with a handshake.
    Always,
}

impl SessionPolicy {
    /// Whether a client that says this in its handshake gets a session.
    pub(super) fn wants(self, handshake: &Handshake) -> bool {
        let can_be_asked = ["elicitation", "sampling", "roots"]
            .iter()
            .any(|capability| handshake.capabilities.declares(capability));
        self == Self::Always || can_be_asked
    }
}

/// All sessions.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Held>>);

struct Held {
    session: Arc<Session>,
    /// The first credential seen.
    bound_to: Option<Fingerprint>,
    last_used: Instant,
    place: Place,
}

impl Held {
    /// A session is in use while a request is worked on or a stream is read.
    fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.session) > 1
    }

    fn is_idle(&self, idle: Duration) -> bool {
        !self.is_in_use() && self.last_used.elapsed() >= idle
    }
}

/// Why a request may not use a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("this session is closed or never was: initialize again")]
    Closed,
    #[error(
        "this session belongs to another credential: send the one it was opened with, or initialize your own"
    )]
    OtherCredential,
    #[error(
        "this session belongs to a credential and this message brings none: send the same headers with every request"
    )]
    NoCredential,
}

impl From<NotYours> for Refusal {
    fn from(refusal: NotYours) -> Self {
        match refusal {
            NotYours::Closed => Self::Closed,
            NotYours::OtherCredential => Self::OtherCredential,
            NotYours::NoCredential => Self::NoCredential,
        }
    }
}

impl Refusal {
    pub(super) fn into_response(self) -> Response {
        let status = match self {
            Self::Closed => StatusCode::NOT_FOUND,
            Self::OtherCredential | Self::NoCredential => StatusCode::FORBIDDEN,
        };
        tracing::info!(%status, reason = %self, "message refused");
        let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, self.to_string());
        reply::error(status, None, error)
    }
}

impl Sessions {
    /// Takes a place for one more session. Those that nobody has used for as long as `idle` are forgotten
    /// first; when that leaves no place, the holder's own that has been unused for longest goes. Its
    /// client, if there still is one, is told to initialize again.
    fn place(
        &self,
        places: &Arc<Places>,
        holder: Holder,
        idle: Duration,
    ) -> Result<Place, NoPlace> {
        let mut sessions = self.lock();
        sessions.retain(|_, held| !held.is_idle(idle));
        let no_place = match places.take(holder) {
            Ok(place) => return Ok(place),
            Err(no_place) => no_place,
        };
        let own = sessions
            .iter()
            .filter(|(_, held)| held.place.holder == holder && !held.is_in_use());
        let unused = own.min_by_key(|(_, held)| held.last_used);
        let id = unused.map(|(id, _)| id.clone()).ok_or(no_place)?;
        drop(sessions.remove(&id));
        places.take(holder)
    }

    /// Opens a session.
    pub(super) fn open(
        &self,
        revision: Revision,
        credential: Option<Fingerprint>,
        place: Place,
    ) -> std::io::Result<(String, Arc<Session>)> {
        let id = unguessable::name()?;
        let session = Arc::new(Session::new(revision));
        let held = Held {
            session: Arc::clone(&session),
            bound_to: credential,
            last_used: Instant::now(),
            place,
        };
        let mut sessions = self.lock();
        sessions.insert(id.clone(), held);
        tracing::info!(open = sessions.len(), "session opened");
        Ok((id, session))
    }

    /// The session that a request names, if it is the sender's; `None` when it names none.
    pub(super) fn enter(
        &self,
        headers: &HeaderMap,
        credential: Option<Fingerprint>,
        idle: Duration,
    ) -> Result<Option<Arc<Session>>, Refusal> {
        let Some(id) = headers.get(SESSION_ID_HEADER) else {
            return Ok(None);
        };
        let id = id.to_str().map_err(|_| Refusal::Closed)?;
        let mut sessions = self.lock();
        if sessions.get(id).is_some_and(|held| held.is_idle(idle)) {
            sessions.remove(id);
        }
        let held = sessions.get_mut(id).ok_or(Refusal::Closed)?;
        bind(&mut held.bound_to, credential)?;
        held.last_used = Instant::now();
        Ok(Some(Arc::clone(&held.session)))
    }

    /// Ends the session that a request names.
    fn remove(&self, headers: &HeaderMap) {
        let id = headers.get(SESSION_ID_HEADER);
        if let Some(id) = id.and_then(|id| id.to_str().ok()) {
            let removed = self.lock().remove(id);
            drop(removed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        // No code panics while holding it, and a map of sessions is valid at any point.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.session.end();
    }
}

#[cfg(test)]
mod tests;

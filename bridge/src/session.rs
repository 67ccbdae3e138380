//! What the handshake between host and server taught the bridge; not the handshake itself, which is
//! the host's.

use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::RequestId;
use shared::protocol::{PROTOCOL_VERSION_HEADER, Revision, SESSION_ID_HEADER};

use crate::outgoing::{Kind, Outgoing};
use crate::pending::Ticket;
use crate::wishes::Wishes;

/// The state every request after `initialize` refers to.
#[derive(Debug, Default)]
pub(crate) struct Session(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    id: Option<HeaderValue>,
    revision: Option<HeaderValue>,
    handshake: Option<Handshake>,
    wishes: Wishes,
}

/// The host's own handshake, kept to repeat it when a session has to be made again.
#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    pub(crate) initialize: Bytes,
    /// The id of `initialize`.
    pub(crate) id: RequestId,
    /// `notifications/initialized`, once the host has sent it.
    pub(crate) initialized: Option<Bytes>,
}

impl Session {
    /// Takes note of what is about to be sent. With a new `initialize` the old session is over:
    /// nothing of it goes with the message.
    pub(crate) fn note(&self, message: &Outgoing) {
        let mut state = self.state();
        match (message.kind, message.requests.first()) {
            (Kind::Initialize, Some(id)) => {
                let handshake = Handshake {
                    initialize: message.bytes.clone(),
                    id: id.clone(),
                    initialized: None,
                };
                *state = State {
                    handshake: Some(handshake),
                    ..State::default()
                };
            }
            (Kind::Initialized, _) => {
                if let Some(handshake) = &mut state.handshake {
                    handshake.initialized = Some(message.bytes.clone());
                }
            }
            _ => {}
        }
    }

    /// The handshake that made this session, if there was one.
    pub(crate) fn handshake(&self) -> Option<Handshake> {
        self.state().handshake.clone()
    }

    /// Takes the session's id from the headers of the answer to `initialize`.
    pub(crate) fn adopt_id(&self, headers: &HeaderMap) {
        let Some(id) = headers.get(SESSION_ID_HEADER) else {
            return;
        };
        // Revision 2025-11-25, "Session Management": only visible ASCII characters.
        if !id.is_empty() && id.as_bytes().iter().all(u8::is_ascii_graphic) {
            let mut id = id.clone();
            id.set_sensitive(true);
            self.state().id = Some(id);
        } else {
            tracing::warn!("the server's session id holds illegal characters and is not used");
        }
    }

    /// Takes the revision from the result of `initialize`.
    pub(crate) fn learn(&self, result: &RawValue) {
        #[derive(Deserialize)]
        struct Result {
            #[serde(rename = "protocolVersion")]
            protocol_version: String,
        }
        let Ok(result) = serde_json::from_str::<Result>(result.get()) else {
            return;
        };
        if let Ok(revision) = HeaderValue::from_str(&result.protocol_version) {
            self.state().revision = Some(revision);
        }
    }

    /// Takes note of what the host has set up in this session.
    pub(crate) fn grant(&self, ticket: &Ticket) {
        if let Some(wish) = &ticket.wish {
            self.state().wishes.grant(wish);
        }
    }

    /// What the host has set up, to be said again in a session that takes the place of this one.
    pub(crate) fn wishes(&self) -> Wishes {
        self.state().wishes.clone()
    }

    /// The headers that refer to the session.
    pub(crate) fn headers(&self) -> HeaderMap {
        let state = self.state();
        let mut headers = HeaderMap::new();
        if let Some(id) = &state.id {
            headers.insert(SESSION_ID_HEADER, id.clone());
        }
        if let Some(revision) = &state.revision {
            headers.insert(PROTOCOL_VERSION_HEADER, revision.clone());
        }
        headers
    }

    /// Another session takes the place of the one the server has lost: the handshake and the wishes
    /// stay, and what its first answer taught is learnt again.
    pub(crate) fn replace(&self, headers: &HeaderMap, result: &RawValue) {
        {
            let mut state = self.state();
            state.id = None;
            state.revision = None;
        }
        self.adopt_id(headers);
        self.learn(result);
    }

    /// The session's id, if the server keeps sessions.
    pub(crate) fn id(&self) -> Option<HeaderValue> {
        self.state().id.clone()
    }

    /// Whether both sides agreed on the one revision with batches.
    pub(crate) fn has_batches(&self) -> bool {
        let state = self.state();
        let revision = state.revision.as_ref();
        revision.is_some_and(|name| name == Revision::V2025_03_26.as_str())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of the session panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_id(id: &'static str) -> HeaderMap {
        [(SESSION_ID_HEADER, HeaderValue::from_static(id))]
            .into_iter()
            .collect()
    }

    fn initialize() -> Outgoing {
        Outgoing {
            requests: vec![RequestId::from(0)],
            ..Outgoing::without_requests(Bytes::from("initialize"), Kind::Initialize)
        }
    }

    fn result(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn later_requests_carry_what_initialize_taught() {
        let session = Session::default();
        assert!(session.headers().is_empty());
        session.adopt_id(&with_id("abc"));
        session.learn(&result(
            r#"{"protocolVersion":"2025-06-18","capabilities":{}}"#,
        ));
        let headers = session.headers();
        assert_eq!(headers[SESSION_ID_HEADER], "abc");
        assert_eq!(headers[PROTOCOL_VERSION_HEADER], "2025-06-18");
        assert!(session.id().is_some() && !session.has_batches());
        session.note(&initialize());
        assert!(session.headers().is_empty());
    }

    #[test]
    fn the_handshake_is_kept_as_the_host_wrote_it() {
        let session = Session::default();
        assert!(session.handshake().is_none());
        session.note(&initialize());
        assert!(session.handshake().unwrap().initialized.is_none());
        let initialized = Bytes::from("initialized");
        session.note(&Outgoing::without_requests(initialized, Kind::Initialized));
        let handshake = session.handshake().unwrap();
        assert_eq!(handshake.initialize, "initialize");
        assert_eq!(handshake.initialized.unwrap(), "initialized");
    }

    #[test]
    fn an_illegal_session_id_is_not_used() {
        let session = Session::default();
        session.adopt_id(&with_id("a b"));
        session.adopt_id(&with_id(""));
        session.adopt_id(&HeaderMap::new());
        assert!(session.id().is_none());
    }

    #[test]
    fn only_one_revision_has_batches() {
        let session = Session::default();
        assert!(!session.has_batches());
        session.learn(&result(r#"{"protocolVersion":"2025-03-26"}"#));
        assert!(session.has_batches());
        session.learn(&result(r#"{"protocolVersion":7}"#));
        session.learn(&result("[]"));
        assert!(session.has_batches(), "nonsense teaches nothing");
    }
}

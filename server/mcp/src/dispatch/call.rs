//! A request on its way through dispatch: what it says, who sends it, by which rules, and what became
//! of it.

use std::sync::Arc;

use serde_json::Map;
use serde_json::value::RawValue;
use shared::jsonrpc::{ErrorObject, RequestId, Response};

use crate::conversation::{ClientCapabilities, Conversation};
use crate::http::fingerprint::Fingerprint;
use crate::http::places::Place;
use crate::in_flight::Scope;
use crate::level::Level;
use crate::outbound::Outbound;

/// A request cut loose from the bytes it came in.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: RequestId,
    pub(crate) method: String,
    pub(crate) params: Option<Box<RawValue>>,
}

/// A response whose result is already JSON.
pub(crate) type RawResponse = Response<Box<RawValue>>;

/// One request to be answered.
#[derive(Debug)]
pub(crate) struct Call<C> {
    pub(crate) caller: Arc<C>,
    pub(crate) credential: Option<Fingerprint>,
    pub(crate) era: Era,
    pub(crate) outbound: Outbound,
    pub(crate) request: Request,
    /// Held as long as it is worked on.
    pub(crate) place: Arc<Place>,
}

/// By which rules a request is made. They differ so much that every request is of one era or the other.
#[derive(Debug, Clone)]
pub(crate) enum Era {
    /// Revisions up to 2025-11-25, which begin with a handshake. Without a conversation the server
    /// remembers nothing of it.
    Handshake(Option<Arc<Conversation>>),
    /// Revision 2026-07-28: every request says all there is to know.
    Stateless(ClientMeta),
}

/// What a stateless request says about its client, in `_meta`.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClientMeta {
    pub(crate) capabilities: ClientCapabilities,
    pub(crate) level: Option<Level>,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) id: RequestId,
    pub(crate) result: Result<Box<RawValue>, ErrorObject>,
}

impl<C> Call<C> {
    /// Where its id is unique, if it can be cancelled by a message.
    pub(super) fn scope(&self) -> Option<Scope> {
        match &self.era {
            Era::Handshake(conversation) => Some(scope(conversation.as_deref(), self.credential)),
            Era::Stateless(_) => None,
        }
    }
}

/// Where ids of the handshake era are unique.
pub(crate) fn scope(conversation: Option<&Conversation>, credential: Option<Fingerprint>) -> Scope {
    conversation.map_or(Scope::Credential(credential), |conversation| {
        Scope::Conversation(conversation.number)
    })
}

impl Settled {
    pub(crate) fn into_response(self) -> RawResponse {
        match self.result {
            Ok(result) => Response::result(self.id, result),
            Err(error) => Response::error(Some(self.id), error),
        }
    }
}

impl ClientCapabilities {
    /// From the member `capabilities` of a client; what is no object declares nothing.
    pub(crate) fn of(value: Option<serde_json::Value>) -> Self {
        match value {
            Some(serde_json::Value::Object(members)) => Self(members),
            _ => Self(Map::new()),
        }
    }
}

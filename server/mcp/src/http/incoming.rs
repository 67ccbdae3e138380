//! What the body of a POST asks for, or why it is refused as a whole; not how it is answered.

use http::HeaderMap;
use serde_json::value::RawValue;
use shared::jsonrpc::{Envelope, ErrorCode, ErrorObject, Kind, Message, RequestId, Response};
use shared::protocol::{PROTOCOL_VERSION_HEADER, Revision, method};

use crate::dispatch::{self, NEWEST_REVISION, RawResponse, Request};

/// The most messages in one batch; no client sends more than a handful.
const MAX_BATCH: usize = 50;

/// What a body asks for.
pub(super) enum Incoming {
    /// A notification or a response: taken without an answer.
    Nothing,
    One(Request),
    Batch(Vec<Element>),
}

/// One element of a batch that wants an answer.
pub(super) enum Element {
    Request(Request),
    /// It was malformed; its answer is already known.
    Refused(RawResponse),
}

/// A body that is refused as a whole.
pub(super) struct RefusedBody {
    pub(super) id: Option<RequestId>,
    pub(super) error: Box<ErrorObject>,
}

impl RefusedBody {
    fn invalid_request(id: Option<RequestId>, message: impl Into<String>) -> Self {
        let error = Box::new(ErrorObject::new(ErrorCode::INVALID_REQUEST, message));
        Self { id, error }
    }
}

impl Incoming {
    pub(super) fn parse(body: &[u8], headers: &HeaderMap) -> Result<Self, RefusedBody> {
        let message = Message::parse(body).map_err(|error| RefusedBody {
            id: None,
            error: Box::new(ErrorObject::new(ErrorCode::PARSE_ERROR, error.to_string())),
        })?;
        let revision = revision(headers);
        match message {
            Message::Single(raw) => Self::single(raw, revision),
            Message::Batch(elements) => Self::batch(&elements, revision),
        }
    }

    fn single(raw: &RawValue, revision: NamedRevision) -> Result<Self, RefusedBody> {
        let Some(request) = request(raw)? else {
            return Ok(Self::Nothing);
        };
        // The handshake agrees on a revision itself, and a method nobody offers is refused as such:
        // hosts of newer revisions probe with one and then fall back.
        let needs_revision =
            request.method != method::INITIALIZE && dispatch::is_offered(&request.method);
        if needs_revision && matches!(revision, NamedRevision::NotSpoken) {
            return Err(RefusedBody::invalid_request(
                Some(request.id),
                unsupported_revision(),
            ));
        }
        Ok(Self::One(request))
    }

    /// Batches are of revision 2025-03-26 only; a client that names no revision may mean it.
    fn batch(elements: &[&RawValue], revision: NamedRevision) -> Result<Self, RefusedBody> {
        let refused = |message: String| RefusedBody::invalid_request(None, message);
        match revision {
            NamedRevision::None | NamedRevision::Spoken(Revision::V2025_03_26) => {}
            NamedRevision::Spoken(named) => {
                return Err(refused(format!(
                    "revision {named} has no batches: send one message"
                )));
            }
            NamedRevision::NotSpoken => {
                return Err(refused(unsupported_revision()));
            }
        }
        if elements.is_empty() {
            return Err(refused("a batch needs at least one message".to_owned()));
        }
        if elements.len() > MAX_BATCH {
            return Err(refused(format!(
                "a batch may have at most {MAX_BATCH} messages"
            )));
        }
        let wanted = elements.iter().filter_map(|raw| match request(raw) {
            Ok(request) => request.map(Element::Request),
            Err(RefusedBody { id, error }) => Some(Element::Refused(Response::error(id, *error))),
        });
        Ok(Self::Batch(wanted.collect()))
    }
}

/// The request in a message; `None` for a notification or a response.
fn request(raw: &RawValue) -> Result<Option<Request>, RefusedBody> {
    let envelope = Envelope::parse(raw)
        .map_err(|error| RefusedBody::invalid_request(None, error.to_string()))?;
    let id = envelope.id.to_request_id();
    match (envelope.kind(), id) {
        (Ok(Kind::Request), Some(id)) => Ok(Some(Request {
            id,
            method: envelope.method_name().unwrap_or_default().to_owned(),
            params: envelope.params.map(ToOwned::to_owned),
        })),
        (Ok(_), _) => Ok(None),
        (Err(why), id) => Err(RefusedBody::invalid_request(
            id,
            format!("not a JSON-RPC message: {why}"),
        )),
    }
}

/// What the `MCP-Protocol-Version` header says.
#[derive(Debug, Clone, Copy)]
enum NamedRevision {
    None,
    Spoken(Revision),
    NotSpoken,
}

fn revision(headers: &HeaderMap) -> NamedRevision {
    let Some(value) = headers.get(PROTOCOL_VERSION_HEADER) else {
        return NamedRevision::None;
    };
    match value.to_str().map(str::parse::<Revision>) {
        Ok(Ok(revision)) if revision <= NEWEST_REVISION => NamedRevision::Spoken(revision),
        _ => NamedRevision::NotSpoken,
    }
}

fn unsupported_revision() -> String {
    let spoken: Vec<_> = Revision::ALL
        .into_iter()
        .filter(|r| *r <= NEWEST_REVISION)
        .collect();
    let spoken: Vec<_> = spoken.iter().map(|revision| revision.as_str()).collect();
    format!(
        "the MCP-Protocol-Version header names a revision this server does not speak; it speaks {}",
        spoken.join(", ")
    )
}

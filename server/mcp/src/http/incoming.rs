//! What the body of a POST holds, or why it is refused as a whole; not how it is answered.

use serde_json::Value;
use serde_json::value::RawValue;
use shared::jsonrpc::{Envelope, ErrorCode, ErrorObject, Kind, Message, RequestId, Response};

use super::limits::Limits;
use super::shape::Shape;
use crate::conversation::Refused;
use crate::dispatch::{RawResponse, Request};

/// What a body holds.
pub(super) enum Incoming {
    One(Received),
    Batch(Vec<Received>),
}

/// One message.
pub(super) enum Received {
    Request(Request),
    Notification(Notification),
    Response(ClientResponse),
    /// It is malformed; its answer is already known. In batches only.
    Refused(RawResponse),
}

/// A message that wants no answer.
pub(super) struct Notification {
    pub(super) method: String,
    pub(super) params: Option<Box<RawValue>>,
}

/// A client's answer to something it was asked.
pub(super) struct ClientResponse {
    /// `None` when it answers something whose id it could not read.
    pub(super) id: Option<RequestId>,
    pub(super) answer: Result<Value, Refused>,
}

/// A body that is refused as a whole.
pub(super) struct RefusedBody {
    pub(super) id: Option<RequestId>,
    pub(super) error: Box<ErrorObject>,
}

impl RefusedBody {
    pub(super) fn invalid_request(id: Option<RequestId>, message: impl Into<String>) -> Self {
        let error = Box::new(ErrorObject::new(ErrorCode::INVALID_REQUEST, message));
        Self { id, error }
    }
}

impl Incoming {
    /// Reads a body. Its shape is looked at first: what is refused by it costs one pass.
    pub(super) fn parse(body: &[u8], limits: &Limits) -> Result<Self, RefusedBody> {
        check_shape(Shape::of(body), limits)?;
        let message = Message::parse(body).map_err(|error| RefusedBody {
            id: None,
            error: Box::new(ErrorObject::new(ErrorCode::PARSE_ERROR, error.to_string())),
        })?;
        match message {
            Message::Single(raw) => received(raw).map(Self::One),
            Message::Batch(elements) => batch(&elements).map(Self::Batch),
        }
    }
}

fn check_shape(shape: Shape, limits: &Limits) -> Result<(), RefusedBody> {
    let (depth, batch) = (limits.json_depth, limits.batch);
    if shape.depth > depth {
        let message =
            format!("the message nests deeper than {depth} levels, which --max-json-depth sets");
        return Err(RefusedBody::invalid_request(None, message));
    }
    if shape.elements > batch {
        let message = format!("a batch may have at most {batch} messages, which --max-batch sets");
        return Err(RefusedBody::invalid_request(None, message));
    }
    Ok(())
}

fn batch(elements: &[&RawValue]) -> Result<Vec<Received>, RefusedBody> {
    if elements.is_empty() {
        let message = "a batch needs at least one message";
        return Err(RefusedBody::invalid_request(None, message));
    }
    let received = elements.iter().map(|raw| {
        received(raw).unwrap_or_else(|RefusedBody { id, error }| {
            Received::Refused(Response::error(id, *error))
        })
    });
    Ok(received.collect())
}

fn received(raw: &RawValue) -> Result<Received, RefusedBody> {
    let envelope = Envelope::parse(raw)
        .map_err(|error| RefusedBody::invalid_request(None, error.to_string()))?;
    let id = envelope.id.to_request_id();
    let method = || envelope.method_name().unwrap_or_default().to_owned();
    let params = || envelope.params.map(ToOwned::to_owned);
    match (envelope.kind(), id) {
        (Ok(Kind::Request), Some(id)) => Ok(Received::Request(Request {
            id,
            method: method(),
            params: params(),
        })),
        (Ok(Kind::Response), id) => Ok(Received::Response(ClientResponse {
            id,
            answer: answer(&envelope),
        })),
        (Ok(Kind::Request | Kind::Notification), _) => Ok(Received::Notification(Notification {
            method: method(),
            params: params(),
        })),
        (Err(why), id) => Err(RefusedBody::invalid_request(
            id,
            format!("not a JSON-RPC message: {why}"),
        )),
    }
}

fn answer(envelope: &Envelope<'_>) -> Result<Value, Refused> {
    let value = |raw: &RawValue| serde_json::from_str(raw.get()).unwrap_or(Value::Null);
    match (envelope.error, envelope.result) {
        (None, Some(result)) => Ok(value(result)),
        (error, _) => {
            let message = error.map(value).unwrap_or_default();
            let message = message["message"].as_str().unwrap_or("no reason given");
            Err(Refused {
                message: format!("the client was asked and refused: {message}"),
            })
        }
    }
}

//! What the host wrote, sorted by what has to happen to it; nothing is sent from here.

mod effect;
mod recover;
mod unframed;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::{
    Envelope, ErrorCode, ErrorObject, Id, Malformed, Message, Method, RequestId,
};
use shared::protocol::method;

use crate::pending::Role;

pub(crate) use effect::Effect;
use recover::id_of_broken_request;
use unframed::advice;

/// One message for the server, as the host wrote it.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    /// The sender's bytes.
    pub(crate) bytes: Bytes,
    /// What the order of sending depends on.
    pub(crate) kind: Kind,
    /// The ids of the requests in it: one for a request, any number for a batch, else none.
    pub(crate) requests: Vec<RequestId>,
    /// What sending it a second time could do.
    pub(crate) effect: Effect,
    /// What the answers to its requests teach the bridge.
    pub(crate) role: Role,
    /// The server's request that it answers.
    pub(crate) answers: Option<RequestId>,
}

/// What the order of sending depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `initialize`: nothing overtakes it.
    Initialize,
    /// `notifications/initialized`: nothing overtakes it either.
    Initialized,
    /// Any other request.
    Request,
    /// Any other notification.
    Notification,
    /// The host's answer to a request of the server.
    Response,
    /// Several messages in one array, sent as they are (revision 2025-03-26 only).
    Batch,
}

impl Outgoing {
    /// A notification, or the host's answer to a request of the server.
    pub(crate) fn without_requests(bytes: Bytes, kind: Kind) -> Self {
        Self {
            bytes,
            kind,
            requests: Vec::new(),
            effect: Effect::Possible,
            role: Role::Ordinary,
            answers: None,
        }
    }
}

/// What has to happen to something the host wrote.
#[derive(Debug)]
pub(crate) enum Sorted {
    /// Send it.
    Forward(Outgoing),
    /// Send it; and the answer to this request, if one comes, is no longer wanted.
    Cancel(Outgoing, RequestId),
    /// It cannot be sent; the request in it gets this error.
    Refuse(RequestId, ErrorObject),
    /// It cannot be sent, and nobody can be told but the log.
    Ignore(String),
    /// An array, as it is and element by element.
    Batch { whole: Bytes, elements: Vec<Self> },
}

/// Sorts one line.
pub(crate) fn sort(line: &Bytes) -> Sorted {
    match Message::parse(line) {
        Ok(Message::Single(raw)) => sort_message(line.slice_ref(raw.get().as_bytes()), raw),
        Ok(Message::Batch(elements)) if elements.is_empty() => {
            Sorted::Ignore("an empty batch".to_owned())
        }
        Ok(Message::Batch(elements)) => {
            let sort_element =
                |raw: &RawValue| sort_message(line.slice_ref(raw.get().as_bytes()), raw);
            Sorted::Batch {
                whole: line.clone(),
                elements: elements.into_iter().map(sort_element).collect(),
            }
        }
        Err(malformed) => refuse(line, ErrorCode::PARSE_ERROR, &malformed),
    }
}

/// Sorts a line of which only the start was kept.
pub(crate) fn sort_too_long(start: &[u8], max_bytes: usize) -> Sorted {
    let text = format!("the message is longer than {max_bytes} bytes, the most the bridge takes");
    match id_of_broken_request(start) {
        Some(id) => Sorted::Refuse(id, ErrorObject::new(ErrorCode::INVALID_REQUEST, text)),
        None => Sorted::Ignore(text),
    }
}

fn sort_message(bytes: Bytes, raw: &RawValue) -> Sorted {
    let envelope = match Envelope::parse(raw) {
        Ok(envelope) => envelope,
        Err(malformed) => return refuse(&bytes, ErrorCode::INVALID_REQUEST, &malformed),
    };
    let id = envelope.id.to_request_id();
    match (&envelope.method, id) {
        (Method::Name(name), Some(id)) => request(bytes, name, envelope.params, id),
        (Method::Name(name), None) => match envelope.id {
            // With `"id": null` no answer can be expected, so it counts as a notification.
            Id::Absent | Id::Null => notification(bytes, name, envelope.params),
            _ => Sorted::Ignore("an id that is neither a string nor a number".to_owned()),
        },
        (Method::Absent, answers) if envelope.result.is_some() || envelope.error.is_some() => {
            let message = Outgoing::without_requests(bytes, Kind::Response);
            Sorted::Forward(Outgoing { answers, ..message })
        }
        (Method::Invalid, Some(id)) => {
            let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, "`method` must be a string");
            Sorted::Refuse(id, error)
        }
        _ => Sorted::Ignore("neither a request, a notification nor a response".to_owned()),
    }
}

fn request(bytes: Bytes, name: &str, params: Option<&RawValue>, id: RequestId) -> Sorted {
    let kind = match name {
        method::INITIALIZE => Kind::Initialize,
        _ => Kind::Request,
    };
    Sorted::Forward(Outgoing {
        bytes,
        kind,
        requests: vec![id],
        effect: Effect::of_request(name, params),
        role: Role::of_request(name),
        answers: None,
    })
}

fn notification(bytes: Bytes, name: &str, params: Option<&RawValue>) -> Sorted {
    let outgoing = |kind| Outgoing {
        effect: Effect::of_notification(name),
        ..Outgoing::without_requests(bytes, kind)
    };
    match name {
        method::INITIALIZED => Sorted::Forward(outgoing(Kind::Initialized)),
        method::CANCELLED => match params.and_then(cancelled_request) {
            Some(id) => Sorted::Cancel(outgoing(Kind::Notification), id),
            None => Sorted::Forward(outgoing(Kind::Notification)),
        },
        _ => Sorted::Forward(outgoing(Kind::Notification)),
    }
}

fn cancelled_request(params: &RawValue) -> Option<RequestId> {
    #[derive(Deserialize)]
    struct Cancelled<'a> {
        #[serde(borrow, rename = "requestId")]
        request_id: &'a RawValue,
    }
    let cancelled: Cancelled<'_> = serde_json::from_str(params.get()).ok()?;
    Id::of(cancelled.request_id).to_request_id()
}

fn refuse(bytes: &[u8], code: ErrorCode, malformed: &Malformed) -> Sorted {
    match id_of_broken_request(bytes) {
        Some(id) => Sorted::Refuse(id, ErrorObject::new(code, malformed.to_string())),
        None => Sorted::Ignore(match advice(bytes) {
            Some(advice) => format!("{malformed}; {advice}"),
            None => malformed.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests;

//! Messages that want no answer: cancellations, and a client's answers to what it was asked.

use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::{Id, RequestId};
use shared::protocol::method;

use super::Shared;
use super::incoming::{ClientResponse, Notification, Received};
use super::post::Sender;
use crate::application::Application;
use crate::dispatch;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CancelledParams {
    request_id: Box<RawValue>,
}

/// Takes a message that wants no answer.
pub(super) fn take<A: Application>(
    shared: &Shared<A>,
    sender: &Sender<A::Caller>,
    received: Received,
) {
    match received {
        Received::Notification(Notification { method, params }) if method == method::CANCELLED => {
            let scope = dispatch::scope(sender.conversation.as_deref(), sender.credential);
            if let Some(id) = params.and_then(|params| cancelled_id(&params)) {
                shared.dispatcher.in_flight.cancel(scope, &id);
            }
        }
        Received::Response(ClientResponse {
            id: Some(id),
            answer,
        }) => {
            if let Some(conversation) = &sender.conversation {
                conversation.answered(&id, answer);
            }
        }
        _ => {}
    }
}

fn cancelled_id(params: &RawValue) -> Option<RequestId> {
    let params: CancelledParams = serde_json::from_str(params.get()).ok()?;
    Id::of(&params.request_id).to_request_id()
}

//! The answers to POSTs of the 2024-11-05 transport: events on the sender's own stream, in the order
//! they are ready.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::HeaderMap;
use tokio::time::timeout;
use tracing::Instrument as _;

use super::connections::Entered;
use super::incoming::{Incoming, Received, RefusedBody};
use super::post::Sender;
use super::{Shared, answer, reply, revision, unanswered};
use crate::application::Application;
use crate::dispatch::{self, Era};
use crate::outbound::Outbound;

/// How long an answer may wait for a reader that does not read before its stream is closed.
const SLOW_READER: Duration = Duration::from_secs(30);

/// Takes what a POST brings; the answers come on the stream.
pub(super) fn answer<A: Application>(
    shared: &Arc<Shared<A>>,
    mut sender: Sender<A::Caller>,
    headers: &HeaderMap,
    incoming: Incoming,
    stream: Entered,
) -> Result<Response, RefusedBody> {
    let received = match incoming {
        Incoming::One(Received::Request(request)) => {
            revision::check_request(headers, &request)?;
            vec![Received::Request(request)]
        }
        Incoming::One(received) => vec![received],
        Incoming::Batch(batch) => {
            revision::check_batch(headers)?;
            batch
        }
    };
    sender.conversation = Some(Arc::clone(&stream.conversation));
    if let Err(refusal) = sender.narrow(shared) {
        return Ok(*refusal);
    }
    for received in received {
        answer_one(shared, &sender, received, &stream);
    }
    Ok(reply::accepted())
}

fn answer_one<A: Application>(
    shared: &Arc<Shared<A>>,
    sender: &Sender<A::Caller>,
    received: Received,
    stream: &Entered,
) {
    let (shared, stream) = (Arc::clone(shared), stream.clone());
    match received {
        Received::Request(request) => {
            let era = Era::Handshake(sender.conversation.clone());
            let call = sender.call(era, Outbound::to(stream.messages.clone()), request);
            let work = async move {
                let settled = dispatch::answer(&shared.dispatcher, call).await;
                if let Some(text) = settled.and_then(answer::text) {
                    tell(&shared, &stream, text).await;
                }
            };
            tokio::spawn(work.in_current_span());
        }
        Received::Refused(response) => {
            tokio::spawn(async move {
                if let Ok(text) = serde_json::to_string(&response) {
                    tell(&shared, &stream, text).await;
                }
            });
        }
        other => unanswered::take(&shared, sender, other),
    }
}

async fn tell<A>(shared: &Shared<A>, stream: &Entered, message: String) {
    let way = Outbound::to(stream.messages.clone());
    let told = timeout(SLOW_READER, way.deliver(message)).await;
    if !matches!(told, Ok(Ok(()))) {
        tracing::info!("an event stream is gone or not read; it is closed");
        shared.connections.close(&stream.id);
    }
}

//! Batches of revision 2025-03-26 in the body of the response.

use std::sync::Arc;

use axum::response::Response;
use futures::future::join_all;
use http::StatusCode;

use super::super::incoming::Received;
use super::super::{Shared, reply, unanswered};
use super::Sender;
use crate::application::Application;
use crate::dispatch::{self, Era, RawResponse};
use crate::outbound::Outbound;

/// One array of answers; a batch tells nothing besides them.
pub(super) async fn answer<A: Application>(
    shared: &Arc<Shared<A>>,
    sender: &Sender<A::Caller>,
    batch: Vec<Received>,
) -> Response {
    let answers = batch.into_iter().filter_map(|received| match received {
        Received::Request(request) => Some(Ok(request)),
        Received::Refused(response) => Some(Err(response)),
        other => {
            unanswered::take(shared, sender, other);
            None
        }
    });
    let answers = answers.map(|request| async {
        match request {
            Ok(request) => {
                let era = Era::Handshake(sender.conversation.clone());
                let call = sender.call(era, Outbound::nowhere(), request);
                let settled = dispatch::answer(&shared.dispatcher, call).await;
                settled.map(dispatch::Settled::into_response)
            }
            Err(refused) => Some(refused),
        }
    });
    let answers: Vec<RawResponse> = join_all(answers).await.into_iter().flatten().collect();
    if answers.is_empty() {
        return reply::accepted();
    }
    reply::json(StatusCode::OK, &answers)
}

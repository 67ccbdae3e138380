//! The reply to one POST: its body read, every message in it passed on, and the stream resumed where
//! it broke; not what happens when the answer is lost for good.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use reqwest::Response;
use shared::jsonrpc::RequestId;

use crate::host::Host;
use crate::pending::Role;
use crate::reply::{Failure, Unusable};
use crate::settings::shown;
use crate::upstream::body::{ContentKind, collect};
use crate::upstream::trip::{Setback, Trip};

use super::{Resumable, Resumed, Streamable};

/// A reply whose body is still to be read.
pub(in crate::upstream) struct Exchange {
    pub(super) streamable: Arc<Streamable>,
    pub(super) response: Response,
}

impl Exchange {
    /// Reads the body and passes on every message in it. An error says why requests of the message
    /// are still without an answer.
    pub(in crate::upstream) async fn finish(self, trip: &Trip) -> Result<(), Setback> {
        let Self {
            streamable,
            response,
        } = self;
        let requests = &trip.message.requests;
        let url = shown(response.url());
        let why = match ContentKind::of(response.headers()) {
            ContentKind::EventStream => read_events(&streamable, response, trip).await,
            // There is nothing to expect, and some servers send `{}` or a page (B-22).
            _ if requests.is_empty() => return Ok(()),
            ContentKind::WebPage => Unusable::WebPage,
            ContentKind::Text(content_type) => {
                let max_bytes = streamable.wire.max_message_bytes();
                read_text(
                    &streamable.host,
                    response,
                    content_type,
                    requests,
                    max_bytes,
                )
                .await
            }
        };
        if streamable.host.pending().waiting_among(requests).is_empty() {
            return Ok(());
        }
        let is_lost = why.is_lost();
        let failure = Failure::Unusable { url, why };
        Err(match is_lost {
            true => Setback::Lost(failure),
            false => Setback::Final(failure),
        })
    }
}

/// Returns what to tell requests that have no answer when the stream has ended for good.
async fn read_events(streamable: &Streamable, response: Response, trip: &Trip) -> Unusable {
    let requests = &trip.message.requests;
    // A subscription says nothing as long as nothing happens.
    let idle = match trip.message.role {
        Role::Subscription => Duration::ZERO,
        _ => streamable.wire.timing().idle,
    };
    let mut stream = Resumable::new(streamable.wire());
    let mut response = response;
    // Streams of revision 2026-07-28 cannot be resumed ("Receiving Messages").
    let is_modern = requests
        .iter()
        .any(|id| streamable.host.modern().is_open(id));
    loop {
        let ended = stream
            .read(streamable, response, idle, std::future::pending())
            .await;
        let is_answered = streamable.host.pending().waiting_among(requests).is_empty();
        if is_answered || is_modern {
            return ended;
        }
        // The answer may also come on another stream, or no longer be wanted.
        let resumed = tokio::select! {
            resumed = stream.resume(streamable) => resumed,
            () = streamable.host.pending().all_settled(requests) => return ended,
        };
        match resumed {
            Resumed::Stream(again) => response = again,
            Resumed::NotPossible | Resumed::UnknownSession(_) => return ended,
        }
    }
}

/// Returns what to tell requests that the body does not answer.
async fn read_text(
    host: &Host,
    response: Response,
    content_type: String,
    requests: &[RequestId],
    max_bytes: usize,
) -> Unusable {
    let status = response.status();
    let empty = Unusable::Empty {
        status: status.as_u16(),
    };
    if matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT) {
        return empty;
    }
    let body = match collect(response, max_bytes).await {
        Ok(body) => body,
        Err(unusable) => return unusable,
    };
    match body.trim_ascii().first() {
        None => empty,
        Some(b'{' | b'[') => {
            host.deliver_reply(&body, requests).await;
            Unusable::NotTheAnswer
        }
        Some(b'<') => Unusable::WebPage,
        Some(_) if body.trim_ascii() == b"null" => empty,
        Some(_) => Unusable::WrongContent { content_type },
    }
}

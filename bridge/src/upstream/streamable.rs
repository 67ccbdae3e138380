//! Streamable HTTP, revisions 2025-03-26 to 2025-11-25, and servers that answer a POST with plain
//! JSON: one POST per message, its answers in the reply.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Method, StatusCode};
use reqwest::Response;
use shared::jsonrpc::RequestId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::host::Host;
use crate::outgoing::{Kind, Outgoing};
use crate::reply::{Failure, Unusable};
use crate::settings::shown;

use super::body::{ContentKind, collect, events};
use super::wire::{Reply, Wire};
use super::{Underway, standing};

/// A server that takes messages by POST at one address.
pub(crate) struct Streamable {
    wire: Arc<Wire>,
    url: Url,
    host: Host,
    end: CancellationToken,
    /// Ends the standing stream of the current session.
    standing: Mutex<CancellationToken>,
}

impl Streamable {
    pub(super) fn new(wire: Arc<Wire>, url: Url, host: Host, end: CancellationToken) -> Self {
        let standing = Mutex::new(end.child_token());
        Self {
            wire,
            url,
            host,
            end,
            standing,
        }
    }

    /// Posts one message.
    pub(super) async fn send(&self, message: Outgoing, send_by: Instant) -> Underway {
        let headers = self.host.headers_of(&message.bytes);
        let posted = self
            .wire
            .post(&self.url, headers, message.bytes.clone(), send_by)
            .await;
        match posted {
            Ok(reply) => self.receive(message, reply).await,
            Err(failure) => {
                if message.requests.is_empty() {
                    tracing::warn!(
                        "a message was not delivered: {}",
                        self.host.explain(&failure)
                    );
                }
                self.host.fail(&message.requests, &failure).await;
                Underway::Done
            }
        }
    }

    /// Takes the reply to a message that was posted.
    pub(super) async fn receive(&self, message: Outgoing, reply: Reply) -> Underway {
        let response = match reply {
            Reply::Accepted(response) => response,
            Reply::Refused(refusal) => {
                if message.requests.is_empty() {
                    tracing::warn!(status = %refusal.status, "the server refused a message");
                }
                self.host.fail_refused(&message.requests, refusal).await;
                return Underway::Done;
            }
        };
        match message.kind {
            Kind::Initialize => self.host.session().adopt_id(response.headers()),
            Kind::Initialized => self.listen(),
            _ => {}
        }
        Underway::Answer(Exchange {
            host: self.host.clone(),
            requests: message.requests,
            response,
            max_bytes: self.wire.max_message_bytes(),
        })
    }

    /// Opens the stream for what the server has to say unasked, in place of one of an older session.
    fn listen(&self) {
        let token = self.end.child_token();
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.cancel();
        *standing = token.clone();
        let listening =
            standing::listen(Arc::clone(&self.wire), self.url.clone(), self.host.clone());
        tokio::spawn(token.run_until_cancelled_owned(listening));
    }

    /// Where messages are posted.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Ends the session, if the server keeps one.
    pub(super) async fn close(&self) {
        let session = self.host.session();
        if session.has_id() {
            let ended = self
                .wire
                .request(Method::DELETE, &self.url, session.headers())
                .await;
            // A server may refuse (405) and forget the session in its own time.
            tracing::debug!(
                was_taken = ended.is_ok(),
                "asked the server to end the session"
            );
        }
    }
}

/// A reply whose body is still to be read.
pub(crate) struct Exchange {
    host: Host,
    requests: Vec<RequestId>,
    response: Response,
    max_bytes: usize,
}

impl Exchange {
    /// Reads the body, passes on every message in it, and answers what it leaves unanswered.
    pub(super) async fn finish(self) {
        let Self {
            host,
            requests,
            response,
            max_bytes,
        } = self;
        let url = shown(response.url());
        let why = match ContentKind::of(response.headers()) {
            ContentKind::EventStream => read_events(&host, response, max_bytes).await,
            // There is nothing to expect, and some servers send `{}` or a page (B-22).
            _ if requests.is_empty() => return,
            ContentKind::WebPage => Unusable::WebPage,
            ContentKind::Text(content_type) => {
                read_text(&host, response, content_type, &requests, max_bytes).await
            }
        };
        host.fail(&requests, &Failure::Unusable { url, why }).await;
    }
}

/// Returns what to tell requests that have no answer when the stream has ended.
async fn read_events(host: &Host, response: Response, max_bytes: usize) -> Unusable {
    let mut events = events(response, max_bytes);
    let mut detail = "the event stream ended".to_owned();
    while let Some(event) = events.next().await {
        match event {
            // An event without data only carries an id, to resume after (2025-11-25).
            Ok(event) if event.data.is_empty() => {}
            Ok(event) if event.kind == "message" => host.deliver(&Bytes::from(event.data)).await,
            Ok(event) => tracing::debug!(kind = event.kind, "ignored an event"),
            Err(error) => {
                tracing::warn!(%error, "an event was lost");
                detail = error.to_string();
            }
        }
    }
    Unusable::CutShort { detail }
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

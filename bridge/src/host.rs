//! What reaches the host: every message of the server, and every answer of ours, passes here on its
//! way to the one writer; not how it got here.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::value::RawValue;
use shared::jsonrpc::{Envelope, ErrorObject, Kind, Message, RequestId, Response};

use crate::asked::{Answerer, Asked};
use crate::modern::{Modern, renamed};
use crate::pending::{Claim, Pending, Role};
use crate::progress;
use crate::reply::{Context, Failure, Refusal};
use crate::session::Session;
use crate::stdio::{LineSender, one_line};
use crate::tools::Tools;

/// The way to the host. Clones lead to the same host.
#[derive(Debug, Clone)]
pub(crate) struct Host(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    pending: Pending,
    session: Session,
    modern: Modern,
    asked: Asked,
    tools: Tools,
    context: Context,
    lines: LineSender,
}

/// How a server learns that a request is no longer wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cancelled {
    /// Its stream has been closed, which says it all (revision 2026-07-28).
    ByClosing,
    /// By the host's notification, which is still to be sent.
    ByMessage,
}

/// Whether a request was without its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WasWaiting {
    Yes,
    No,
}

impl Host {
    pub(crate) fn new(context: Context, lines: LineSender) -> Self {
        Self(Arc::new(Shared {
            pending: Pending::new(),
            session: Session::default(),
            modern: Modern::default(),
            asked: Asked::default(),
            tools: Tools::default(),
            context,
            lines,
        }))
    }

    pub(crate) fn pending(&self) -> &Pending {
        &self.0.pending
    }

    pub(crate) fn session(&self) -> &Session {
        &self.0.session
    }

    pub(crate) fn modern(&self) -> &Modern {
        &self.0.modern
    }

    /// What goes with a message beside the credentials: a message of revision 2026-07-28 speaks for
    /// itself, all others belong to the session.
    pub(crate) fn headers_of(&self, message: &[u8]) -> HeaderMap {
        let modern = self.modern().headers(message);
        modern.unwrap_or_else(|| self.session().headers())
    }

    pub(crate) fn asked(&self) -> &Asked {
        &self.0.asked
    }

    pub(crate) fn tools(&self) -> &Tools {
        &self.0.tools
    }

    /// Passes on what the server sent: requests and notifications as they are, an answer if it is
    /// owed. Elements of an array become lines of their own.
    pub(crate) async fn deliver(&self, bytes: &Bytes) {
        self.deliver_reply(bytes, &[]).await;
    }

    /// The same for the reply to a message with these requests: an error that names no id answers the
    /// one that was asked.
    pub(crate) async fn deliver_reply(&self, bytes: &Bytes, asked: &[RequestId]) {
        match Message::parse(bytes) {
            Ok(Message::Single(raw)) => self.deliver_one(bytes, raw, asked).await,
            Ok(Message::Batch(elements)) => {
                for raw in elements {
                    self.deliver_one(bytes, raw, asked).await;
                }
            }
            Err(malformed) => tracing::warn!(%malformed, "dropped what the server sent"),
        }
    }

    async fn deliver_one(&self, whole: &Bytes, raw: &RawValue, asked: &[RequestId]) {
        let envelope = match Envelope::parse(raw) {
            Ok(envelope) => envelope,
            Err(malformed) => {
                tracing::warn!(%malformed, "dropped what the server sent");
                return;
            }
        };
        let message = whole.slice_ref(raw.get().as_bytes());
        match envelope.kind() {
            Ok(Kind::Notification) if self.is_late(&envelope) => {
                tracing::debug!("dropped progress of a request that has its answer");
            }
            Ok(Kind::Notification) => self.write(one_line(&message)).await,
            Ok(Kind::Request) => {
                let asked = envelope.id.to_request_id().map(|id| self.asked().note(id));
                if asked != Some(Answerer::Bridge) {
                    self.write(one_line(&message)).await;
                }
            }
            Ok(Kind::Response) => self.deliver_answer(&message, &envelope, asked).await,
            Err(invalid) => tracing::warn!(%invalid, "dropped what the server sent"),
        }
    }

    /// Progress may only be told of requests that are under way (MCP, "Progress").
    fn is_late(&self, notification: &Envelope<'_>) -> bool {
        notification.method_name() == Some(progress::METHOD)
            && progress::reported_by(notification)
                .is_some_and(|token| !self.pending().reports_to(&token))
    }

    async fn deliver_answer(&self, message: &Bytes, envelope: &Envelope<'_>, asked: &[RequestId]) {
        let named = envelope.id.to_request_id();
        let original = named.as_ref().and_then(|id| self.modern().original(id));
        let id = original.as_ref().or(named.as_ref());
        let Some(claim) = id.and_then(|id| self.pending().claim(id)) else {
            return self.deliver_stray(envelope, asked).await;
        };
        match (claim.ticket().role, envelope.result) {
            (Role::Initialize, Some(result)) => self.session().learn(result),
            (Role::ToolsList, Some(result)) => self.tools().learn(result),
            (Role::Wish, Some(_)) => self.session().grant(claim.ticket()),
            _ => {}
        }
        let message = match (claim.ticket().role, envelope.result) {
            (Role::ToolsList, Some(result)) if self.modern().is_open(claim.id()) => {
                self.modern().pass_list(message, result)
            }
            _ => message.clone(),
        };
        let message = match original {
            Some(original) => renamed(&message, &original).unwrap_or(message),
            None => message,
        };
        self.settle(claim, one_line(&message)).await;
    }

    /// Servers that fail before they read the id answer with null, or with one of their own (the
    /// official Python SDK: `"server-error"`); a host would wait forever.
    async fn deliver_stray(&self, envelope: &Envelope<'_>, asked: &[RequestId]) {
        let claim = match asked {
            [id] if envelope.error.is_some() => self.pending().claim(id),
            _ => None,
        };
        let (Some(claim), Some(error)) = (claim, envelope.error) else {
            return tracing::debug!(id = ?envelope.id, "dropped an answer that nobody waits for");
        };
        let line = format!(
            r#"{{"jsonrpc":"2.0","id":{},"error":{}}}"#,
            claim.id().as_json(),
            error.get()
        );
        self.settle(claim, one_line(&Bytes::from(line))).await;
    }

    /// Answers a request of which nothing could be sent.
    pub(crate) async fn refuse(&self, id: &RequestId, error: ErrorObject) {
        let Some(claim) = self.pending().claim(id) else {
            return;
        };
        let response = Response::<()>::error(Some(claim.id().clone()), error);
        let line = serde_json::to_vec(&response).expect("an error object is serialisable");
        self.settle(claim, Bytes::from(line)).await;
    }

    /// Answers these requests, as far as they still wait, with the reason why the server did not.
    pub(crate) async fn fail(&self, ids: &[RequestId], failure: &Failure) {
        for id in ids {
            let role = self.pending().role(id);
            if role == Some(Role::Subscription) && failure.is_end_of_stream() {
                self.tear_down(id).await;
            } else {
                self.refuse(id, failure.to_error(&self.0.context)).await;
            }
        }
    }

    /// Tells the host that a subscription is over. On stdio that is a notification and not an answer
    /// (2026-07-28, "Subscriptions").
    async fn tear_down(&self, id: &RequestId) {
        if self.forget(id).await == WasWaiting::No {
            return;
        }
        let line = format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{},"reason":"the connection to the server ended"}}}}"#,
            id.as_json()
        );
        self.write(Bytes::from(line)).await;
    }

    /// Answers these requests with an HTTP error: the JSON-RPC error in it, or our own.
    pub(crate) async fn fail_refused(&self, ids: &[RequestId], refusal: Refusal) {
        if let Some(body) = &refusal.json_rpc {
            // Each request of a batch gets the error that has no id of its own.
            for id in ids {
                self.deliver_reply(body, std::slice::from_ref(id)).await;
            }
        }
        self.fail(ids, &Failure::Refused(refusal.into())).await;
    }

    /// The host no longer wants this answer. Returns how the server is to be told.
    pub(crate) async fn cancel(&self, id: &RequestId) -> Cancelled {
        self.forget(id).await;
        let modern = self.modern();
        // A late notification names a request that is gone; then what the host speaks decides.
        if modern.close(id) || (modern.is_spoken() && self.session().handshake().is_none()) {
            Cancelled::ByClosing
        } else {
            Cancelled::ByMessage
        }
    }

    /// Nobody waits for this answer any more.
    pub(crate) async fn forget(&self, id: &RequestId) -> WasWaiting {
        let Some(claim) = self.pending().claim(id) else {
            return WasWaiting::No;
        };
        if let Some(batch) = &claim.ticket().batch
            && let Some(array) = batch.settle_one(None)
        {
            self.write(array).await;
        }
        WasWaiting::Yes
    }

    /// The sentence for a failure that concerns no request.
    pub(crate) fn explain(&self, failure: &Failure) -> String {
        failure.to_error(&self.0.context).message
    }

    /// The claim is given up only after the line is on its way.
    async fn settle(&self, claim: Claim<'_>, line: Bytes) {
        let line = match &claim.ticket().batch {
            None => Some(line),
            Some(batch) => batch.settle_one(Some(line)),
        };
        if let Some(line) = line {
            self.write(line).await;
        }
        drop(claim);
    }

    async fn write(&self, line: Bytes) {
        if self.0.lines.send(line).await.is_err() {
            tracing::debug!("dropped a line, the host is gone");
        }
    }
}

#[cfg(test)]
mod tests;

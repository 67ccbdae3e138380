//! The answer to one request in the body of the response to its POST: JSON, or an event stream when
//! there is more to tell than the answer or the client takes nothing else.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt as _, Stream, stream};
use http::StatusCode;
use shared::jsonrpc::{self, ErrorCode, ErrorObject, RequestId};
use shared::sse::encode_event;
use tokio::sync::{Notify, mpsc};
use tracing::Instrument as _;

use super::accept::Accepted;
use super::{event_stream, reply};
use crate::dispatch::Settled;
use crate::outbound::Outbound;

/// What a client is told that cancelled its own request and waits for the response all the same. The
/// number is LSP's; JSON-RPC and MCP leave it free.
const CANCELLED: ErrorCode = ErrorCode(-32800);

/// Work on one request and what it tells meanwhile.
pub(super) struct Working {
    pub(super) id: RequestId,
    pub(super) answer: BoxFuture<'static, Option<Settled>>,
    pub(super) messages: mpsc::Receiver<String>,
    pub(super) release: Arc<Notify>,
}

/// Whether a client that lost a stream can come back for the rest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resumption {
    Possible,
    Impossible,
}

impl Working {
    /// Starts work that may use a way to the client if the client takes streams.
    pub(super) fn new<F>(
        id: RequestId,
        accepted: Accepted,
        resumption: Resumption,
        start: impl FnOnce(Outbound) -> F,
    ) -> Self
    where
        F: Future<Output = Option<Settled>> + Send + 'static,
    {
        let (way, messages) = Outbound::channel();
        let release = Arc::new(Notify::new());
        let way = match (accepted, resumption) {
            (Accepted::Json, _) => Outbound::nowhere(),
            (_, Resumption::Possible) => way.releasing(Arc::clone(&release)),
            (_, Resumption::Impossible) => way,
        };
        // A stream asks for its answer after the handler has returned, and so outside its span.
        let answer = start(way).in_current_span().boxed();
        Self {
            id,
            answer,
            messages,
            release,
        }
    }
}

/// Which HTTP status an answer has when it is JSON.
pub(super) type StatusOf = fn(&Settled) -> StatusCode;

/// Answers with JSON, or with an event stream from the first message on that is not the answer.
pub(super) async fn in_body(
    working: Working,
    accepted: Accepted,
    keep_alive: Duration,
    status: StatusOf,
) -> Response {
    match begin(working, accepted).await {
        Begun::Json(id, settled) => json(id, settled, status),
        Begun::Stream(progress) => event_stream::response(events(progress), keep_alive),
    }
}

/// Which form an answer turns out to have.
pub(super) enum Begun {
    /// JSON; `None` when the request was cancelled.
    Json(RequestId, Option<Settled>),
    Stream(Progress),
}

/// Waits for the answer or the first message before it.
pub(super) async fn begin(mut working: Working, accepted: Accepted) -> Begun {
    if accepted == Accepted::Stream {
        return Begun::Stream(Progress::working(working, None));
    }
    tokio::select! {
        biased;
        Some(first) = working.messages.recv() => {
            Begun::Stream(Progress::working(working, Some(first)))
        }
        () = working.release.notified() => {
            // The stream begins for the sake of its end, and is asked for that again.
            working.release.notify_one();
            Begun::Stream(Progress::working(working, None))
        }
        settled = &mut working.answer => match working.messages.try_recv() {
            Ok(first) => Begun::Stream(Progress {
                next: Some(first),
                messages: working.messages,
                release: working.release,
                work: Work::Done(settled),
            }),
            Err(_) => Begun::Json(working.id, settled),
        },
    }
}

/// An answer as a body. A client that cancelled its request waits for the response all the same.
pub(super) fn json(id: RequestId, settled: Option<Settled>, status: StatusOf) -> Response {
    match settled {
        Some(settled) => reply::json(status(&settled), &settled.into_response()),
        None => {
            let error = ErrorObject::new(CANCELLED, "the request was cancelled by its sender");
            let response = jsonrpc::Response::<()>::error(Some(id), error);
            reply::json(StatusCode::OK, &response)
        }
    }
}

/// How far an answer told as events has come.
pub(super) struct Progress {
    next: Option<String>,
    messages: mpsc::Receiver<String>,
    release: Arc<Notify>,
    work: Work,
}

enum Work {
    Going(BoxFuture<'static, Option<Settled>>),
    /// The answer comes after the messages before it; a cancelled request has none.
    Done(Option<Settled>),
}

impl Progress {
    fn working(working: Working, next: Option<String>) -> Self {
        Self {
            next,
            messages: working.messages,
            release: working.release,
            work: Work::Going(working.answer),
        }
    }

    /// What asks for the release of the connection.
    pub(super) fn release(&self) -> Arc<Notify> {
        Arc::clone(&self.release)
    }

    /// The next message, the answer being the last one. May be dropped while it waits.
    pub(super) async fn step(&mut self) -> Option<String> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        loop {
            match &mut self.work {
                Work::Going(answer) => tokio::select! {
                    biased;
                    Some(message) = self.messages.recv() => return Some(message),
                    settled = answer => self.work = Work::Done(settled),
                },
                Work::Done(settled) => {
                    return match self.messages.try_recv() {
                        Ok(message) => Some(message),
                        Err(_) => text(settled.take()?),
                    };
                }
            }
        }
    }
}

/// An answer as JSON text.
pub(super) fn text(settled: Settled) -> Option<String> {
    serde_json::to_string(&settled.into_response())
        .inspect_err(|error| tracing::error!(%error, "an answer is not JSON"))
        .ok()
}

fn events(progress: Progress) -> impl Stream<Item = Bytes> + Send {
    stream::unfold(progress, |mut progress| async move {
        let message = progress.step().await?;
        Some((encode_event("message", &message), progress))
    })
}

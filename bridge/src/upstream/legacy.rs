//! HTTP with SSE, revision 2024-11-05: one event stream that first names the address for messages
//! and then brings every answer; a POST per message.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures::StreamExt as _;
use http::HeaderMap;
use reqwest::Response;
use shared::jsonrpc::{Envelope, Kind, Message, RequestId};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::host::Host;
use crate::outgoing::Outgoing;
use crate::pending::CarrierId;
use crate::reply::Failure;
use crate::session::Handshake;
use crate::settings::shown;

use super::body::{ContentKind, Events, collect, events};
use super::wire::{Reply, Wire};

/// A stream that has named its endpoint.
pub(super) struct OpenStream {
    url: Url,
    endpoint: Url,
    events: Events,
}

impl fmt::Debug for OpenStream {
    // The endpoint holds the session's id.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenStream")
            .field("url", &shown(&self.url))
            .finish_non_exhaustive()
    }
}

/// Why there is no such stream.
#[derive(Debug)]
pub(super) enum NotOpen {
    /// This address does not offer the transport.
    NoStream(String),
    /// It may offer it, and something is wrong.
    Failed(Failure),
}

impl NotOpen {
    pub(super) fn into_failure(self) -> Failure {
        match self {
            Self::NoStream(detail) => Failure::SessionLost { detail },
            Self::Failed(failure) => failure,
        }
    }
}

/// Opens the stream and waits for its first event, which names the endpoint.
pub(super) async fn open(wire: &Wire, url: &Url) -> Result<OpenStream, NotOpen> {
    let patience = wire.timing().connect_wait;
    let reply = wire
        .open_stream(url, HeaderMap::new(), patience)
        .await
        .map_err(NotOpen::Failed)?;
    let response = match reply {
        Reply::Accepted(response) => response,
        Reply::Refused(refusal) if refusal.is_no_endpoint() => {
            return Err(NotOpen::NoStream(refusal.status.to_string()));
        }
        Reply::Refused(refusal) => return Err(NotOpen::Failed(Failure::Refused(refusal))),
    };
    if ContentKind::of(response.headers()) != ContentKind::EventStream {
        return Err(NotOpen::NoStream("not an event stream".to_owned()));
    }
    let stream_url = response.url().clone();
    let mut events = events(response, wire.max_message_bytes());
    let first = timeout(wire.timing().handshake, events.next()).await;
    let endpoint = match first {
        Ok(Some(Ok(event))) if event.kind == "endpoint" => event.data,
        Ok(_) => {
            let why = "an event stream that does not begin with an endpoint event";
            return Err(NotOpen::NoStream(why.to_owned()));
        }
        Err(_) => {
            let why = "an event stream without an endpoint event in time";
            return Err(NotOpen::NoStream(why.to_owned()));
        }
    };
    Ok(OpenStream {
        endpoint: resolve(wire, &stream_url, &endpoint).map_err(NotOpen::Failed)?,
        url: url.clone(),
        events,
    })
}

/// The endpoint by the rules for URLs, relative to the stream's own; never on another origin, where
/// the credentials must not go.
fn resolve(wire: &Wire, stream_url: &Url, endpoint: &str) -> Result<Url, Failure> {
    let foreign = |shown: String| Failure::ForeignEndpoint { endpoint: shown };
    let resolved = stream_url
        .join(endpoint)
        .map_err(|_| foreign("an address that is not a URL".to_owned()))?;
    if wire.target().is_same_origin(&resolved) {
        Ok(resolved)
    } else {
        Err(foreign(shown(&resolved)))
    }
}

/// A session: one open stream and the endpoint it named.
pub(crate) struct Legacy {
    wire: Arc<Wire>,
    host: Host,
    url: Url,
    endpoint: Url,
    carrier: CarrierId,
    /// Cancelled when the stream has ended.
    lost: CancellationToken,
    hidden: Mutex<Option<Hidden>>,
}

impl fmt::Debug for Legacy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Legacy")
            .field("url", &shown(&self.url))
            .finish_non_exhaustive()
    }
}

/// A request of the bridge itself, whose answer the host must not see.
struct Hidden {
    id: RequestId,
    answered: oneshot::Sender<Outcome>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Result,
    Error,
}

static NEXT_CARRIER: AtomicU64 = AtomicU64::new(0);

impl Legacy {
    /// Takes over an open stream and reads it until it ends.
    pub(super) fn start(
        stream: OpenStream,
        wire: Arc<Wire>,
        host: Host,
        end: &CancellationToken,
    ) -> Arc<Self> {
        let legacy = Arc::new(Self {
            wire,
            host,
            url: stream.url,
            endpoint: stream.endpoint,
            carrier: CarrierId(NEXT_CARRIER.fetch_add(1, Ordering::Relaxed)),
            lost: CancellationToken::new(),
            hidden: Mutex::default(),
        });
        let reading = Arc::clone(&legacy).read(stream.events);
        tokio::spawn(end.clone().run_until_cancelled_owned(reading));
        legacy
    }

    /// Whether the stream has ended.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.is_cancelled()
    }

    /// The address of the stream.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Posts one message. Its answer comes by the stream, before or after this returns.
    pub(super) async fn send(&self, message: Outgoing) {
        // Noted before the look at the stream, so that its end finds either the note or nothing sent.
        self.host
            .pending()
            .carried_by(&message.requests, self.carrier);
        let posted = tokio::select! {
            () = self.lost.cancelled() => return self.fail_carried().await,
            posted = self.wire.post(&self.endpoint, HeaderMap::new(), message.bytes) => posted,
        };
        match posted {
            Ok(Reply::Accepted(response)) => self.read_reply(response, &message.requests).await,
            Ok(Reply::Refused(refusal)) => self.host.fail_refused(&message.requests, refusal).await,
            Err(failure) => self.host.fail(&message.requests, &failure).await,
        }
    }

    /// Repeats the host's handshake on a stream that replaces a lost one.
    pub(super) async fn repeat(&self, handshake: &Handshake) -> Result<(), Failure> {
        let lost = |detail: &str| Failure::SessionLost {
            detail: detail.to_owned(),
        };
        let (answered, answer) = oneshot::channel();
        *self.hidden() = Some(Hidden {
            id: handshake.id.clone(),
            answered,
        });
        self.post_own(handshake.initialize.clone()).await?;
        match timeout(self.wire.timing().handshake, answer).await {
            Ok(Ok(Outcome::Result)) => {}
            Ok(Ok(Outcome::Error)) => return Err(lost("the server refused initialize")),
            Ok(Err(_)) | Err(_) => return Err(lost("the server did not answer initialize")),
        }
        match &handshake.initialized {
            Some(initialized) => self.post_own(initialized.clone()).await,
            None => Ok(()),
        }
    }

    async fn post_own(&self, message: Bytes) -> Result<(), Failure> {
        match self
            .wire
            .post(&self.endpoint, HeaderMap::new(), message)
            .await?
        {
            Reply::Accepted(_) => Ok(()),
            Reply::Refused(refusal) => Err(Failure::Refused(refusal)),
        }
    }

    /// Some servers answer in the reply to the POST as well or instead.
    async fn read_reply(&self, response: Response, requests: &[RequestId]) {
        let is_json =
            ContentKind::of(response.headers()) == ContentKind::Text("application/json".to_owned());
        if !is_json || requests.is_empty() {
            return;
        }
        if let Ok(body) = collect(response, self.wire.max_message_bytes()).await
            && body.trim_ascii().starts_with(b"{")
        {
            self.host.deliver_reply(&body, requests).await;
        }
    }

    async fn read(self: Arc<Self>, mut events: Events) {
        while let Some(event) = events.next().await {
            match event {
                Ok(event) if event.data.is_empty() => {}
                Ok(event) if event.kind == "message" => {
                    let message = Bytes::from(event.data);
                    if !self.is_hidden(&message) {
                        self.host.deliver(&message).await;
                    }
                }
                Ok(event) if event.kind == "endpoint" => {
                    tracing::debug!("the server started another session on the same stream");
                    break;
                }
                Ok(event) => tracing::debug!(kind = event.kind, "ignored an event"),
                Err(error) => tracing::warn!(%error, "an event was lost"),
            }
        }
        tracing::debug!("the event stream has ended");
        self.lost.cancel();
        *self.hidden() = None;
        self.fail_carried().await;
    }

    /// Answers every request whose answer can no longer come.
    async fn fail_carried(&self) {
        let waiting = self.host.pending().waiting_on(self.carrier);
        let failure = Failure::CutShort {
            url: shown(&self.url),
            detail: "the event stream ended".to_owned(),
        };
        self.host.fail(&waiting, &failure).await;
    }

    /// Whether a message answers the bridge's own request.
    fn is_hidden(&self, message: &Bytes) -> bool {
        let mut hidden = self.hidden();
        let Some(waiting) = &*hidden else {
            return false;
        };
        let Ok(Message::Single(raw)) = Message::parse(message) else {
            return false;
        };
        let Ok(envelope) = Envelope::parse(raw) else {
            return false;
        };
        let is_response = envelope.kind() == Ok(Kind::Response);
        if !is_response || envelope.id.to_request_id().as_ref() != Some(&waiting.id) {
            return false;
        }
        if let Some(Hidden { answered, .. }) = hidden.take() {
            let outcome = if envelope.result.is_some() {
                Outcome::Result
            } else {
                Outcome::Error
            };
            // Whoever waited may have given up.
            let _unheard = answered.send(outcome);
        }
        true
    }

    fn hidden(&self) -> MutexGuard<'_, Option<Hidden>> {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

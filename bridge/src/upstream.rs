//! The server's side: one message in, its answers to the host. Which transport carries it is found
//! out with the first message and kept; the transports themselves are below.

mod backoff;
mod body;
mod client;
mod detect;
mod legacy;
mod standing;
mod streamable;
mod unreachable;
mod wire;

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::host::Host;
use crate::keyring::Keyring;
use crate::outgoing::{Kind, Outgoing};
use crate::reply::Failure;
use crate::settings::{Settings, Transport};

use detect::Found;
use legacy::Legacy;
use streamable::{Exchange, Streamable};
pub(crate) use wire::{Reply, Wire};

/// The server, as far as the bridge knows it.
pub(crate) struct Upstream {
    wire: Arc<Wire>,
    host: Host,
    transport: Transport,
    link: Mutex<Option<Link>>,
    /// Ends every stream that stays open by itself.
    end: CancellationToken,
}

/// The transport that was found, and its state.
#[derive(Clone)]
pub(crate) enum Link {
    Streamable(Arc<Streamable>),
    Legacy(Arc<Legacy>),
}

/// What is left to do for a message after it was handed over.
pub(crate) enum Underway {
    /// Nothing: it was answered, needs no answer, or its answer comes by another stream.
    Done,
    /// The answer is still to be read.
    Answer(Exchange),
}

impl Underway {
    /// Reads what is left to read and sees to it that every request of the message is answered.
    pub(crate) async fn finish(self) {
        match self {
            Self::Done => {}
            Self::Answer(exchange) => exchange.finish().await,
        }
    }
}

impl Upstream {
    pub(crate) fn new(settings: &Settings, host: Host, keyring: Arc<Keyring>) -> Self {
        Self {
            wire: Arc::new(Wire::new(settings, keyring)),
            host,
            transport: settings.transport,
            link: Mutex::default(),
            end: CancellationToken::new(),
        }
    }

    /// Hands one message over. Returns as soon as the server has taken it: with the head of its
    /// answer, or when a 2024-11-05 server has confirmed the POST. While nothing can be sent it tries
    /// again until `send_by`.
    pub(crate) async fn hand_over(&self, message: Outgoing, send_by: Instant) -> Underway {
        let found = {
            // One look for the transport at a time; whoever comes meanwhile waits for the outcome.
            let mut link = self.link.lock().await;
            match &*link {
                Some(Link::Legacy(legacy)) if legacy.is_lost() => {
                    let again = self.reopen(legacy, &message, send_by).await;
                    again.map(|legacy| (link.insert(Link::Legacy(legacy)).clone(), None))
                }
                Some(link) => Ok((link.clone(), None)),
                None => {
                    let found = detect::detect(self, &message.bytes, send_by);
                    found.await.map(|found| {
                        let (found, reply) = self.keep(found);
                        (link.insert(found).clone(), reply)
                    })
                }
            }
        };
        if found.is_ok() {
            self.host.session().note(&message);
        }
        match found {
            Ok((Link::Streamable(streamable), None)) => streamable.send(message, send_by).await,
            Ok((Link::Streamable(streamable), Some(reply))) => {
                streamable.receive(message, reply).await
            }
            Ok((Link::Legacy(legacy), _)) => match legacy.send(message, send_by).await {
                Some(again) => Box::pin(self.hand_over(again, send_by)).await,
                None => Underway::Done,
            },
            Err(failure) => {
                self.report(&message, &failure);
                self.host.fail(&message.requests, &failure).await;
                Underway::Done
            }
        }
    }

    /// Whether the transport is known, so that messages need not wait for each other.
    pub(crate) fn is_decided(&self) -> bool {
        self.link.try_lock().is_ok_and(|link| link.is_some())
    }

    /// Which transport was found.
    pub(crate) async fn link(&self) -> Option<Link> {
        self.link.lock().await.clone()
    }

    /// Ends the session and every open stream. Not bounded in time; callers are.
    pub(crate) async fn close(&self) {
        self.end.cancel();
        // A look for the transport that is still going on has no session to end.
        let link = self.link.try_lock().ok().and_then(|link| link.clone());
        if let Some(Link::Streamable(streamable)) = link {
            streamable.close().await;
        }
    }

    fn keep(&self, found: Found) -> (Link, Option<Reply>) {
        match found {
            Found::Streamable { url, reply } => {
                tracing::debug!("the server takes messages by POST");
                let wire = Arc::clone(&self.wire);
                let streamable = Streamable::new(wire, url, self.host.clone(), self.end.clone());
                (Link::Streamable(Arc::new(streamable)), Some(reply))
            }
            Found::Legacy(stream) => {
                tracing::debug!("the server speaks HTTP with SSE as of 2024-11-05");
                let wire = Arc::clone(&self.wire);
                let legacy = Legacy::start(stream, wire, self.host.clone(), &self.end);
                (Link::Legacy(legacy), None)
            }
        }
    }

    /// Opens a new stream in place of a lost one and repeats the host's handshake on it, unseen.
    async fn reopen(
        &self,
        lost: &Legacy,
        message: &Outgoing,
        send_by: Instant,
    ) -> Result<Arc<Legacy>, Failure> {
        let stream = legacy::open(&self.wire, lost.url(), send_by).await;
        let stream = stream.map_err(legacy::NotOpen::into_failure)?;
        let wire = Arc::clone(&self.wire);
        let legacy = Legacy::start(stream, wire, self.host.clone(), &self.end);
        if message.kind != Kind::Initialize
            && let Some(handshake) = self.host.session().handshake()
        {
            legacy.repeat(&handshake, send_by).await?;
        }
        lost.replace();
        Ok(legacy)
    }

    /// A failure that no request waits for is worth a line in the log.
    fn report(&self, message: &Outgoing, failure: &Failure) {
        if message.requests.is_empty() {
            tracing::warn!(
                "a message was not delivered: {}",
                self.host.explain(failure)
            );
        }
    }
}

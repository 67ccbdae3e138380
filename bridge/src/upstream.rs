//! The server's side: one message in, its answers to the host. Which transport carries it is found
//! out with the first message and kept; the transports themselves are below.

mod backoff;
mod body;
mod client;
mod detect;
mod legacy;
mod redial;
mod renewal;
mod standing;
mod streamable;
mod trip;
mod underway;
mod unreachable;
mod wire;

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::clock::Wakefulness;
use crate::host::Host;
use crate::keyring::Keyring;
use crate::outgoing::{Kind, Outgoing};
use crate::reply::Failure;
use crate::session::Handshake;
use crate::settings::{Settings, Transport};

#[cfg(feature = "fuzzing")]
pub(crate) use body::{ContentKind, read_refusal};
use detect::Found;
use legacy::Legacy;
use renewal::{Patience, Renewal};
use streamable::Streamable;
use trip::{Setback, Trip};
use underway::Transit;
pub(crate) use underway::Underway;
pub(crate) use wire::{Reply, Wire};

/// The server, as far as the bridge knows it.
pub(crate) struct Upstream {
    wire: Arc<Wire>,
    host: Host,
    transport: Transport,
    link: Mutex<Option<Link>>,
    /// One look for the transport, and one new session, at a time.
    renewal: Arc<Renewal>,
    wakefulness: Wakefulness,
    /// Ends every stream that stays open by itself.
    end: CancellationToken,
}

/// The transport that was found, and its state.
#[derive(Clone)]
pub(crate) enum Link {
    Streamable(Arc<Streamable>),
    Legacy(Arc<Legacy>),
}

impl Upstream {
    pub(crate) fn new(settings: &Settings, host: Host, keyring: Arc<Keyring>) -> Self {
        Self {
            wire: Arc::new(Wire::new(settings, keyring)),
            host,
            transport: settings.transport,
            link: Mutex::default(),
            renewal: Arc::default(),
            wakefulness: Wakefulness::new(settings.clock.clone(), settings.timing.clock_jump),
            end: CancellationToken::new(),
        }
    }

    /// Hands one message over. Returns as soon as the server has taken it: with the head of its
    /// answer, or when a 2024-11-05 server has confirmed the POST. While nothing can be sent it tries
    /// again until `send_by`.
    pub(crate) async fn hand_over(
        self: &Arc<Self>,
        message: Outgoing,
        send_by: Instant,
    ) -> Underway {
        self.bring(Trip::new(message, send_by)).await
    }

    /// Tries until the server has taken the message or there is nothing left to try.
    async fn bring(self: &Arc<Self>, mut trip: Trip) -> Underway {
        loop {
            let setback = match self.attempt(&trip).await {
                Ok(Some(transit)) => return Underway::open(self, trip, transit),
                Ok(None) => return Underway::Done,
                Err(setback) => setback,
            };
            if !self.goes_on(&mut trip, setback).await {
                return Underway::Done;
            }
        }
    }

    /// One attempt: `None` when nothing is left to wait for.
    async fn attempt(self: &Arc<Self>, trip: &Trip) -> Result<Option<Transit>, Setback> {
        if trip.message.kind == Kind::Initialize {
            // What the server asked in the session before is not answered to the next one.
            self.host.asked().expire();
        }
        let (link, reply) = self.link_for(trip).await.map_err(unsent)?;
        self.host.session().note(&trip.message);
        match link {
            Link::Streamable(streamable) => match reply {
                Some(reply) => streamable.receive(trip, None, reply).await,
                None => streamable.send(trip).await,
            },
            Link::Legacy(legacy) => legacy.send(trip).await,
        }
    }

    /// Waits for the next attempt, if there is one; else answers the requests with the failure.
    async fn goes_on(&self, trip: &mut Trip, setback: Setback) -> bool {
        let requests = trip.message.requests.clone();
        match trip.next(setback, self.host.tools(), self.wire.timing()) {
            Ok(pause) => {
                if let Some(again) = self.host.modern().reissue(&trip.message) {
                    trip.message.bytes = again;
                }
                let settled = self.host.pending().all_settled(&requests);
                tokio::select! {
                    () = sleep(pause) => true,
                    // Cancelled, or answered on another way.
                    () = settled, if !requests.is_empty() => false,
                }
            }
            Err(failure) => {
                self.report(&trip.message, &failure);
                match failure {
                    Failure::Refused(refusal) => {
                        self.host.fail_refused(&requests, *refusal).await;
                    }
                    failure => self.host.fail(&requests, &failure).await,
                }
                false
            }
        }
    }

    /// The transport; with a reply when the message itself was used to find it.
    async fn link_for(self: &Arc<Self>, trip: &Trip) -> Result<(Link, Option<Reply>), Failure> {
        // One look for the transport at a time; whoever comes meanwhile waits for the outcome.
        let mut link = self.link.lock().await;
        if self.wakefulness.was_asleep() {
            self.wake(link.as_ref()).await;
        }
        let found = match &*link {
            Some(Link::Legacy(legacy)) if legacy.is_lost() => {
                self.renewal
                    .is_still_down(trip.send_by, self.wire.timing())?;
                let again = self.reopen(legacy, trip).await;
                again.map(|legacy| (Link::Legacy(legacy), None))
            }
            Some(link) => return Ok((link.clone(), None)),
            None => {
                self.renewal
                    .is_still_down(trip.send_by, self.wire.timing())?;
                let message = &trip.message.bytes;
                let found = detect::detect(self, message, trip.send_by);
                found.await.map(|found| self.keep(found))
            }
        };
        let (found, reply) = found.inspect_err(|failure| self.renewal.failed(failure))?;
        // What stands in front of a server that is down says nothing about the server.
        let is_verdict = !matches!(&reply, Some(Reply::Refused(r)) if r.is_put_off());
        if is_verdict {
            if let Link::Legacy(legacy) = &found {
                self.keep_open(legacy);
            }
            *link = Some(found.clone());
        }
        Ok((found, reply))
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
                let renewal = Arc::clone(&self.renewal);
                let (host, end) = (self.host.clone(), self.end.clone());
                let streamable = Streamable::new(wire, url, host, renewal, end);
                (Link::Streamable(streamable), Some(reply))
            }
            Found::Legacy(stream) => {
                tracing::debug!("the server speaks HTTP with SSE as of 2024-11-05");
                let wire = Arc::clone(&self.wire);
                let legacy = Legacy::start(stream, wire, self.host.clone(), &self.end);
                (Link::Legacy(legacy), None)
            }
        }
    }

    /// After a sleep nobody knows which connections still lead anywhere.
    async fn wake(&self, link: Option<&Link>) {
        tracing::debug!("the machine was asleep, connections are made again");
        self.wire.forget_connections();
        match link {
            Some(Link::Streamable(streamable)) => streamable.redial(),
            Some(Link::Legacy(legacy)) if !legacy.is_alive().await => legacy.lose(),
            Some(Link::Legacy(_)) | None => {}
        }
    }

    /// Opens a new stream in place of a lost one and repeats the host's handshake on it, unseen.
    async fn reopen(&self, lost: &Legacy, trip: &Trip) -> Result<Arc<Legacy>, Failure> {
        tracing::debug!("the event stream is lost, opening another one");
        let handshake = match trip.message.kind {
            Kind::Initialize => None,
            _ => self.host.session().handshake(),
        };
        let mut patience = Patience::until(trip.send_by);
        loop {
            match self.open(lost, handshake.as_ref(), trip.send_by).await {
                Ok(legacy) => return Ok(legacy),
                Err(failure) => patience.after(failure).await?,
            }
        }
    }

    async fn open(
        &self,
        lost: &Legacy,
        handshake: Option<&Handshake>,
        send_by: Instant,
    ) -> Result<Arc<Legacy>, Failure> {
        let stream = legacy::open(&self.wire, lost.url(), send_by).await;
        let stream = stream.map_err(legacy::NotOpen::into_failure)?;
        // From here on, what the server asks is asked in the new session.
        self.host.asked().expire();
        let wire = Arc::clone(&self.wire);
        let legacy = Legacy::start(stream, wire, self.host.clone(), &self.end);
        if let Some(handshake) = handshake {
            let repeated = legacy.repeat(handshake, send_by).await;
            repeated.inspect_err(|_| legacy.lose())?;
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

/// A failure while the transport was looked for with the message itself.
fn unsent(failure: Failure) -> Setback {
    match failure {
        Failure::Interrupted { .. } => Setback::Lost(failure),
        failure => Setback::Final(failure),
    }
}

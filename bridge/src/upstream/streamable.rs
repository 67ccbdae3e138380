//! Streamable HTTP, revisions 2025-03-26 to 2025-11-25, and servers that answer a POST with plain
//! JSON: one POST per message, its answers in the reply.

mod exchange;
mod renew;
mod resume;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use http::{HeaderValue, Method};
use shared::protocol::SESSION_ID_HEADER;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::host::Host;
use crate::outgoing::Kind;
use crate::question::ping;
use crate::reply::{Failure, Refusal};

use super::renewal::Renewal;
use super::standing;
use super::trip::{Setback, Trip};
use super::underway::Transit;
use super::wire::{Reply, Wire};
pub(super) use exchange::Exchange;
pub(super) use resume::{Resumable, Resumed, reopen};

/// A server that takes messages by POST at one address.
pub(crate) struct Streamable {
    wire: Arc<Wire>,
    url: Url,
    host: Host,
    renewal: Arc<Renewal>,
    end: CancellationToken,
    /// Ends the standing stream of the current session.
    standing: Mutex<CancellationToken>,
    /// Tells the standing stream to begin anew.
    redial: Notify,
    this: Weak<Self>,
}

impl Streamable {
    pub(super) fn new(
        wire: Arc<Wire>,
        url: Url,
        host: Host,
        renewal: Arc<Renewal>,
        end: CancellationToken,
    ) -> Arc<Self> {
        let standing = Mutex::new(end.child_token());
        Arc::new_cyclic(|this| Self {
            wire,
            url,
            host,
            renewal,
            end,
            standing,
            redial: Notify::new(),
            this: this.clone(),
        })
    }

    /// Posts one message.
    pub(super) async fn send(&self, trip: &Trip) -> Result<Option<Transit>, Setback> {
        let message = &trip.message;
        if message.kind != Kind::Initialize {
            self.renewal.passed().await;
        }
        if !self.host.asked().lets_pass(message) {
            return Ok(None);
        }
        let headers = self.host.headers_of(&message.bytes);
        let session_id = headers.get(SESSION_ID_HEADER).cloned();
        let posted = self
            .wire
            .post(&self.url, headers, message.bytes.clone(), trip.send_by)
            .await;
        match posted {
            Ok(reply) => self.receive(trip, session_id, reply).await,
            Err(failure @ Failure::Interrupted { .. }) => Err(Setback::Lost(failure)),
            Err(failure) => Err(Setback::Final(failure)),
        }
    }

    /// Takes the reply to a message that was posted in this session.
    pub(super) async fn receive(
        &self,
        trip: &Trip,
        session_id: Option<HeaderValue>,
        reply: Reply,
    ) -> Result<Option<Transit>, Setback> {
        let response = match reply {
            Reply::Accepted(response) => response,
            Reply::Refused(refusal) => return self.refused(trip, session_id, refusal).await,
        };
        match trip.message.kind {
            Kind::Initialize => self.host.session().adopt_id(response.headers()),
            Kind::Initialized => self.listen(),
            _ => {}
        }
        let exchange = self.this.upgrade().map(|streamable| Exchange {
            streamable,
            response,
        });
        Ok(exchange.map(Transit::Reply))
    }

    async fn refused(
        &self,
        trip: &Trip,
        session_id: Option<HeaderValue>,
        refusal: Refusal,
    ) -> Result<Option<Transit>, Setback> {
        let message = &trip.message;
        match session_id {
            Some(lost) if refusal.is_lost_session() && trip.may_replace_session() => {
                if message.answers.is_some() {
                    tracing::warn!("dropped an answer of the host: the session that asked is over");
                    return Ok(None);
                }
                self.renew(&lost, trip.send_by)
                    .await
                    .map_err(Setback::Final)?;
                match message.kind {
                    // It was a part of the handshake.
                    Kind::Initialized => Ok(None),
                    _ => Err(Setback::SessionReplaced),
                }
            }
            _ if refusal.is_put_off() => Err(Setback::PutOff(refusal.into())),
            _ => Err(Setback::Final(Failure::Refused(refusal.into()))),
        }
    }

    /// Opens the stream for what the server has to say unasked, in place of one of an older session.
    fn listen(&self) {
        let token = self.end.child_token();
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.cancel();
        *standing = token.clone();
        if let Some(streamable) = self.this.upgrade() {
            let listening = standing::listen(streamable);
            tokio::spawn(token.run_until_cancelled_owned(listening));
        }
    }

    /// The standing stream, if there is one, is opened again where it was.
    pub(super) fn redial(&self) {
        self.redial.notify_waiters();
    }

    /// Completes when that is wanted.
    pub(super) async fn redialled(&self) {
        self.redial.notified().await;
    }

    /// Where messages are posted.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(super) fn host(&self) -> &Host {
        &self.host
    }

    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Asks the server whether it is there, where the session's revision has a question for that.
    async fn is_alive(&self) -> bool {
        let session = self.host.session().headers();
        if !session.contains_key(SESSION_ID_HEADER) {
            return false;
        }
        let (_, message) = ping();
        let asked = self.wire.post(&self.url, session, message, Instant::now());
        // Whatever it answers, it is there. The answer is ours and goes no further.
        let asked = timeout(self.wire.timing().handshake, asked).await;
        matches!(asked, Ok(Ok(Reply::Accepted(_))))
    }

    /// Ends the session, if the server keeps one.
    pub(super) async fn close(&self) {
        let session = self.host.session();
        if session.id().is_some() {
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

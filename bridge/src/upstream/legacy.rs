//! HTTP with SSE, revision 2024-11-05: one event stream that first names the address for messages
//! and then brings every answer; a POST per message.

mod hidden;
mod open;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use reqwest::Response;
use shared::jsonrpc::RequestId;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::host::Host;
use crate::keyring::{Edition, Renewal};
use crate::outgoing::Outgoing;
use crate::pending::CarrierId;
use crate::reply::{Failure, Unusable};
use crate::session::Handshake;
use crate::settings::shown;

use super::body::{ContentKind, Events, collect};
use super::wire::{Reply, Wire};
use hidden::{Hidden, Outcome};
pub(super) use open::{NotOpen, OpenStream, open};

/// A session: one open stream and the endpoint it named.
pub(crate) struct Legacy {
    wire: Arc<Wire>,
    host: Host,
    url: Url,
    endpoint: Url,
    carrier: CarrierId,
    /// Cancelled when the stream has ended.
    lost: CancellationToken,
    /// Which credential the stream was opened with.
    edition: Edition,
    /// Cancelled when another stream has taken the place of this one.
    replaced: CancellationToken,
    hidden: Hidden,
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
            edition: wire.edition(),
            replaced: CancellationToken::new(),
            wire,
            host,
            url: stream.url,
            endpoint: stream.endpoint,
            carrier: CarrierId(NEXT_CARRIER.fetch_add(1, Ordering::Relaxed)),
            lost: CancellationToken::new(),
            hidden: Hidden::default(),
        });
        let reading = Arc::clone(&legacy).read(stream.events);
        tokio::spawn(end.clone().run_until_cancelled_owned(reading));
        legacy
    }

    /// Whether the stream has ended, or was opened with a credential that has been replaced since.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.is_cancelled() || self.edition != self.wire.edition()
    }

    /// Another stream takes the place of this one, which only brings what is still owed.
    pub(super) fn replace(&self) {
        self.replaced.cancel();
    }

    /// The address of the stream.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Posts one message. Its answer comes by the stream, before or after this returns. Gives the
    /// message back if it was refused and there is a new credential, which wants a new stream.
    pub(super) async fn send(&self, message: Outgoing, send_by: Instant) -> Option<Outgoing> {
        // Noted before the look at the stream, so that its end finds either the note or nothing sent.
        self.host
            .pending()
            .carried_by(&message.requests, self.carrier);
        let posted = tokio::select! {
            biased;
            () = self.lost.cancelled() => {
                self.fail_carried().await;
                return None;
            }
            posted = self.post(message.bytes.clone(), send_by) => posted,
        };
        if posted.as_ref().is_ok_and(Reply::is_unauthorized)
            && self.wire.renew(self.edition) == Renewal::Renewed
        {
            return Some(message);
        }
        match posted {
            Ok(Reply::Accepted(response)) => self.read_reply(response, &message.requests).await,
            Ok(Reply::Refused(refusal)) => self.host.fail_refused(&message.requests, refusal).await,
            Err(failure) => self.host.fail(&message.requests, &failure).await,
        }
        None
    }

    /// Repeats the host's handshake on a stream that replaces a lost one.
    pub(super) async fn repeat(
        &self,
        handshake: &Handshake,
        send_by: Instant,
    ) -> Result<(), Failure> {
        let lost = |detail: &str| Failure::SessionLost {
            detail: detail.to_owned(),
        };
        let answer = self.hidden.expect(handshake.id.clone());
        accepted(self.post(handshake.initialize.clone(), send_by).await?)?;
        match timeout(self.wire.timing().handshake, answer).await {
            Ok(Ok(Outcome::Result)) => {}
            Ok(Ok(Outcome::Error)) => return Err(lost("the server refused initialize")),
            Ok(Err(_)) | Err(_) => return Err(lost("the server did not answer initialize")),
        }
        match &handshake.initialized {
            Some(initialized) => accepted(self.post(initialized.clone(), send_by).await?),
            None => Ok(()),
        }
    }

    async fn post(&self, message: Bytes, send_by: Instant) -> Result<Reply, Failure> {
        self.wire
            .post_beside(&self.endpoint, message, send_by)
            .await
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
        while let Some(event) = self.next_owed(&mut events).await {
            match event {
                Ok(event) if event.data.is_empty() => {}
                Ok(event) if event.kind == "message" => {
                    let message = Bytes::from(event.data);
                    if !self.hidden.takes(&message) {
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
        self.hidden.give_up();
        self.fail_carried().await;
    }

    /// The next event; `None` at the end, which has come too when nothing more is expected of a stream
    /// that was replaced.
    async fn next_owed(&self, events: &mut Events) -> Option<<Events as Stream>::Item> {
        loop {
            let is_replaced = self.replaced.is_cancelled();
            if is_replaced && self.host.pending().waiting_on(self.carrier).is_empty() {
                return None;
            }
            tokio::select! {
                () = self.replaced.cancelled(), if !is_replaced => {}
                event = events.next() => return event,
            }
        }
    }

    /// Answers every request whose answer can no longer come.
    async fn fail_carried(&self) {
        let waiting = self.host.pending().waiting_on(self.carrier);
        let failure = Failure::Unusable {
            url: shown(&self.url),
            why: Unusable::CutShort {
                detail: "the event stream ended".to_owned(),
            },
        };
        self.host.fail(&waiting, &failure).await;
    }
}

fn accepted(reply: Reply) -> Result<(), Failure> {
    match reply {
        Reply::Accepted(_) => Ok(()),
        Reply::Refused(refusal) => Err(Failure::Refused(refusal.into())),
    }
}

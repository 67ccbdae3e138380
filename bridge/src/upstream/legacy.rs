//! HTTP with SSE, revision 2024-11-05: one event stream that first names the address for messages
//! and then brings every answer; a POST per message.

mod alive;
mod hidden;
mod open;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use reqwest::Response;
use shared::jsonrpc::RequestId;
use shared::sse::Event;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::host::Host;
use crate::keyring::{Edition, Renewal};
use crate::reply::{Failure, Refusal, Unusable};
use crate::session::Handshake;
use crate::settings::shown;

use super::backoff::{Backoff, dice};
use super::body::{ContentKind, Next, Watched, collect, tell_of};
use super::trip::{Setback, Trip};
use super::underway::Transit;
use super::wire::{Reply, Wire};
use hidden::{Hidden, Outcome};
pub(super) use open::{NotOpen, OpenStream, open};

/// How often a stream that was replaced is looked at, whether it still owes an answer.
const RETIRED: Duration = Duration::from_millis(250);

/// A session: one open stream and the endpoint it named.
pub(crate) struct Legacy {
    wire: Arc<Wire>,
    host: Host,
    url: Url,
    endpoint: Url,
    /// Cancelled when the stream has ended.
    lost: CancellationToken,
    /// Set before that if it only fell silent.
    silence: OnceLock<Duration>,
    /// Which credential the stream was opened with.
    edition: Edition,
    /// Cancelled when another stream has taken the place of this one.
    replaced: CancellationToken,
    hidden: Hidden,
    pings: Hidden,
}

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
            lost: CancellationToken::new(),
            silence: OnceLock::new(),
            hidden: Hidden::default(),
            pings: Hidden::default(),
        });
        let reading = Arc::clone(&legacy).read(stream.events);
        tokio::spawn(end.clone().run_until_cancelled_owned(reading));
        legacy
    }

    /// Whether the stream has ended, or was opened with a credential that has been replaced since.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.is_cancelled() || self.edition != self.wire.edition()
    }

    /// Cancelled when the stream has ended.
    pub(super) fn lost(&self) -> CancellationToken {
        self.lost.clone()
    }

    /// Another stream takes the place of this one, which only brings what is still owed.
    pub(super) fn replace(&self) {
        self.replaced.cancel();
    }

    /// The address of the stream.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Posts one message. Its answer comes by the stream, before or after this returns.
    pub(super) async fn send(self: &Arc<Self>, trip: &Trip) -> Result<Option<Transit>, Setback> {
        let message = &trip.message;
        if !self.host.asked().lets_pass(message) {
            return Ok(None);
        }
        let response = match self.post_in_time(trip).await? {
            Reply::Accepted(response) => response,
            Reply::Refused(refusal) => return self.refused(trip, refusal),
        };
        self.read_reply(response, &message.requests).await;
        let is_owed = !message.requests.is_empty();
        Ok(is_owed.then(|| Transit::Stream(Arc::clone(self))))
    }

    /// Tries while the server cannot be reached, as long as the stream lives: without it the endpoint
    /// is no longer good for anything.
    async fn post_in_time(&self, trip: &Trip) -> Result<Reply, Setback> {
        let mut backoff = Backoff::new(trip.send_by.duration_since(Instant::now()));
        let started = Instant::now();
        loop {
            if self.is_lost() {
                return Err(Setback::SessionReplaced);
            }
            let posted = tokio::select! {
                biased;
                () = self.lost.cancelled() => return Err(Setback::Lost(self.cut_short())),
                posted = self.post(trip.message.bytes.clone(), Instant::now()) => posted,
            };
            let failure = match posted {
                Ok(reply) => return Ok(reply),
                Err(failure @ Failure::Interrupted { .. }) => return Err(Setback::Lost(failure)),
                Err(failure) => failure,
            };
            let is_unsent = matches!(failure, Failure::Unreachable { .. });
            let delay = backoff.delay(started.elapsed(), dice());
            let Some(delay) = delay.filter(|_| is_unsent) else {
                return Err(Setback::Final(failure));
            };
            tokio::select! {
                () = self.lost.cancelled() => {}
                () = sleep(delay) => {}
            }
        }
    }

    /// A server that does not know the endpoint any more has lost the session, although the stream
    /// is still open.
    fn refused(&self, trip: &Trip, refusal: Refusal) -> Result<Option<Transit>, Setback> {
        let is_unknown = matches!(refusal.status, StatusCode::NOT_FOUND | StatusCode::GONE);
        // Another credential wants another stream; this one still brings what was asked before.
        let has_new_key = refusal.status == StatusCode::UNAUTHORIZED
            && self.wire.renew(self.edition) == Renewal::Renewed;
        if (is_unknown || has_new_key) && trip.may_replace_session() {
            if is_unknown {
                self.lose();
            }
            if trip.message.answers.is_some() {
                tracing::warn!("dropped an answer of the host: the session that asked is over");
                return Ok(None);
            }
            return Err(Setback::SessionReplaced);
        }
        Err(match refusal.is_put_off() {
            true => Setback::PutOff(refusal.into()),
            false => Setback::Final(self.not_taken(refusal)),
        })
    }

    fn taken(&self, reply: Reply) -> Result<(), Failure> {
        match reply {
            Reply::Accepted(_) => Ok(()),
            Reply::Refused(refusal) => Err(self.not_taken(refusal)),
        }
    }

    /// A 404 speaks of an address that the stream named, and no person wrote.
    fn not_taken(&self, refusal: Refusal) -> Failure {
        if refusal.status != StatusCode::NOT_FOUND || refusal.json_rpc.is_some() {
            return Failure::Refused(refusal.into());
        }
        Failure::MissingEndpoint {
            stream: shown(&self.url),
            endpoint: refusal.url,
        }
    }

    /// Waits for the answers that come by the stream.
    pub(super) async fn answered(&self, requests: &[RequestId]) -> Result<(), Setback> {
        tokio::select! {
            biased;
            () = self.host.pending().all_settled(requests) => Ok(()),
            () = self.lost.cancelled() => Err(Setback::Lost(self.cut_short())),
        }
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
        self.taken(self.post(handshake.initialize.clone(), send_by).await?)?;
        match timeout(self.wire.timing().handshake, answer).await {
            Ok(Ok(Outcome::Result)) => {}
            Ok(Ok(Outcome::Error)) => return Err(lost("the server refused initialize")),
            Ok(Err(_)) | Err(_) => return Err(lost("the server did not answer initialize")),
        }
        if let Some(initialized) = &handshake.initialized {
            self.taken(self.post(initialized.clone(), send_by).await?)?;
            self.repeat_wishes().await;
        }
        Ok(())
    }

    /// Says again what the host has set up. A session without is better than none, and what is said
    /// twice does no harm, so it is tried once and within a bound for all of it.
    async fn repeat_wishes(&self) {
        let saying = async {
            for (id, request) in self.host.session().wishes().to_requests() {
                let answer = self.hidden.expect(id);
                let posted = self.post(request, Instant::now()).await;
                let is_taken = matches!(posted, Ok(Reply::Accepted(_)));
                if !is_taken || answer.await != Ok(Outcome::Result) {
                    tracing::warn!("the new session does not take what the host had set up");
                }
            }
        };
        if timeout(self.wire.timing().handshake, saying).await.is_err() {
            tracing::warn!("the server takes too long to set up the new session as the host wants");
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

    async fn read(self: Arc<Self>, mut stream: Watched) {
        let timing = *self.wire.timing();
        // After a question of ours, the answer to it is waited for as well.
        let mut quiet = timing.ping;
        loop {
            let next = tokio::select! {
                () = self.lost.cancelled() => break,
                () = self.replaced.cancelled() => return self.bring_the_rest(stream).await,
                next = stream.next(quiet) => next,
            };
            match next {
                Next::Event(event) if event.kind == "endpoint" => {
                    tracing::debug!("the server started another session on the same stream");
                    break;
                }
                Next::Event(event) => {
                    quiet = timing.ping;
                    self.pass_on(event).await;
                }
                Next::Broken(error) => tell_of(&error),
                Next::Silence if quiet == timing.ping && quiet != timing.idle => {
                    quiet = timing.idle;
                    if self.host.session().handshake().is_some() {
                        // Nobody waits for the outcome: the answer only has to arrive.
                        drop(self.ping());
                    }
                }
                Next::Silence => {
                    tracing::warn!("the event stream has been silent for too long");
                    // Set once, as it is read once.
                    let _first = self.silence.set(timing.idle);
                    break;
                }
                Next::End => break,
            }
        }
        tracing::debug!("the event stream has ended");
        self.lose();
    }

    /// Reads on until nobody else holds this, so that nobody waits for anything the stream could bring.
    async fn bring_the_rest(self: Arc<Self>, mut stream: Watched) {
        loop {
            let next = tokio::select! {
                () = self.lost.cancelled() => break,
                next = stream.next(RETIRED) => next,
            };
            match next {
                Next::Event(event) => self.pass_on(event).await,
                Next::Broken(error) => tell_of(&error),
                Next::Silence if Arc::strong_count(&self) > 1 => {}
                Next::Silence | Next::End => break,
            }
        }
        self.lose();
    }

    async fn pass_on(&self, event: Event) {
        if event.kind != "message" {
            return tracing::debug!(kind = event.kind, "ignored an event");
        }
        let message = Bytes::from(event.data);
        let is_ours = self.hidden.takes(&message) || self.pings.takes(&message);
        if !is_ours && !message.is_empty() {
            self.host.deliver(&message).await;
        }
    }

    /// The session is over.
    pub(super) fn lose(&self) {
        self.lost.cancel();
        self.hidden.give_up();
    }

    fn cut_short(&self) -> Failure {
        let why = match self.silence.get() {
            Some(&idle) => Unusable::Silent { idle },
            None => Unusable::CutShort {
                detail: "the event stream ended".to_owned(),
            },
        };
        Failure::Unusable {
            url: shown(&self.url),
            why,
        }
    }
}

//! A session that the server has forgotten, made again with the host's own handshake, which the host
//! does not see.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use reqwest::Response;
use shared::jsonrpc::{Envelope, Id, Kind, Message, RequestId};
use tokio::time::{Instant, timeout};

use crate::reply::Failure;
use crate::session::Handshake;
use crate::upstream::body::{ContentKind, Next, Watched, collect};
use crate::upstream::renewal::Patience;
use crate::upstream::wire::Reply;

use super::Streamable;

impl Streamable {
    /// Makes the session again unless somebody else has done so since it was `lost`.
    pub(in crate::upstream) async fn renew(
        &self,
        lost: &HeaderValue,
        send_by: Instant,
    ) -> Result<(), Failure> {
        let _turn = self.renewal.begin().await;
        if self.host.session().id().as_ref() != Some(lost) {
            return Ok(());
        }
        let Some(handshake) = self.host.session().handshake() else {
            return Err(session_lost("it began without a handshake"));
        };
        self.renewal.is_still_down(send_by, self.wire.timing())?;
        tracing::info!("the server has forgotten the session, making it again");
        let mut patience = Patience::until(send_by);
        loop {
            let Err(failure) = self.repeat(&handshake, send_by).await else {
                return Ok(());
            };
            let waited = patience.after(failure).await;
            waited.inspect_err(|failure| self.renewal.failed(failure))?;
        }
    }

    async fn repeat(&self, handshake: &Handshake, send_by: Instant) -> Result<(), Failure> {
        // From here on, what the server asks is asked in the new session.
        self.host.asked().expire();
        let initialize = handshake.initialize.clone();
        let (headers, answer) = timeout(self.wire.timing().handshake, async {
            // A session that does not exist yet has no headers.
            let reply = self
                .wire
                .post(&self.url, HeaderMap::new(), initialize, send_by);
            let response = accepted(reply.await?)?;
            let headers = response.headers().clone();
            Ok((headers, self.answer_in(response, &handshake.id).await))
        })
        .await
        .map_err(|_| session_lost("the server did not answer initialize in time"))??;
        let answer = answer.ok_or_else(|| session_lost("the server did not answer initialize"))?;
        let envelope = envelope_of(&answer);
        let Some(result) = envelope.and_then(|envelope| envelope.result) else {
            return Err(session_lost("the server refused initialize"));
        };
        self.host.session().replace(&headers, result);
        if let Some(initialized) = &handshake.initialized {
            let session = self.host.session().headers();
            let reply = self
                .wire
                .post(&self.url, session, initialized.clone(), send_by);
            accepted(reply.await?)?;
            self.listen();
            self.repeat_wishes().await;
        }
        Ok(())
    }

    /// Says again what the host has set up. A session without is better than none, and what is said
    /// twice does no harm, so it is tried once and within a bound for all of it.
    async fn repeat_wishes(&self) {
        let saying = async {
            for (id, request) in self.host.session().wishes().to_requests() {
                if !self.is_granted(&id, request).await {
                    tracing::warn!("the new session does not take what the host had set up");
                }
            }
        };
        if timeout(self.wire.timing().handshake, saying).await.is_err() {
            tracing::warn!("the server takes too long to set up the new session as the host wants");
        }
    }

    async fn is_granted(&self, id: &RequestId, request: Bytes) -> bool {
        let session = self.host.session().headers();
        let posted = self.wire.post(&self.url, session, request, Instant::now());
        let Ok(Reply::Accepted(response)) = posted.await else {
            return false;
        };
        let answer = self.answer_in(response, id).await;
        let envelope = answer.as_ref().and_then(envelope_of);
        envelope.is_some_and(|envelope| envelope.result.is_some())
    }

    /// The answer in a reply; what else is in it goes to the host.
    async fn answer_in(&self, response: Response, id: &RequestId) -> Option<Bytes> {
        let max_bytes = self.wire.max_message_bytes();
        if ContentKind::of(response.headers()) != ContentKind::EventStream {
            let body = collect(response, max_bytes).await.ok()?;
            return answers(&body, id).then_some(body);
        }
        let mut stream = Watched::new(response, max_bytes);
        loop {
            let event = match stream.next(self.wire.timing().idle).await {
                Next::Event(event) if event.kind == "message" && !event.data.is_empty() => event,
                Next::Event(_) | Next::Broken(_) => continue,
                Next::End | Next::Silence => return None,
            };
            let message = Bytes::from(event.data);
            if answers(&message, id) {
                return Some(message);
            }
            self.host.deliver(&message).await;
        }
    }
}

fn envelope_of(message: &Bytes) -> Option<Envelope<'_>> {
    match Message::parse(message) {
        Ok(Message::Single(raw)) => Envelope::parse(raw).ok(),
        _ => None,
    }
}

/// Whether a message answers the request; an error may leave the id out.
fn answers(message: &Bytes, id: &RequestId) -> bool {
    envelope_of(message).is_some_and(|envelope| {
        let is_nameless = matches!(envelope.id, Id::Absent | Id::Null);
        envelope.kind() == Ok(Kind::Response)
            && (is_nameless || envelope.id.to_request_id().as_ref() == Some(id))
    })
}

fn accepted(reply: Reply) -> Result<Response, Failure> {
    match reply {
        Reply::Accepted(response) => Ok(response),
        Reply::Refused(refusal) => Err(Failure::Refused(refusal.into())),
    }
}

fn session_lost(detail: &str) -> Failure {
    Failure::SessionLost {
        detail: detail.to_owned(),
    }
}

//! One HTTP exchange: headers, retries of what was not sent, redirects, errors; not what the body
//! means.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::Response;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::keyring::{Edition, Key, Keyring, Renewal};
use crate::reply::{Failure, Refusal, Unreachable};
use crate::settings::{Network, ProxyUse, Route, Settings, Target, Timing, shown};

use super::backoff::{Backoff, dice};
use super::unreachable::{cause_if_unsent, chain};
use super::{body, client};

/// Revision 2025-03-26 and later, "Sending Messages to the Server": both are to be accepted.
const JSON_OR_STREAM: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const MAX_REDIRECTS: usize = 3;

/// The connection to one origin, with the credentials that belong to it.
pub(crate) struct Wire {
    target: Target,
    route: Route,
    network: Network,
    keyring: Arc<Keyring>,
    timing: Timing,
    max_message_bytes: usize,
    client: Mutex<Option<reqwest::Client>>,
}

/// What the server said to a request that reached it.
pub(crate) enum Reply {
    /// A success; the body is still to be read.
    Accepted(Response),
    /// An HTTP error, read.
    Refused(Refusal),
}

impl Reply {
    /// Whether the credential is refused.
    pub(super) fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == StatusCode::UNAUTHORIZED)
    }
}

/// What to send.
#[derive(Clone)]
struct Call {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
    /// When the last attempt may start while nothing can be sent.
    send_by: Instant,
}

impl Wire {
    pub(crate) fn new(settings: &Settings, keyring: Arc<Keyring>) -> Self {
        Self {
            target: settings.target.clone(),
            route: settings.route.clone(),
            network: settings.network.clone(),
            keyring,
            timing: settings.timing,
            max_message_bytes: settings.max_message_bytes,
            client: Mutex::default(),
        }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    pub(crate) fn timing(&self) -> &Timing {
        &self.timing
    }

    pub(crate) fn max_message_bytes(&self) -> usize {
        self.max_message_bytes
    }

    /// Posts a message; tries again until `send_by` while the server cannot be reached. `session` are
    /// the headers that refer to the session.
    pub(crate) async fn post(
        &self,
        url: &Url,
        mut session: HeaderMap,
        message: Bytes,
        send_by: Instant,
    ) -> Result<Reply, Failure> {
        session.insert(ACCEPT, JSON_OR_STREAM);
        session.insert(CONTENT_TYPE, JSON);
        self.call(Call {
            method: Method::POST,
            url: url.clone(),
            headers: session,
            body: message,
            send_by,
        })
        .await
    }

    /// Posts a message that belongs to an open stream, which was opened with a credential of its own:
    /// another one would need another stream.
    pub(crate) async fn post_beside(
        &self,
        url: &Url,
        message: Bytes,
        send_by: Instant,
    ) -> Result<Reply, Failure> {
        let headers = [(ACCEPT, JSON_OR_STREAM), (CONTENT_TYPE, JSON)];
        let call = Call {
            method: Method::POST,
            url: url.clone(),
            headers: headers.into_iter().collect(),
            body: message,
            send_by,
        };
        self.follow(call, &self.keyring.key()).await
    }

    /// Which credential is sent now.
    pub(crate) fn edition(&self) -> Edition {
        self.keyring.key().edition
    }

    /// Reads the credential again, unless `used` has been replaced already.
    pub(crate) fn renew(&self, used: Edition) -> Renewal {
        self.keyring.renew(used)
    }

    /// Opens an event stream; tries again until `send_by` while the server cannot be reached.
    pub(crate) async fn open_stream(
        &self,
        url: &Url,
        mut session: HeaderMap,
        send_by: Instant,
    ) -> Result<Reply, Failure> {
        session.insert(ACCEPT, STREAM);
        self.call(Call {
            method: Method::GET,
            url: url.clone(),
            headers: session,
            body: Bytes::new(),
            send_by,
        })
        .await
    }

    /// Any other request without a body, tried once.
    pub(crate) async fn request(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
    ) -> Result<Reply, Failure> {
        self.call(Call {
            method,
            url: url.clone(),
            headers,
            body: Bytes::new(),
            send_by: Instant::now(),
        })
        .await
    }

    /// Sends, and once more where the credential is refused and there is another by now: what was
    /// refused was not carried out.
    async fn call(&self, call: Call) -> Result<Reply, Failure> {
        let key = self.keyring.key();
        let reply = self.follow(call.clone(), &key).await?;
        if reply.is_unauthorized() && self.renew(key.edition) == Renewal::Renewed {
            return self.follow(call, &self.keyring.key()).await;
        }
        Ok(reply)
    }

    /// Follows what may be followed: within the origin, and only where the method stays the same.
    async fn follow(&self, mut call: Call, key: &Key) -> Result<Reply, Failure> {
        let had_session = call
            .headers
            .contains_key(shared::protocol::SESSION_ID_HEADER);
        for _ in 0..=MAX_REDIRECTS {
            let response = self.deliver(&call, key).await?;
            let status = response.status();
            let Some(next) = redirect(&response) else {
                if status.is_success() {
                    return Ok(Reply::Accepted(response));
                }
                let refusal =
                    body::read_refusal(response, had_session, &self.keyring.secrets()).await;
                return Ok(Reply::Refused(refusal));
            };
            let keeps_method = matches!(
                status,
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
            );
            if !keeps_method || !self.target.is_same_origin(&next) {
                return Err(redirected(status, &next));
            }
            tracing::debug!(to = shown(&next), "following a redirect");
            call.url = next;
        }
        Err(redirected(StatusCode::PERMANENT_REDIRECT, &call.url))
    }

    /// Sends until it is sent: what did not leave may be tried again, what did leave never.
    async fn deliver(&self, call: &Call, key: &Key) -> Result<Response, Failure> {
        let client = self.client()?;
        let started = Instant::now();
        let mut backoff = Backoff::new(call.send_by.duration_since(started));
        loop {
            let request = client
                .request(call.method.clone(), call.url.clone())
                .headers(key.headers.clone())
                .headers(call.headers.clone())
                .body(call.body.clone());
            let error = match request.send().await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let detail = chain(&error);
            let Some(cause) = cause_if_unsent(&error) else {
                return Err(Failure::Interrupted { detail });
            };
            let cause = self.at_proxy(cause);
            let waited = started.elapsed();
            let delay = backoff.delay(waited, dice());
            match delay.filter(|_| cause.may_heal()) {
                Some(delay) => sleep(delay).await,
                None => {
                    return Err(Failure::Unreachable {
                        cause,
                        detail,
                        waited,
                    });
                }
            }
        }
    }

    /// The connection for a request over plain HTTP is one to the proxy, where the settings name one.
    fn at_proxy(&self, cause: Unreachable) -> Unreachable {
        let is_forwarded = !self.target.is_https()
            && self.route.proxy == ProxyUse::Environment
            && self.network.proxy.is_some();
        match cause {
            Unreachable::ConnectionRefused | Unreachable::Dns if is_forwarded => {
                Unreachable::ProxyGone
            }
            other => other,
        }
    }

    /// Connections of before are not used again; they may only look open.
    pub(super) fn forget_connections(&self) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Made on first use: a bridge whose host never asks anything loads no certificates.
    fn client(&self) -> Result<reqwest::Client, Failure> {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*client {
            return Ok(client.clone());
        }
        let made = client::build(&self.target, &self.route, &self.network, &self.timing)?;
        Ok(client.insert(made).clone())
    }
}

/// Where a redirect points, if the response is one.
fn redirect(response: &Response) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(location).ok()
}

fn redirected(status: StatusCode, to: &Url) -> Failure {
    Failure::Redirected {
        status: status.as_u16(),
        to: shown(to),
    }
}

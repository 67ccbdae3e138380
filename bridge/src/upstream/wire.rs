//! One HTTP exchange: headers, retries of what was not sent, redirects, errors; not what the body
//! means.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::Response;
use shared::secret::Secret;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::reply::{Failure, Refusal, Unreachable};
use crate::settings::{Route, Settings, Target, Timing, shown};

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
    credentials: HeaderMap,
    secrets: Vec<Secret>,
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

/// What to send.
struct Call {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
    /// When the last attempt may start while nothing can be sent.
    send_by: Instant,
}

impl Wire {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            target: settings.target.clone(),
            route: settings.route.clone(),
            credentials: settings.credentials.headers(),
            secrets: settings.credentials.secrets(),
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

    /// Follows what may be followed: within the origin, and only where the method stays the same.
    async fn call(&self, mut call: Call) -> Result<Reply, Failure> {
        let had_session = call
            .headers
            .contains_key(shared::protocol::SESSION_ID_HEADER);
        for _ in 0..=MAX_REDIRECTS {
            let response = self.deliver(&call).await?;
            let status = response.status();
            let Some(next) = redirect(&response) else {
                if status.is_success() {
                    return Ok(Reply::Accepted(response));
                }
                let refusal = body::read_refusal(response, had_session, &self.secrets).await;
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
    async fn deliver(&self, call: &Call) -> Result<Response, Failure> {
        let client = self.client()?;
        let started = Instant::now();
        let mut backoff = Backoff::new(call.send_by.duration_since(started));
        loop {
            let request = client
                .request(call.method.clone(), call.url.clone())
                .headers(self.credentials.clone())
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
            let waited = started.elapsed();
            // Certificates and proxies do not change their minds within seconds.
            let may_heal = !matches!(cause, Unreachable::Tls | Unreachable::Proxy);
            match backoff.delay(waited, dice()).filter(|_| may_heal) {
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
        let made = client::build(&self.target, &self.route, &self.timing)?;
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

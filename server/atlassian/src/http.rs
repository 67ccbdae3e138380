//! The one way a request leaves this crate: who it acts as, redirects, size cap, status, decoding; how
//! often it is tried is in `tries`.
//! Which requests exist is known to `jira` and `confluence` only.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use url::Url;

use crate::credential::{Credential, Fingerprint, FingerprintKey};
use crate::deployment::Detection;
use crate::error::{Access, Error};
use crate::meter::{Counted, Meter};
use crate::model::Quota;
use crate::site::{Deployment, Service, SiteError, SiteSettings, SiteUrl, Timeouts};
use crate::trace::TraceContext;

mod backoff;
mod body;
mod client;
mod connection;
mod file;
mod gateway;
mod limiter;
mod outside;
mod quotas;
mod redirect;
mod refusal;
mod refused;
mod retry;
mod tries;
mod wait;

use client::Pools;
use gateway::Gateway;
use limiter::Limiter;
use quotas::Quotas;
use redirect::{Standing, Stop};
use refused::Refused;
pub(crate) use retry::Repeat;

/// A site with its connection pool. Carries no identity: two callers share sockets, never
/// credentials or cookies. A clone shares everything but the trace.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) service: Service,
    pub(crate) base: SiteUrl,
    pub(crate) detection: Arc<Detection>,
    timeouts: Timeouts,
    fingerprints: FingerprintKey,
    limiter: Arc<Limiter>,
    refused: Arc<Mutex<Refused>>,
    gateway: Arc<Gateway>,
    meter: Option<Arc<dyn Meter>>,
    trace: Option<TraceContext>,
    quotas: Arc<Quotas>,
    pools: Pools,
}

/// A request in the making.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    site: &'a Site,
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
    credential: Option<&'a Credential>,
    what: String,
    repeat: Repeat,
    access: Access,
    wants: Wants,
}

/// What a call is to be answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    /// JSON, from the site alone.
    Data,
    /// The bytes of a file, from wherever the site keeps it; at most this many.
    File { most: u64 },
}

/// A complete answer, whatever its status.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    /// Scheme, host and port of who answered a download in the place of the site.
    outside: Option<String>,
}

impl Site {
    pub(crate) fn new(service: Service, settings: SiteSettings) -> Result<Self, SiteError> {
        Ok(Self {
            service,
            pools: Pools::open(service, &settings)?,
            fingerprints: FingerprintKey::random()
                .map_err(|reason| SiteError::Randomness { service, reason })?,
            limiter: Arc::new(Limiter::new(settings.max_concurrent)),
            refused: Arc::default(),
            detection: Arc::new(Detection::new(settings.known_deployment())),
            gateway: Arc::new(Gateway::new(settings.gateway.clone(), service)),
            meter: settings.meter,
            trace: None,
            quotas: Arc::default(),
            base: settings.base_url,
            timeouts: settings.timeouts,
        })
    }

    /// The same site, for calls that belong to a trace.
    pub(crate) fn in_trace(&self, trace: TraceContext) -> Self {
        Self {
            trace: Some(trace),
            ..self.clone()
        }
    }

    fn count(&self, counted: Counted) {
        if let Some(meter) = &self.meter {
            meter.count(self.service, counted);
        }
    }

    /// A GET below the site, made by nobody until [`Call::acting_as`] says otherwise.
    ///
    /// `what` completes sentences such as "Jira has no …".
    pub(crate) fn read(&self, segments: &[&str], what: impl Into<String>) -> Call<'_> {
        self.read_url(self.base.endpoint(segments), what)
    }

    fn read_url(&self, url: Url, what: impl Into<String>) -> Call<'_> {
        Call {
            site: self,
            method: Method::GET,
            url,
            body: None,
            credential: None,
            what: what.into(),
            repeat: Repeat::ByMethod,
            access: Access::Read,
            wants: Wants::Data,
        }
    }

    /// A POST that only asks: Atlassian takes long queries in a body.
    pub(crate) fn ask(
        &self,
        segments: &[&str],
        question: &serde_json::Value,
        what: impl Into<String>,
    ) -> Call<'_> {
        let mut call = self.read(segments, what);
        call.method = Method::POST;
        call.repeat = Repeat::Always;
        call.body = Some(question.to_string().into_bytes());
        call
    }

    /// A request that changes something. It is sent once; where its failure leaves open whether the
    /// change was made, the error is [`Error::OutcomeUnknown`].
    ///
    /// `what` is the thing that exists already and is written to, as in `space DOCS` for a new page.
    pub(crate) fn write(
        &self,
        method: Method,
        segments: &[&str],
        change: &serde_json::Value,
        what: impl Into<String>,
    ) -> Call<'_> {
        let mut call = self.read(segments, what);
        call.method = method;
        call.repeat = Repeat::Never;
        call.access = Access::Write;
        call.body = Some(change.to_string().into_bytes());
        call
    }

    /// What tells this credential from others, here and nowhere else.
    pub(crate) fn fingerprint(&self, credential: &Credential) -> Fingerprint {
        self.fingerprints.fingerprint(credential)
    }

    /// What the site last said about the quota of this credential.
    pub(crate) fn quota(&self, credential: &Credential) -> Option<Quota> {
        self.quotas.of(self.fingerprint(credential))
    }

    fn refused(&self) -> MutexGuard<'_, Refused> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Call<'a> {
    /// Acts as the owner of the credential.
    pub(crate) fn acting_as(mut self, credential: &'a Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Adds one query parameter.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Says otherwise than the method whether the call may be sent again.
    pub(crate) fn repeating(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// Sends the request and decodes the answer. An empty 2xx is success to
    /// whoever expects nothing (B-34).
    pub(crate) async fn fetch<T: DeserializeOwned>(self) -> Result<T, Error> {
        let outcome = self.send().await;
        let outcome = outcome.and_then(|answer| body::decode(&self, &answer));
        outcome.map_err(|error| match self.access {
            Access::Read => error,
            Access::Write => error.of_write(&self.what),
        })
    }

    /// A successful answer within the deadline, or why there is none. Writes one log line.
    async fn exchange(&self, deadline: Instant) -> Result<Answer, Error> {
        let started = Instant::now();
        let result = tokio::time::timeout_at(deadline, self.follow())
            .await
            .unwrap_or(Err(Error::TimedOut {
                service: self.site.service,
                after: self.site.timeouts.total,
                tries: 1,
            }));
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (service, method, path) = (self.site.service, &self.method, self.url.path());
        match &result {
            Ok(answer) => {
                self.site.count(Counted::Answered(answer.status));
                let status = answer.status.as_u16();
                tracing::debug!(%service, %method, path, status, elapsed_ms, "upstream answered");
            }
            Err(error) => {
                self.site.count(Counted::Unanswered);
                tracing::debug!(%service, %method, path, %error, elapsed_ms, "no upstream answer");
            }
        }
        let answer = result?;
        // The quota is the site's: whoever else answers has no say in it.
        if let (Some(credential), None) = (self.credential, &answer.outside) {
            let credential = self.site.fingerprint(credential);
            self.site.quotas.remember(credential, &answer.headers);
        }
        refusal::check(self, &answer)?;
        Ok(answer)
    }

    /// Sends, and sends again where a redirect, or the gateway, says so: within the site, and of
    /// downloads also outside.
    async fn follow(&self) -> Result<Answer, Error> {
        let mut stop = Stop::first(&self.url);
        for _ in 0..=redirect::LIMIT {
            let response = self
                .request(&stop)
                .await
                .map_err(|error| stop.blame(error))?;
            match redirect::target(&self.method, &stop.url, &response) {
                Some(target) => stop = self.next_stop(&stop, target)?,
                None => {
                    let answer = self.complete(response, stop.outside()).await;
                    return answer.map_err(|error| stop.blame(error));
                }
            }
        }
        let to = format!("itself more than {} times", redirect::LIMIT);
        Err(Error::Redirected {
            service: self.site.service,
            to,
        })
    }

    fn next_stop(&self, stop: &Stop, target: Url) -> Result<Stop, Error> {
        // Only the origin: the rest may hold a session or a ticket.
        let to = target.origin().ascii_serialization();
        let refusal = |to| Error::Redirected {
            service: self.site.service,
            to,
        };
        match (stop.next(&self.url, target), self.wants) {
            (next, Wants::Data) if next.standing == Standing::Stranger => Err(refusal(to)),
            (next, _) => match outside::objection(&self.url, &next.url) {
                Some(why) if next.standing == Standing::Stranger => {
                    Err(refusal(format!("{to}, {why}")))
                }
                _ => Ok(next),
            },
        }
    }

    /// The only place where a credential is put on a request.
    async fn request(&self, stop: &Stop) -> Result<reqwest::Response, Error> {
        let accept = match self.wants {
            Wants::Data => "application/json",
            Wants::File { .. } => "*/*",
        };
        let (method, url) = (self.method.clone(), stop.url.clone());
        let request = match stop.standing {
            Standing::Known => self.signed(self.site.pools.site.request(method, url)),
            Standing::Stranger => self.site.pools.strangers.request(method, url),
        };
        let sent = request.header(header::ACCEPT, accept).send().await;
        sent.map_err(|error| connection::failure(self, &error))
    }

    /// The request with everything that tells the site who is asking for what.
    fn signed(&self, mut request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        if let Some(credential) = self.credential {
            request = request.header(header::AUTHORIZATION, credential.header());
        }
        if let Some(trace) = &self.site.trace {
            request = request.headers(trace.headers());
        }
        if let Some(body) = &self.body {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        request
    }

    async fn complete(
        &self,
        response: reqwest::Response,
        outside: Option<String>,
    ) -> Result<Answer, Error> {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body::collect(self, response).await?;
        Ok(Answer {
            status,
            headers,
            body,
            outside,
        })
    }

    fn deployment(&self) -> Option<Deployment> {
        self.site.detection.known()
    }
}

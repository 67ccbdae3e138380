//! The one way a request leaves this crate: what it is made of, and how its answer is decoded. What one
//! try sends and receives is in `exchange`, how often it is tried in `tries`.
//! Which requests exist is known to `jira` and `confluence` only.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use http::{HeaderMap, Method, StatusCode};
use serde::de::DeserializeOwned;
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
mod exchange;
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
        // Boxed: tools join many of these, and each would be 6 KB of their future.
        let outcome = self.send().boxed().await;
        let outcome = outcome.and_then(|answer| body::decode(&self, &answer));
        outcome.map_err(|error| match self.access {
            Access::Read => error,
            Access::Write => error.of_write(&self.what),
        })
    }

    fn deployment(&self) -> Option<Deployment> {
        self.site.detection.known()
    }
}

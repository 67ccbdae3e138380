//! The server: Jira and Confluence over MCP, many users, one identity per request.
//!
//! ```text
//! settings      flags, variables, `.env` → Settings, checked together once
//! sites         Settings → clients of the sites, or the embedded sample site
//! listener      connections in: their limits, TLS, the end of the server
//! gate          the server's own token, before anything else looks at a request
//! narrowing     limits of the operator and of a request → one value that only narrows
//! identity      headers + policy → one credential per service, or a refusal
//! application   name, tools and identity, as the crate `mcp` serves them
//! current       what can be replaced while it is used: the identity, by `reload`
//! tools         one file per domain; a tool is its arguments and one call
//! prompts, resources, completions: what is offered besides
//! answer        what a model reads: our sentences, what people wrote between marks, a budget
//! attachment    what the bytes of an attached file show; PDFs in a program of their own
//! links         Confluence and Git links in texts
//! routes        what is no MCP: /, /health, /livez, /readyz, /metrics
//! observe       metrics, the record of who did what, ids of requests, traces
//! traces        spans to a collector, if built with the feature `otlp`
//! open_files    how many connections the system allows, per platform
//! stamp         whether files have changed since they were read
//! signals       what ends the program or reloads it, per platform
//! drain         how it ends, reload: how it reads its settings again
//! ```
//!
//! Layers of a request, outermost first: `listener` (connection, headers) → `observe` (id, trace,
//! metrics) → `gate` → `mcp::guarded` (Host, Origin, content type) → `mcp` (identity, places, body,
//! envelope, dispatch) → a tool → `atlassian`.

mod answer;
mod application;
mod attachment;
mod completions;
mod current;
mod drain;
mod gate;
mod identity;
mod links;
mod listener;
mod narrowing;
mod observe;
mod open_files;
mod prompts;
mod reload;
mod resources;
mod routes;
pub mod settings;
pub mod signals;
mod sites;
mod stamp;
mod tools;
mod traces;

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use mcp::{AllowedHosts, FingerprintKey, HttpSettings, Limits, SessionPolicy};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use identity::{CredentialSource, Policy, UnknownPolicy};
pub use narrowing::Narrowing;
pub use sites::SitesError;
pub use traces::Traces;

use application::JiraAndConfluence;
use current::Current;
use observe::{Metrics, Observation};
use reload::Reload;
use routes::Facts;
use settings::{Operations, Settings, SettingsError};
use signals::Signals;
use sites::Sites;

/// How long an event stream is silent before a comment keeps proxies from closing it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The most entries in one answer to a list request. All tools come in one answer: some hosts ask
/// for one page only.
const PAGE_SIZE: NonZeroUsize = NonZeroUsize::new(200).expect("not zero");

/// How long a session may be unused: a lunch break.
const SESSION_IDLE: Duration = Duration::from_secs(60 * 60);

/// Why the server did not start or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The settings do not allow it.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A site cannot be worked with.
    #[error(transparent)]
    Site(#[from] SitesError),
    /// The system refuses.
    #[error("{doing}")]
    System {
        /// What was tried.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
}

impl ServerError {
    /// The code the program ends with: 2 where a flag or variable has to change, as after a wrong
    /// command line, 1 otherwise.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(_) | Self::Site(SitesError::Credential { .. }) => 2,
            Self::Site(_) | Self::System { .. } => 1,
        }
    }
}

/// Listens where the settings say.
///
/// # Errors
/// When the address is taken or not this machine's, or when serving there would let others act with
/// the server's own credentials.
pub async fn listen(settings: &Settings) -> Result<TcpListener, ServerError> {
    let (host, port) = (settings.host.as_str(), settings.port);
    let doing = || format!("cannot listen on {host}:{port} (set --host and --port)");
    let system = |source| ServerError::System {
        doing: doing(),
        source,
    };
    let listener = TcpListener::bind((host, port)).await.map_err(system)?;
    let address = listener.local_addr().map_err(system)?;
    settings.check_exposure(address.ip())?;
    Ok(listener)
}

/// Serves until the signals ask it to stop, then lets calls that have begun end.
///
/// # Errors
/// [`ServerError`] says what to change.
pub async fn run(
    listener: TcpListener,
    settings: Settings,
    signals: impl Into<Signals>,
) -> Result<(), ServerError> {
    let signals = signals.into();
    let system = |doing: &str| {
        let doing = doing.to_owned();
        move |source| ServerError::System { doing, source }
    };
    let address = listener
        .local_addr()
        .map_err(system("the listener has no address"))?;
    settings.log_notices();
    let metrics = Arc::new(Metrics::new());
    let sites = Sites::open(settings.sites, settings.narrowing, metrics.clone()).await?;
    let key = FingerprintKey::random().map_err(system("the system has no randomness"))?;
    let (incoming, asking) = (settings.listener, settings.asking);
    let hosts = AllowedHosts::new(address.ip(), settings.allowed_hosts);
    let http = http_settings(hosts, incoming.requests, asking.sessions, key.clone());
    sites.log(settings.policy);
    let identity = sites.identity(settings.policy, asking.confirmation, key.clone());
    let identity = identity.attaching(settings.attachments);
    let reload = Reload {
        origin: settings.origin,
        identity: Arc::new(Current::new(identity)),
        key,
        services: sites.services,
        listening_on: address.ip(),
        metrics: Arc::clone(&metrics),
    };
    let closing = drain::closing(&signals, settings.operations.drain_delay);
    let router = router(&reload, settings.operations, &http, (&signals, &closing))?;
    let scheme = incoming.scheme();
    let router = observe::observed(gate::before(router, incoming.gate), metrics);
    tracing::info!(credentials = %settings.policy, "listening on {scheme}://{address}");
    let limits = (incoming.connections, incoming.tls);
    let patience = drain::patience(&closing, &signals);
    tokio::select! {
        () = listener::serve(listener, router, limits, closing.clone(), patience) => {}
        () = reload.whenever(&signals.reload) => {}
    }
    Ok(())
}

fn http_settings(
    allowed_hosts: AllowedHosts,
    limits: Limits,
    sessions: SessionPolicy,
    key: FingerprintKey,
) -> HttpSettings {
    HttpSettings {
        allowed_hosts,
        limits,
        keep_alive: KEEP_ALIVE,
        page_size: PAGE_SIZE,
        key,
        sessions,
        session_idle: SESSION_IDLE,
    }
}

fn router(
    serving: &Reload,
    operations: Operations,
    http: &HttpSettings,
    (signals, closing): (&Signals, &CancellationToken),
) -> Result<axum::Router, ServerError> {
    let Reload {
        identity, metrics, ..
    } = serving;
    let audit_key = operations.audit_key.map_or_else(audit_key, Ok)?;
    let observation = Observation::new(Arc::clone(metrics), audit_key);
    let application = JiraAndConfluence::new(Arc::clone(identity), serving.services, observation);
    let (mcp_routes, connected_clients) =
        mcp::router(Arc::new(application), http.clone(), closing.clone());
    let facts = Facts {
        identity: Arc::clone(identity),
        metrics: Arc::clone(metrics),
        ending: signals.stop.clone(),
        connected_clients,
    };
    let all = mcp_routes.merge(routes::router(facts, operations.metrics));
    Ok(mcp::guarded(all, http))
}

/// A key for the record that nobody else has.
fn audit_key() -> Result<atlassian::FingerprintKey, ServerError> {
    atlassian::FingerprintKey::random().map_err(|reason| ServerError::System {
        doing: "the system has no randomness".to_owned(),
        source: io::Error::other(reason),
    })
}

//! The server: Jira and Confluence over MCP, many users, one identity per request.
//!
//! ```text
//! settings      flags, variables, `.env` → Settings, checked together once
//! sites         Settings → clients of the sites, or the embedded sample site
//! identity      headers + policy → one credential per service, or a refusal
//! application   name, tools and identity, as the crate `mcp` serves them
//! tools         one file per domain; a tool is its arguments and one call
//! answer        what a model reads: our sentences, what people wrote between marks, a budget
//! links         Confluence and Git links in texts
//! routes        what is no MCP: /, /health
//! signals       what ends the program, per platform
//! ```
//!
//! Layers of a request, outermost first: `mcp::guarded` (Host, Origin, content type) → `mcp` (identity,
//! body, envelope, dispatch) → a tool → `atlassian`.

mod answer;
mod application;
mod identity;
mod links;
mod routes;
pub mod settings;
pub mod signals;
mod sites;
mod tools;

use std::io;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use mcp::{AllowedHost, AllowedHosts, FingerprintKey, HttpSettings, SessionPolicy};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

pub use identity::{CredentialSource, Policy, UnknownPolicy};
pub use sites::SitesError;

use application::JiraAndConfluence;
use identity::Identity;
use routes::status::{self, Status};
use settings::{Settings, SettingsError};
use sites::Sites;

/// The largest request body: a page of several megabytes, as JSON.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// How long an event stream is silent before a comment keeps proxies from closing it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The most entries in one answer to a list request. All tools come in one answer: some hosts ask
/// for one page only.
const PAGE_SIZE: NonZeroUsize = NonZeroUsize::new(200).expect("not zero");

/// How long a session may be unused: a lunch break.
const SESSION_IDLE: Duration = Duration::from_secs(60 * 60);

/// How long calls that have begun may take to end when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

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
    #[error("{doing}: {source}")]
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

/// Serves until `stop` is cancelled, then lets calls that have begun end.
///
/// # Errors
/// [`ServerError`] says what to change.
pub async fn run(
    listener: TcpListener,
    settings: Settings,
    stop: CancellationToken,
) -> Result<(), ServerError> {
    let system = |doing: &str| {
        let doing = doing.to_owned();
        move |source| ServerError::System { doing, source }
    };
    let address = listener
        .local_addr()
        .map_err(system("the listener has no address"))?;
    settings
        .notices
        .iter()
        .for_each(|notice| tracing::warn!("{notice}"));
    let sites = Sites::open(settings.sites).await?;
    let key = FingerprintKey::random().map_err(system("the system has no randomness"))?;
    let http = http_settings(address.ip(), settings.allowed_hosts, key.clone());
    sites.log(settings.policy);
    let router = router(&sites, settings.policy, key, &http, &stop);
    tracing::info!(credentials = %settings.policy, "listening on http://{address}");
    // Nagle's algorithm would hold back each event of a stream for 40 ms.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY cannot be set");
        }
    });
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let serving =
        axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        served = serving => served.map_err(system("serving failed"))?,
        () = async { stop.cancelled().await; tokio::time::sleep(DRAIN).await } => {
            tracing::warn!("calls that did not end in time are dropped");
        }
    }
    Ok(())
}

fn http_settings(ip: IpAddr, allowed: Vec<AllowedHost>, key: FingerprintKey) -> HttpSettings {
    HttpSettings {
        allowed_hosts: AllowedHosts::new(ip, allowed),
        max_body_bytes: MAX_BODY_BYTES,
        keep_alive: KEEP_ALIVE,
        page_size: PAGE_SIZE,
        key,
        sessions: SessionPolicy::WhenNeeded,
        session_idle: SESSION_IDLE,
    }
}

fn router(
    sites: &Sites,
    policy: Policy,
    key: FingerprintKey,
    http: &HttpSettings,
    stop: &CancellationToken,
) -> axum::Router {
    let identity = Identity::new(sites.jira.clone(), sites.confluence.clone(), policy, key);
    let application = Arc::new(JiraAndConfluence::new(identity, sites.services));
    let (mcp_routes, connected_clients) = mcp::router(application, http.clone(), stop.clone());
    let status = Status {
        jira: sites.jira.as_ref().map(|jira| jira.site.clone()),
        confluence: sites
            .confluence
            .as_ref()
            .map(|confluence| confluence.site.clone()),
        connected_clients,
        last: Mutex::new(None),
    };
    mcp::guarded(mcp_routes.merge(status::router(status)), http)
}

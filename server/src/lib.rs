//! The server: Jira and Confluence over MCP, many users, one identity per request.
//!
//! ```text
//! settings      flags, variables, `.env` → Settings, checked together once
//! sites         Settings → clients of the sites, or the embedded sample site
//! listener      connections in: their limits, TLS, the end of the server
//! gate          the server's own token, before anything else looks at a request
//! identity      headers + policy → one credential per service, or a refusal
//! application   name, tools and identity, as the crate `mcp` serves them
//! tools         one file per domain; a tool is its arguments and one call
//! routes        what is no MCP: /, /health
//! open_files    how many connections the system allows, per platform
//! signals       what ends the program, per platform
//! ```
//!
//! Layers of a request, outermost first: `listener` (connection, headers) → `gate` → `mcp::guarded`
//! (Host, Origin, content type) → `mcp` (identity, places, body, envelope, dispatch) → a tool →
//! `atlassian`.

mod application;
mod gate;
mod identity;
mod listener;
mod open_files;
mod routes;
pub mod settings;
pub mod signals;
mod sites;
mod stamp;
mod tools;

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use mcp::{AllowedHosts, FingerprintKey, HttpSettings, SessionPolicy};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

pub use identity::{CredentialSource, Policy, UnknownPolicy};
pub use sites::SitesError;

use application::JiraAndConfluence;
use identity::Identity;
use routes::status::{self, Status};
use settings::{ListenerSettings, Settings, SettingsError};
use sites::Sites;

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
    let ListenerSettings {
        mut connections,
        requests,
        gate,
        tls,
        ..
    } = settings.listener;
    let http = HttpSettings {
        allowed_hosts: AllowedHosts::new(address.ip(), settings.allowed_hosts),
        limits: requests,
        keep_alive: KEEP_ALIVE,
        page_size: PAGE_SIZE,
        key: key.clone(),
        sessions: SessionPolicy::WhenNeeded,
        session_idle: SESSION_IDLE,
    };
    connections.connections = open_files::room_for(connections.connections);
    sites.log(settings.policy);
    let router = gate::before(router(&sites, settings.policy, key, &http, &stop), gate);
    let scheme = if tls.is_some() { "https" } else { "http" };
    tracing::info!(credentials = %settings.policy, "listening on {scheme}://{address}");
    listener::serve(listener, router, (connections, tls), stop, DRAIN).await;
    Ok(())
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

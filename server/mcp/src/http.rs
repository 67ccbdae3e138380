//! The transports, all on one dispatcher: which path takes which, and what stands in front of them.

mod accept;
mod answer;
mod connections;
mod event_stream;
pub(crate) mod fingerprint;
pub(crate) mod guard;
mod incoming;
pub(crate) mod limits;
mod on_stream;
pub(crate) mod places;
mod post;
mod reply;
mod revision;
pub(crate) mod sessions;
mod shape;
mod stateless;
mod stream;
mod unanswered;
mod unguessable;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio_util::sync::CancellationToken;

use crate::application::Application;
use crate::dispatch::Dispatcher;
use connections::Connections;
use fingerprint::FingerprintKey;
use guard::AllowedHosts;
use limits::Limits;
use places::{Kind, Places};
use sessions::{SessionPolicy, Sessions};

/// How the transports behave.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The names this server may be called by.
    pub allowed_hosts: AllowedHosts,
    /// What requests and event streams may take.
    pub limits: Limits,
    /// How long an event stream may be silent before a comment keeps it alive.
    pub keep_alive: Duration,
    /// The most entries in one answer to a list request.
    pub page_size: NonZeroUsize,
    /// Seals what clients carry from one request to the next.
    pub key: FingerprintKey,
    /// Who gets a session on `/mcp`.
    pub sessions: SessionPolicy,
    /// How long a session may be unused before it is forgotten.
    pub session_idle: Duration,
}

/// What every handler shares. Nothing in it belongs to one caller.
pub(crate) struct Shared<A> {
    pub(crate) dispatcher: Arc<Dispatcher<A>>,
    pub(crate) settings: HttpSettings,
    pub(crate) connections: Arc<Connections>,
    pub(crate) sessions: Sessions,
    /// Requests under way.
    pub(crate) requests: Arc<Places>,
    /// Event streams that stay open between requests.
    pub(crate) streams: Arc<Places>,
    /// What [`Self::sessions`] may take.
    pub(crate) session_places: Arc<Places>,
    /// Ends the event streams, which would otherwise outlive a graceful shutdown.
    pub(crate) stop: CancellationToken,
}

/// The routes of MCP and the count of open event streams, for a status page.
///
/// `GET /` is left to the caller. Wrap the whole router in [`guarded`] when all routes are there.
pub fn router<A: Application>(
    application: Arc<A>,
    settings: HttpSettings,
    stop: CancellationToken,
) -> (Router, impl Fn() -> usize + Clone + Send + Sync + 'static) {
    let connections = Arc::new(Connections::default());
    let count = {
        let connections = Arc::clone(&connections);
        move || connections.count()
    };
    let limits = settings.limits;
    let dispatcher = Arc::new(Dispatcher {
        application,
        in_flight: Arc::default(),
        key: settings.key.clone(),
        page_size: settings.page_size,
        request_time: limits.request_time,
        stop: stop.clone(),
    });
    let shared = Arc::new(Shared {
        dispatcher,
        settings,
        connections,
        sessions: Sessions::default(),
        requests: Places::new(Kind::Request, limits.requests, limits.requests_each),
        streams: Places::new(Kind::Stream, limits.streams, limits.streams_each),
        session_places: Places::new(Kind::Session, limits.sessions, limits.sessions_each),
        stop,
    });
    let routes = Router::new()
        .route(
            "/mcp",
            post(post::receive::<A>)
                .get(sessions::open::<A>)
                .delete(sessions::close::<A>),
        )
        // VS Code and the Python project's users post to the addresses they were given.
        .route("/", post(post::receive::<A>))
        .route("/sse", get(stream::open::<A>).post(post::receive::<A>))
        .with_state(shared);
    (routes, count)
}

/// Puts the guard in front of every route, also of those that do not exist.
pub fn guarded(router: Router, settings: &HttpSettings) -> Router {
    let hosts = Arc::new(settings.allowed_hosts.clone());
    router.layer(axum::middleware::from_fn(move |request, next| {
        let hosts = Arc::clone(&hosts);
        async move { guard::check(&hosts, request, next).await }
    }))
}

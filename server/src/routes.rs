//! Routes that are no MCP: what the server is, how it is, what it has counted.

mod metrics;
mod probe;
mod ready;
mod status;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio_util::sync::CancellationToken;

use crate::current::Current;
use crate::identity::Identity;
use crate::observe::Metrics;
use crate::settings::MetricsRoute;
use probe::Probe;

/// What these routes look at.
pub(crate) struct Facts<C> {
    /// Where the sites are.
    pub(crate) identity: Arc<Current<Identity>>,
    pub(crate) metrics: Arc<Metrics>,
    /// Whether the server has been asked to end.
    pub(crate) ending: CancellationToken,
    /// Counts the open event streams.
    pub(crate) connected_clients: C,
}

struct Shared<C> {
    facts: Facts<C>,
    probe: Probe,
}

/// All of them. They answer everybody, so none tells a secret or a name.
pub(crate) fn router<C>(facts: Facts<C>, metrics: MetricsRoute) -> Router
where
    C: Fn() -> usize + Send + Sync + 'static,
{
    let router = Router::new()
        .route("/", get(status::about))
        .route("/health", get(status::health::<C>))
        .route("/livez", get(ready::live))
        .route("/readyz", get(ready::ready::<C>));
    let router = match metrics {
        MetricsRoute::Served => router.route("/metrics", get(metrics::show::<C>)),
        MetricsRoute::Absent => router,
    };
    let router = router.fallback(status::nothing_here);
    router.with_state(Arc::new(Shared {
        facts,
        probe: Probe::default(),
    }))
}

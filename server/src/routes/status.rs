//! `GET /` and `GET /health`, in the shapes of the Python server, with values that are true.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use atlassian::{Confluence, Error, Jira};
use axum::Router;
use axum::extract::State;
use axum::response::Json;
use axum::routing::get;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::application::VERSION;

/// How long what a site answered is told again: health checks come in bursts.
const REMEMBERED: Duration = Duration::from_secs(10);

/// How long a site may take to answer before it counts as not answering.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the status routes look at.
pub(crate) struct Status<C> {
    pub(crate) jira: Option<Jira>,
    pub(crate) confluence: Option<Confluence>,
    /// Counts the open event streams.
    pub(crate) connected_clients: C,
    pub(crate) last: Mutex<Option<(Instant, Services)>>,
}

#[derive(Clone, Serialize)]
pub(crate) struct Services {
    jira: String,
    confluence: String,
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    timestamp: f64,
    services: Services,
    connected_clients: usize,
}

/// The status routes.
pub(crate) fn router<C>(status: Status<C>) -> Router
where
    C: Fn() -> usize + Send + Sync + 'static,
{
    Router::new()
        .route("/", get(about))
        .route("/health", get(health::<C>))
        .with_state(Arc::new(status))
}

async fn about() -> Json<Value> {
    Json(json!({
        "name": "MCP Jira Confluence SSE Server",
        "version": VERSION,
        "transport": "sse",
        "endpoints": {"health": "/health", "sse": "/sse", "mcp": "/mcp"},
    }))
}

/// 200 and `ok` whenever the process serves; a site that is down is told and is not our failure.
async fn health<C: Fn() -> usize>(State(status): State<Arc<Status<C>>>) -> Json<Health> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Json(Health {
        status: "ok",
        timestamp: now.as_secs_f64(),
        services: services(&status).await,
        connected_clients: (status.connected_clients)(),
    })
}

/// Asks both sites at most once per [`REMEMBERED`], whoever and however many ask.
async fn services<C>(status: &Status<C>) -> Services {
    let mut last = status.last.lock().await;
    if let Some((asked, services)) = &*last
        && asked.elapsed() < REMEMBERED
    {
        return services.clone();
    }
    let (jira, confluence) = tokio::join!(
        answers(status.jira.as_ref().map(Jira::answers)),
        answers(status.confluence.as_ref().map(Confluence::answers)),
    );
    let services = Services { jira, confluence };
    *last = Some((Instant::now(), services.clone()));
    services
}

async fn answers(asked: Option<impl Future<Output = Result<(), Error>>>) -> String {
    let Some(asked) = asked else {
        return "not configured".to_owned();
    };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(())) => "ok".to_owned(),
        Ok(Err(error)) => format!("error: {error}"),
        Err(_late) => format!("error: no answer within {} seconds", PATIENCE.as_secs()),
    }
}

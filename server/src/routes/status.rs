//! `GET /` and `GET /health`, in the shapes of the Python server, with values that are true.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Json;
use serde::Serialize;
use serde_json::{Value, json};

use super::Shared;
use crate::application::VERSION;

#[derive(Serialize)]
struct Services {
    jira: String,
    confluence: String,
}

#[derive(Serialize)]
pub(super) struct Health {
    status: &'static str,
    timestamp: f64,
    services: Services,
    connected_clients: usize,
}

pub(super) async fn about() -> Json<Value> {
    Json(json!({
        "name": "MCP Jira Confluence SSE Server",
        "version": VERSION,
        "transport": "sse",
        "endpoints": {"health": "/health", "sse": "/sse", "mcp": "/mcp"},
    }))
}

/// What somebody reads who mistyped an address.
pub(super) async fn nothing_here() -> (StatusCode, &'static str) {
    let told = "nothing is served at this address: MCP is at /mcp, without a slash behind it, and HTTP with SSE \
                of 2024-11-05 at /sse\n";
    (StatusCode::NOT_FOUND, told)
}

/// 200 and `ok` whenever the process serves; a site that is down is told and is not our failure.
pub(super) async fn health<C: Fn() -> usize>(State(shared): State<Arc<Shared<C>>>) -> Json<Health> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let identity = shared.facts.identity.now();
    let sites = shared.probe.ask(&identity).await;
    Json(Health {
        status: "ok",
        timestamp: now.as_secs_f64(),
        services: Services {
            jira: sites.jira.text(),
            confluence: sites.confluence.text(),
        },
        connected_clients: (shared.facts.connected_clients)(),
    })
}

//! `GET /livez` and `GET /readyz`: whether to restart this process, and whether to send it requests.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use http::StatusCode;
use serde::Serialize;

use super::Shared;

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    jira: String,
    confluence: String,
}

/// 200 whenever the process serves. Whatever else is wrong, a restart would not mend it.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// 200 unless the server is ending or no site answers; the body says which. One of two sites that is
/// silent must not take the other away from everybody, so that is `degraded` and still 200.
pub(super) async fn ready<C: Fn() -> usize>(State(shared): State<Arc<Shared<C>>>) -> Response {
    if shared.facts.ending.is_cancelled() {
        let body = Json(serde_json::json!({"status": "ending"}));
        return (StatusCode::SERVICE_UNAVAILABLE, body).into_response();
    }
    let identity = shared.facts.identity.now();
    let sites = shared.probe.ask(&identity).await;
    let (code, status) = if sites.all_silent() {
        (StatusCode::SERVICE_UNAVAILABLE, "no site answers")
    } else if sites.some_silent() {
        (StatusCode::OK, "degraded")
    } else {
        (StatusCode::OK, "ready")
    };
    let body = Readiness {
        status,
        jira: sites.jira.text(),
        confluence: sites.confluence.text(),
    };
    (code, Json(body)).into_response()
}

//! `GET /metrics`, for Prometheus.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;

use super::Shared;

/// What the `OpenMetrics` text format is called; Prometheus reads it since version 2.5.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn show<C: Fn() -> usize>(
    State(shared): State<Arc<Shared<C>>>,
) -> impl IntoResponse + use<C> {
    let facts = &shared.facts;
    let text = facts.metrics.text((facts.connected_clients)());
    ([(CONTENT_TYPE, OPEN_METRICS)], text)
}

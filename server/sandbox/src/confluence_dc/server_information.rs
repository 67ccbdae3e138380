//! `server-information`, which needs no credential and tells the deployment (since 9.1).
//! Nothing else is answered to strangers.

use axum::extract::{RawQuery, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::site::Site;
use crate::site::call::Answer;
use crate::site::params::Params;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/rest/api/server-information", get(server_information))
}

async fn server_information(State(site): State<Site>, RawQuery(query): RawQuery) -> Answer {
    Params::strict(query.as_deref(), &[])?;
    Ok(Json(json!({
        "baseUrl": site.base(),
        "version": "10.0.3",
        "buildNumber": 10_003,
        "marketplaceBuildNumber": 1_000_300_001,
        "buildDate": "2025-08-12",
    })))
}

//! `serverInfo`, which needs no credential and tells the deployment.
//! Nothing else is answered to strangers.

use axum::extract::{RawQuery, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::Answer;
use crate::site::params::Params;

pub(super) fn routes(deployment: Deployment) -> Router<Site> {
    let router = Router::new().route("/rest/api/2/serverInfo", get(server_info));
    match deployment {
        Deployment::Cloud => router.route("/rest/api/3/serverInfo", get(server_info)),
        Deployment::DataCenter => router,
    }
}

async fn server_info(State(site): State<Site>, RawQuery(query): RawQuery) -> Answer {
    Params::strict(query.as_deref(), &["doHealthCheck"])?;
    let now = site.shared.clock.now().jira();
    Ok(Json(match site.personality.deployment() {
        Deployment::Cloud => cloud(&site.base(), &now),
        Deployment::DataCenter => data_center(&site.base(), &now),
    }))
}

fn cloud(base: &str, now: &str) -> Value {
    json!({
        "baseUrl": base,
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_285,
        "buildDate": "2026-09-10T11:02:18.000+0000",
        "serverTime": now,
        "scmInfo": "5a1f0c2e7b9d",
        "serverTitle": "Kestrel Cycles",
        "defaultLocale": { "locale": "en_GB" },
    })
}

fn data_center(base: &str, now: &str) -> Value {
    json!({
        "baseUrl": base,
        "version": "10.3.2",
        "versionNumbers": [10, 3, 2],
        "deploymentType": "Server",
        "buildNumber": 10_030_002,
        "buildDate": "2025-01-15T00:00:00.000+0000",
        "databaseBuildNumber": 10_030_002,
        "serverTime": now,
        "scmInfo": "9c2d4e6f8a0b",
        "serverTitle": "Kestrel Cycles",
    })
}

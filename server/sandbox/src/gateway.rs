//! Atlassian's gateway, which has the Cloud sites under the id of their cloud and takes scoped tokens, and
//! what a site tells so that it is found there. What is below that id is the sites' own.

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::personality::Personality;
use crate::record::Host;
use crate::site::{self, Site};

/// What both Cloud sites are called by: they are two products of one cloud.
pub(crate) const CLOUD_ID: &str = "5f0c2b1e-8d47-4c3a-9e60-2a7b4d1c9f35";

/// Where a site tells the id of its cloud, to anybody and outside of any context path.
pub(crate) const TENANT_INFO: &str = "/_edge/tenant_info";

/// The Cloud sites as the gateway has them.
pub(crate) fn router(sites: impl IntoIterator<Item = Site>) -> Router {
    let mut router = Router::new();
    for site in sites {
        let product = match site.personality {
            Personality::JiraCloud => "jira",
            Personality::ConfluenceCloud => "confluence",
            Personality::JiraDataCenter | Personality::ConfluenceDataCenter => continue,
        };
        let host = Host::Gateway;
        let below = site::router(Site { host, ..site });
        router = router.nest(&format!("/ex/{product}/{CLOUD_ID}"), below);
    }
    router.fallback(unknown)
}

/// What a Cloud site has beside everything below its context path.
pub(crate) fn edge(site: &Site) -> Router<Site> {
    match (site.personality, site.host) {
        (Personality::JiraCloud | Personality::ConfluenceCloud, Host::Site) => {
            Router::new().route(TENANT_INFO, get(tenant_info))
        }
        _ => Router::new(),
    }
}

async fn unknown() -> (StatusCode, Json<Value>) {
    let message = "sandbox: the gateway has no such product or cloud";
    (
        StatusCode::NOT_FOUND,
        Json(json!({ "code": 404, "message": message })),
    )
}

async fn tenant_info() -> Json<Value> {
    Json(json!({ "cloudId": CLOUD_ID }))
}

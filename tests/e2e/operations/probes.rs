//! `/livez`, `/readyz` and `/health`.

use atlassian::Deployment::DataCenter;
use sandbox::{Effect, Fault};
use serde_json::json;
use tests::world::{World, personalities};

use super::{get, get_json};

#[tokio::test]
async fn a_server_whose_sites_answer_is_alive_and_ready() {
    let world = World::start(DataCenter).await;
    assert_eq!(get(&world.server, "/livez").await.0, 200);
    let ready = json!({"status": "ready", "jira": "ok", "confluence": "ok"});
    assert_eq!(get_json(&world.server, "/readyz").await, (200, ready));
}

#[tokio::test]
async fn an_address_where_nothing_is_served_says_where_mcp_is() {
    let world = World::start(DataCenter).await;
    for path in ["/mcp/", "/api"] {
        let (status, told) = get(&world.server, path).await;
        assert_eq!(status, 404);
        assert!(told.contains("MCP is at /mcp"), "{told}");
    }
}

/// One site that is down must not take the other one from everybody.
#[tokio::test]
async fn a_silent_site_is_named_and_only_when_none_answers_is_the_server_not_ready() {
    let (jira, confluence) = personalities(DataCenter);
    for (silent, code, status) in [
        (&[jira][..], 200, "degraded"),
        (&[jira, confluence], 503, "no site answers"),
    ] {
        let world = World::start(DataCenter).await;
        for site in silent {
            let fault = Fault::new(*site, "", Effect::status(503, "down"));
            world.sandbox.inject(fault);
        }
        let (answered, body) = get_json(&world.server, "/readyz").await;
        assert_eq!((answered, &body["status"]), (code, &json!(status)));
        assert!(
            body["jira"].as_str().unwrap().starts_with("error: "),
            "{body}"
        );
        assert_eq!(get(&world.server, "/livez").await.0, 200);
        let (answered, health) = get_json(&world.server, "/health").await;
        assert_eq!((answered, &health["status"]), (200, &json!("ok")));
        assert_eq!(health["services"]["jira"], body["jira"]);
    }
}

#[tokio::test]
async fn the_sites_are_asked_once_for_a_burst_of_health_checks() {
    let world = World::start(DataCenter).await;
    for _ in 0..5 {
        get(&world.server, "/readyz").await;
        get(&world.server, "/health").await;
    }
    assert_eq!(world.sandbox.requests().len(), 2);
}

//! `/metrics`: what is counted, and that its labels stay few.

use atlassian::Deployment::DataCenter;
use sandbox::{Effect, Fault, people};
use serde_json::{Value, json};
use tests::transport::{EventStream, Transport, call, call_tool, send};
use tests::world::{World, http_client, personalities, token_of};

use super::get;

async fn world() -> World {
    let own = people::service_account().personal_access_token;
    let variables = [("JIRA_PERSONAL_TOKEN", own.as_str())];
    World::with(DataCenter, &["--credentials", "hybrid"], &variables).await
}

async fn anonymous(world: &World, message: &Value) {
    send(&http_client(), &world.server, Transport::Post, &[], message).await;
}

fn assert_counted(metrics: &str, line: &str) {
    assert!(
        metrics.lines().any(|it| it == line),
        "{line} is not in\n{metrics}"
    );
}

#[tokio::test]
async fn calls_are_counted_by_tool_outcome_and_whose_account_they_use() {
    let world = world().await;
    let token = token_of(&people::ana(), DataCenter);
    let issue = |key: &str| json!({"issue_key": key});
    call_tool(&world.server, &token, "get-jira-issue", &issue("DEMO-1")).await;
    call_tool(&world.server, &token, "get-jira-issue", &issue("DEMO-9999")).await;
    anonymous(&world, &call(1, "get-jira-issue", &issue("DEMO-1"))).await;
    anonymous(
        &world,
        &call(1, "search-confluence", &json!({"query": "x"})),
    )
    .await;
    let (status, metrics) = get(&world.server, "/metrics").await;
    assert_eq!(status, 200);
    for line in [
        r#"mcp_requests_total{method="tools/call",tool="get-jira-issue",status="ok"} 2"#,
        r#"mcp_requests_total{method="tools/call",tool="get-jira-issue",status="tool_error"} 1"#,
        r#"mcp_request_duration_seconds_count{method="tools/call",tool="get-jira-issue"} 3"#,
        r#"mcp_tool_calls_total{credential="header"} 2"#,
        r#"mcp_tool_calls_total{credential="environment"} 1"#,
        r#"mcp_tool_calls_total{credential="none"} 1"#,
        r#"mcp_http_responses_total{path="/mcp",status="200"} 4"#,
        r#"mcp_upstream_requests_total{service="jira",status="2xx"} 2"#,
        r#"mcp_upstream_requests_total{service="jira",status="4xx"} 1"#,
    ] {
        assert_counted(&metrics, line);
    }
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
}

#[tokio::test]
async fn what_sites_refuse_and_what_is_kept_from_them_is_counted() {
    let world = world().await;
    let (jira, _) = personalities(DataCenter);
    let throttle = Effect::status(429, "{}");
    world.sandbox.inject(Fault::new(jira, "/issue/", throttle));
    let token = token_of(&people::ana(), DataCenter);
    let issue = json!({"issue_key": "DEMO-1"});
    call_tool(&world.server, &token, "get-jira-issue", &issue).await;
    world.sandbox.heal();
    for _ in 0..2 {
        call_tool(&world.server, "revoked", "get-jira-issue", &issue).await;
    }
    let (_, metrics) = get(&world.server, "/metrics").await;
    assert_counted(
        &metrics,
        r#"mcp_upstream_throttled_total{service="jira"} 1"#,
    );
    assert_counted(
        &metrics,
        r#"mcp_upstream_held_back_total{service="jira"} 1"#,
    );
}

/// Whoever can reach the server could otherwise fill its memory with labels.
#[tokio::test]
async fn what_a_client_makes_up_is_counted_as_other() {
    let world = world().await;
    for n in 0..20 {
        let method = json!({"jsonrpc": "2.0", "id": 1, "method": format!("made-up-{n}")});
        anonymous(&world, &method).await;
        anonymous(&world, &call(1, &format!("made-up-{n}"), &json!({}))).await;
        get(&world.server, &format!("/made-up-{n}")).await;
    }
    let (_, metrics) = get(&world.server, "/metrics").await;
    assert!(!metrics.contains("made-up"), "{metrics}");
    for line in [
        r#"mcp_requests_total{method="other",tool="",status="error"} 20"#,
        r#"mcp_requests_total{method="tools/call",tool="other",status="error"} 20"#,
        r#"mcp_http_responses_total{path="other",status="404"} 20"#,
    ] {
        assert_counted(&metrics, line);
    }
}

#[tokio::test]
async fn open_event_streams_are_counted_while_they_are_open() {
    let world = world().await;
    let client = http_client();
    let _stream = EventStream::open(&client, &world.server, &[]).await.ok();
    let (_, metrics) = get(&world.server, "/metrics").await;
    assert_counted(&metrics, "mcp_event_streams_open 1");
}

#[tokio::test]
async fn metrics_that_nobody_wants_are_not_served() {
    let world = World::with(DataCenter, &["--no-metrics"], &[]).await;
    assert_eq!(get(&world.server, "/metrics").await.0, 404);
}

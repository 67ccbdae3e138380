//! Both programs as the Rust SDK of MCP uses them, a client that we did not write: `POST /mcp`, and
//! stdio through the bridge.

use std::collections::HashMap;
use std::process::Stdio;

use http::{HeaderName, HeaderValue};
use rmcp::ClientServiceExt as _;
use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use sandbox::people;
use serde_json::{Value, json};
use tests::programs::Program;
use tests::world::{DEPLOYMENTS, Server, World, http_client, token_of};

type Sdk = RunningService<RoleClient, ()>;

/// A client with these headers that begins in this way.
async fn sdk(server: &Server, headers: &[(&str, &str)], begin: ClientLifecycleMode) -> Sdk {
    let header = |(name, value): &(&str, &str)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    };
    let headers: HashMap<_, _> = headers.iter().map(header).collect();
    let config = StreamableHttpClientTransportConfig::with_uri(server.url("/mcp"));
    let config = config.custom_headers(headers);
    let transport = StreamableHttpClientTransport::with_client(http_client(), config);
    ().serve_with_lifecycle(transport, begin).await.unwrap()
}

/// With the handshake, and with a probe for the revision that has none; and what is then spoken.
fn beginnings() -> [(ClientLifecycleMode, &'static str); 2] {
    let probing = ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: None,
    };
    [
        (ClientLifecycleMode::Initialize, "2025-11-25"),
        (probing, "2026-07-28"),
    ]
}

/// The text of a call's answer, and whether it is an error.
async fn call(client: &Sdk, tool: &'static str, arguments: Value) -> (String, bool) {
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object");
    };
    let params = CallToolRequestParams::new(tool).with_arguments(arguments);
    let result = serde_json::to_value(client.call_tool(params).await.unwrap()).unwrap();
    let text = result["content"][0]["text"].as_str().unwrap_or_default();
    (text.to_owned(), result["isError"] == true)
}

/// B-20 and B-21. Each way of beginning leads to the revision it asks for.
#[tokio::test]
async fn b_20_b_21_it_initialises_lists_and_calls_whichever_way_it_begins() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let bearer = format!("Bearer {}", token_of(&people::ana(), deployment));
        for (begin, spoken) in beginnings() {
            let headers = [("authorization", bearer.as_str())];
            let client = sdk(&world.server, &headers, begin).await;
            let server = serde_json::to_value(client.peer_info().unwrap()).unwrap();
            assert_eq!(server["serverInfo"]["name"], "mcp-jira-confluence-sse");
            assert_eq!(server["protocolVersion"], spoken, "{server}");
            let tools = client.list_all_tools().await.unwrap();
            let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
            for name in ["get-my-assigned-issues", "search-confluence"] {
                assert!(names.contains(&name), "{names:?}");
            }
            let (told, is_error) = call(&client, "get-my-assigned-issues", json!({})).await;
            assert!(
                !is_error && told.contains("assigned to Ana Sousa"),
                "{told}"
            );
            let unknown = json!({"issue_key": "DEMO-999"});
            let (told, is_error) = call(&client, "get-jira-issue", unknown).await;
            assert!(
                is_error && told.contains("Jira has no issue DEMO-999"),
                "{told}"
            );
            client.cancel().await.unwrap();
        }
    }
}

#[tokio::test]
async fn each_service_acts_as_the_owner_of_its_own_header() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let (ana, ben) = (people::ana(), people::ben());
        let (ana, ben) = (token_of(&ana, deployment), token_of(&ben, deployment));
        let headers = [("x-jira-token", &*ana), ("x-confluence-token", &*ben)];
        let client = sdk(&world.server, &headers, ClientLifecycleMode::Initialize).await;
        let (told, _) = call(&client, "get-my-assigned-issues", json!({})).await;
        assert!(told.contains("assigned to Ana Sousa"), "{told}");
        let query = json!({"query": "marker-restricted-prices"});
        let (told, _) = call(&client, "search-confluence", query).await;
        assert!(told.contains("Nothing found."), "{told}");
        client.cancel().await.unwrap();
    }
}

/// It starts the bridge as a host does, and the bridge finds out what the server speaks.
#[tokio::test]
async fn over_stdio_it_speaks_every_transport_through_the_bridge() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        for path in ["", "/mcp", "/sse"] {
            for (begin, _) in beginnings() {
                let mut bridge = Program::Bridge.command();
                bridge
                    .env("SSE_SERVER_URL", world.server.url(path))
                    .env("JIRA_PERSONAL_TOKEN", token_of(&people::ana(), deployment))
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped());
                let mut bridge = bridge.spawn().unwrap();
                let stdio = (bridge.stdout.take().unwrap(), bridge.stdin.take().unwrap());
                let client = ().serve_with_lifecycle(stdio, begin).await.unwrap();
                let server = serde_json::to_value(client.peer_info().unwrap()).unwrap();
                assert_eq!(server["serverInfo"]["name"], "mcp-jira-confluence-sse");
                assert!(!client.list_all_tools().await.unwrap().is_empty());
                let (told, is_error) = call(&client, "get-my-assigned-issues", json!({})).await;
                assert!(!is_error && told.contains("Ana Sousa"), "{path}: {told}");
                client.cancel().await.unwrap();
                assert!(bridge.wait().await.unwrap().success());
            }
        }
    }
}

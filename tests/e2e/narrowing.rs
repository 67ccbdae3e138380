//! Limits of the operator and of a request: which tools there are, and what they reach. The limits by
//! themselves are tested in `server`, the checks of each verb in `atlassian`.

mod arguments;
mod every_tool;
mod hidden;

use atlassian::Deployment;
use reqwest::StatusCode;
use sandbox::people;
use serde_json::{Value, json};
use tests::host::Host;
use tests::programs::{Program, RunningServer};
use tests::transport::{EventStream, Headers, Outcome, Transport, call, is_error, send, text};
use tests::world::{DEPLOYMENTS, World, http_client, token_of};

fn list() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
}

fn names(answer: &Value) -> Vec<String> {
    let tools = answer["result"]["tools"].as_array().unwrap();
    let name = |tool: &Value| tool["name"].as_str().unwrap().to_owned();
    tools.iter().map(name).collect()
}

async fn outcome(world: &World, headers: Headers<'_>, message: &Value) -> Outcome {
    send(
        &http_client(),
        &world.server,
        Transport::Post,
        headers,
        message,
    )
    .await
}

async fn answer(world: &World, headers: Headers<'_>, message: &Value) -> Value {
    outcome(world, headers, message).await.answer()
}

fn issue(key: &str) -> Value {
    call(2, "get-jira-issue", &json!({"issue_key": key}))
}

#[tokio::test]
async fn the_operators_list_and_the_requests_list_are_joined() {
    let flags = ["--enabled-tools", "get-jira-issue,search-confluence"];
    let variables = [("DISABLED_TOOLS", "search-confluence")];
    let world = World::with(Deployment::Cloud, &flags, &variables).await;
    assert_eq!(
        names(&answer(&world, &[], &list()).await),
        ["get-jira-issue"]
    );
    for (wanted, left) in [
        ("get-jira-issue,search-confluence,no-such-tool", 1),
        ("search-confluence", 0),
        ("", 0),
    ] {
        let headers = [("x-enabled-tools", wanted)];
        assert_eq!(
            names(&answer(&world, &headers, &list()).await).len(),
            left,
            "{wanted}"
        );
    }
    let refused = answer(&world, &[("x-enabled-tools", "")], &issue("DEMO-1")).await;
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("`get-jira-issue` is not available"),
        "{message}"
    );
    assert_eq!(world.sandbox.requests(), []);
}

#[tokio::test]
async fn where_only_reading_is_allowed_no_tool_that_writes_is_listed_or_run() {
    let open = World::start(Deployment::Cloud).await;
    let offered = answer(&open, &[], &list()).await;
    let tools = offered["result"]["tools"].as_array().unwrap();
    let (reading, writing): (Vec<&Value>, Vec<&Value>) = tools
        .iter()
        .partition(|tool| tool["annotations"]["readOnlyHint"] == true);
    let closed = World::with(Deployment::Cloud, &["--read-only"], &[]).await;
    for (world, headers) in [
        (&closed, &[("x-read-only-mode", "false")][..]),
        (&open, &[("x-read-only-mode", "true")][..]),
    ] {
        assert_eq!(
            names(&answer(world, headers, &list()).await).len(),
            reading.len()
        );
        for tool in &writing {
            let name = tool["name"].as_str().unwrap();
            let refused = answer(world, headers, &call(3, name, &json!({}))).await;
            let message = refused["error"]["message"].as_str().unwrap();
            assert!(message.contains("only reads"), "{message}");
        }
    }
    let initialize = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize"});
    let told = answer(&closed, &[], &initialize).await;
    let told = told["result"]["instructions"].as_str().unwrap();
    assert!(told.contains("only reads"), "{told}");
}

#[tokio::test]
async fn a_narrowing_header_that_cannot_be_read_is_refused_on_every_transport() {
    let world = World::start(Deployment::Cloud).await;
    for (header, value, shown) in [
        ("x-read-only-mode", "maybe", "X-Read-Only-Mode"),
        ("x-enabled-tools", "a b", "X-Enabled-Tools"),
        ("x-jira-projects-filter", "DEMO-1", "X-Jira-Projects-Filter"),
        (
            "x-confluence-spaces-filter",
            "DEMO,",
            "X-Confluence-Spaces-Filter",
        ),
    ] {
        for transport in Transport::ALL {
            let headers = [(header, value)];
            let outcome = send(&http_client(), &world.server, transport, &headers, &list()).await;
            let Outcome::Refused(status, body) = outcome else {
                panic!("{header} {transport:?}: {outcome:?}");
            };
            assert_eq!(status, StatusCode::BAD_REQUEST, "{header} {transport:?}");
            assert_eq!(body["error"]["code"], -32600);
            let message = body["error"]["message"].as_str().unwrap();
            assert!(
                message.starts_with(&format!("the {shown} header")),
                "{message}"
            );
        }
    }
    assert_eq!(world.sandbox.requests(), []);
}

#[tokio::test]
async fn an_operators_limit_holds_whatever_the_request_says() {
    for deployment in DEPLOYMENTS {
        let variables = [
            ("JIRA_PROJECTS_FILTER", "OPS"),
            ("CONFLUENCE_SPACES_FILTER", "team"),
        ];
        let world = World::with(deployment, &[], &variables).await;
        let bearer = format!("Bearer {}", token_of(&people::ana(), deployment));
        for wider in ["DEMO", "DEMO,OPS", ""] {
            let headers = [
                ("authorization", bearer.as_str()),
                ("x-jira-projects-filter", wider),
                ("x-confluence-spaces-filter", wider),
            ];
            let refused = answer(&world, &headers, &issue("DEMO-1")).await;
            assert!(is_error(&refused), "{wider}");
            let page = call(4, "get-confluence-page", &json!({"page_id": "98310"}));
            assert!(is_error(&answer(&world, &headers, &page).await), "{wider}");
            let reached = answer(&world, &headers, &issue("OPS-1")).await;
            assert_eq!(is_error(&reached), wider != "DEMO,OPS", "{wider}");
        }
    }
}

#[tokio::test]
async fn an_event_stream_is_not_widened_by_what_is_posted_to_it() {
    let world = World::start(Deployment::DataCenter).await;
    let bearer = format!("Bearer {}", people::ana().personal_access_token);
    let opening = [
        ("authorization", bearer.as_str()),
        ("x-jira-projects-filter", "OPS"),
    ];
    let client = http_client();
    let mut stream = EventStream::open(&client, &world.server, &opening)
        .await
        .unwrap();
    for (later, reaches_ops) in [
        (None, true),
        (Some("DEMO"), false),
        (Some("OPS,DEMO"), true),
    ] {
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(later.map(|keys| ("x-jira-projects-filter", keys)));
        let demo = stream
            .send(&client, &headers, &issue("DEMO-1"))
            .await
            .answer();
        assert!(is_error(&demo), "{later:?}");
        let ops = stream
            .send(&client, &headers, &issue("OPS-1"))
            .await
            .answer();
        assert_eq!(is_error(&ops), !reaches_ops, "{later:?}");
    }
}

/// What differs by narrowing headers is nobody else's to keep, and what is public does not differ.
#[tokio::test]
async fn only_what_is_the_same_for_every_request_may_be_kept_for_all() {
    let world = World::start(Deployment::Cloud).await;
    let mut answers = Vec::new();
    for method in ["tools/list", "server/discover"] {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let params = json!({"_meta": meta});
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        for limit in ["true", "false"] {
            let headers = [
                ("mcp-protocol-version", "2026-07-28"),
                ("mcp-method", method),
                ("accept", "application/json, text/event-stream"),
                ("x-read-only-mode", limit),
                (
                    "x-enabled-tools",
                    if limit == "true" {
                        ""
                    } else {
                        "get-jira-issue"
                    },
                ),
            ];
            answers.push(answer(&world, &headers, &message).await["result"].take());
        }
    }
    let [fewer, more, narrowed, open] = &answers[..] else {
        panic!("{answers:?}");
    };
    assert_ne!(fewer["tools"], more["tools"]);
    assert_eq!(
        (&fewer["cacheScope"], &more["cacheScope"]),
        (&json!("private"), &json!("private"))
    );
    assert_eq!(narrowed, open);
}

#[tokio::test]
async fn the_bridge_passes_narrowing_headers_with_every_message() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let mut bridge = Program::Bridge.command();
    bridge
        .arg(server.url())
        .args(["--header", "X-Jira-Projects-Filter: OPS"])
        .env("JIRA_PERSONAL_TOKEN", people::ana().personal_access_token)
        .env("LOG_LEVEL", "warn");
    let mut host = Host::start(&mut bridge).unwrap();
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "e2e", "version": "1"}});
    let initialize = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    host.request(&initialize).await.unwrap();
    assert!(is_error(&host.request(&issue("DEMO-1")).await.unwrap()));
    let reached = host.request(&issue("OPS-1")).await.unwrap();
    assert!(text(&reached).contains("OPS-1"));
    host.end().await.unwrap();
}

//! Revision 2026-07-28, beside the older ones on the same address.
#![expect(clippy::too_many_lines, reason = "a table is as long as its rows")]

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::application::{Offers, Server, events, json, stateless, text};

const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

async fn ask(server: &Server, method: &str, params: Value) -> Value {
    let request = stateless(server, method, params);
    json(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_host_that_probes_learns_what_is_spoken_here() {
    let server = Server::start().await;
    let answer = ask(&server, "server/discover", json!({})).await;
    let info = json!({"name": "fixture", "title": "Fixture", "version": "1.2.3"});
    assert_eq!(
        answer["result"],
        json!({
            "supportedVersions":
                ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
            "capabilities": {"tools": {}},
            "instructions": "Call whoami.",
            "resultType": "complete",
            "ttlMs": 300_000,
            "cacheScope": "public",
            "_meta": {"io.modelcontextprotocol/serverInfo": info}
        })
    );
}

#[tokio::test]
async fn every_fault_has_the_code_and_status_that_the_revision_demands() {
    let server = Server::start().await;
    let unknown = META.replace("2026-07-28", "2027-01-01");
    let half = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
    for (method, params, version, mcp_method, mcp_name, status, code) in [
        (
            "tools/list",
            "{}",
            "2026-07-28",
            "tools/list",
            "",
            400,
            -32602,
        ),
        (
            "tools/list",
            &format!("{{{half}}}"),
            "2026-07-28",
            "tools/list",
            "",
            400,
            -32602,
        ),
        (
            "server/discover",
            "{}",
            "",
            "server/discover",
            "",
            400,
            -32602,
        ),
        (
            "tools/list",
            &format!("{{{META}}}"),
            "",
            "tools/list",
            "",
            400,
            -32020,
        ),
        (
            "tools/list",
            &format!("{{{META}}}"),
            "2025-11-25",
            "tools/list",
            "",
            400,
            -32020,
        ),
        (
            "tools/list",
            &format!("{{{unknown}}}"),
            "2027-01-01",
            "tools/list",
            "",
            400,
            -32022,
        ),
        (
            "tools/list",
            &format!("{{{META}}}"),
            "2026-07-28",
            "",
            "",
            400,
            -32020,
        ),
        (
            "tools/list",
            &format!("{{{META}}}"),
            "2026-07-28",
            "TOOLS/LIST",
            "",
            400,
            -32020,
        ),
        (
            "tools/call",
            &format!(r#"{{"name":"whoami",{META}}}"#),
            "2026-07-28",
            "tools/call",
            "",
            400,
            -32020,
        ),
        (
            "tools/call",
            &format!(r#"{{"name":"whoami",{META}}}"#),
            "2026-07-28",
            "tools/call",
            "wait",
            400,
            -32020,
        ),
        (
            "initialize",
            &format!("{{{META}}}"),
            "2026-07-28",
            "initialize",
            "",
            404,
            -32601,
        ),
        (
            "ping",
            &format!("{{{META}}}"),
            "2026-07-28",
            "ping",
            "",
            404,
            -32601,
        ),
        (
            "x/y",
            &format!("{{{META}}}"),
            "2026-07-28",
            "x/y",
            "",
            404,
            -32601,
        ),
        (
            "tools/call",
            &format!(r#"{{"name":"x",{META}}}"#),
            "2026-07-28",
            "tools/call",
            "x",
            200,
            -32602,
        ),
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":9,"method":"{method}","params":{params}}}"#);
        let mut request = server.post("/mcp", body.clone());
        for (header, value) in [
            ("mcp-protocol-version", version),
            ("mcp-method", mcp_method),
            ("mcp-name", mcp_name),
        ] {
            if !value.is_empty() {
                request = request.header(header, value);
            }
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{body} {version}");
        let answer = json(response).await;
        assert_eq!(answer["error"]["code"], code, "{body} {version}");
        assert_eq!(answer["id"], 9);
    }
}

#[tokio::test]
async fn an_unknown_revision_is_answered_with_those_that_are_known() {
    let server = Server::start().await;
    let params = json!({"_meta": {"io.modelcontextprotocol/protocolVersion": "v9"}});
    let request = stateless(&server, "server/discover", params);
    let request = request.header("mcp-protocol-version", "v9");
    // Both values are there now, and a repeated header is refused whatever it says.
    let answer = json(request.send().await.unwrap()).await;
    assert_eq!(answer["error"]["code"], -32020);
    let body =
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{{{META}}}}}"#);
    let request = server.post("/mcp", body.replace("2026-07-28", "v9"));
    let request = request.header("mcp-protocol-version", "v9");
    let error = &json(request.send().await.unwrap()).await["error"];
    assert_eq!(error["data"]["requested"], "v9");
    assert_eq!(error["data"]["supported"][0], "2026-07-28");
}

#[tokio::test]
async fn a_name_that_fits_no_header_comes_in_base64() {
    let server = Server::start().await;
    for (header, status) in [("=?base64?d2hvYW1p?=", 200), ("=?base64?d2hvYW1?=", 400)] {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"whoami",{META}}}}}"#
        );
        let request = server
            .post("/mcp", body)
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", header);
        assert_eq!(request.send().await.unwrap().status(), status, "{header}");
    }
}

#[tokio::test]
async fn an_argument_that_a_header_repeats_must_be_the_same_in_both() {
    let server = Server::start().await;
    for (arguments, header, status) in [
        (json!({"a": 1}), Some("1"), 200),
        (json!({"a": 1}), Some("2"), 400),
        (json!({"a": 1}), None, 400),
        (json!({}), Some("1"), 400),
    ] {
        let params = json!({"name": "add", "arguments": arguments});
        let mut request = stateless(&server, "tools/call", params);
        if let Some(header) = header {
            request = request.header("mcp-param-a", header);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{arguments} {header:?}");
    }
}

#[tokio::test]
async fn notifications_are_taken_and_sessions_unknown() {
    let server = Server::start().await;
    let response = server
        .post("/mcp", r#"{"jsonrpc":"2.0","method":"notifications/x"}"#)
        .header("mcp-protocol-version", "2026-07-28")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 202);
    let request = stateless(&server, "tools/list", json!({})).header("mcp-session-id", "feed");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get("mcp-session-id"), None);
}

/// B-27: a disconnect did not stop the work. In this revision it does.
#[tokio::test]
async fn b_27_a_disconnect_cancels() {
    let server = Server::start().await;
    let request = stateless(&server, "tools/call", json!({"name": "wait"}));
    let sender = tokio::spawn(request.send());
    server.gate.entered.notified().await;
    sender.abort();
    assert!(sender.await.unwrap_err().is_cancelled());
    server.gate.dropped.notified().await;
    assert_eq!(server.gate.done.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_client_that_listens_hears_what_it_asked_for_and_nothing_else() {
    let server = Server::offering(Offers::Everything).await;
    let wanted = json!({"toolsListChanged": true, "resourceSubscriptions": ["ana:1"]});
    let params = json!({"notifications": wanted});
    let request = stateless(&server, "subscriptions/listen", params);
    let mut events = events(request.send().await.unwrap());
    let meta = json!({"io.modelcontextprotocol/subscriptionId": 1});
    let first = events.message().await;
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(
        first["params"],
        json!({"notifications": wanted, "_meta": meta})
    );
    for change in [
        mcp::Change::Prompts,
        mcp::Change::Resource("ana:2".to_owned()),
        mcp::Change::Resource("ana:1".to_owned()),
        mcp::Change::Tools,
    ] {
        server.changes.tell(change);
    }
    let updated = events.message().await;
    assert_eq!(updated["method"], "notifications/resources/updated");
    assert_eq!(updated["params"], json!({"uri": "ana:1", "_meta": meta}));
    let changed = events.message().await;
    assert_eq!(changed["method"], "notifications/tools/list_changed");
    server.stop.cancel();
    assert_eq!(events.message().await["result"]["resultType"], "complete");
    assert_eq!(events.try_next().await, None);
}

#[tokio::test]
async fn a_client_that_takes_no_stream_cannot_listen() {
    let server = Server::offering(Offers::Everything).await;
    let params = json!({"notifications": {"toolsListChanged": true}});
    let mut request = stateless(&server, "subscriptions/listen", params)
        .build()
        .unwrap();
    let json_only = http::HeaderValue::from_static("application/json");
    request.headers_mut().insert("accept", json_only);
    let response = reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .build()
        .unwrap()
        .execute(request);
    let answer = json(response.await.unwrap()).await;
    assert_eq!(answer["error"]["code"], -32600);
}

#[tokio::test]
async fn log_messages_come_to_those_who_name_a_level_and_from_it_on() {
    let server = Server::offering(Offers::Everything).await;
    let level = json!({"io.modelcontextprotocol/logLevel": "info"});
    let params = json!({"name": "count", "_meta": level});
    let mut events = events(
        stateless(&server, "tools/call", params)
            .send()
            .await
            .unwrap(),
    );
    let logged = events.message().await;
    assert_eq!(logged["method"], "notifications/message");
    assert_eq!(
        logged["params"],
        json!({"level": "warning", "logger": "count", "data": "two"})
    );
    assert_eq!(text(&events.message().await), "three");
    let silent = stateless(&server, "tools/call", json!({"name": "count"}));
    assert_eq!(text(&json(silent.send().await.unwrap()).await), "three");
}

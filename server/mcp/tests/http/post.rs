//! One body in, one body out.
#![expect(clippy::too_many_lines, reason = "a table is as long as its rows")]

use serde_json::{Value, json};

use crate::application::{Server, as_caller, call, json, text};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[tokio::test]
async fn every_address_answers_plain_json_unless_only_a_stream_is_accepted_and_without_a_handshake()
{
    let server = Server::start().await;
    for path in ["/mcp", "/", "/sse"] {
        for accept in [
            None,
            Some("application/json"),
            Some("application/json, text/event-stream"),
            Some("*/*"),
        ] {
            let mut request = server.post(path, PING);
            if let Some(accept) = accept {
                request = request.header("accept", accept);
            }
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200, "{path} {accept:?}");
            let expected = json!({"jsonrpc": "2.0", "id": 1, "result": {}});
            assert_eq!(json(response).await, expected, "{path} {accept:?}");
        }
    }
}

/// B-23: absent members are left out, not null.
#[tokio::test]
async fn b_23_initialize_introduces_the_server_without_null_members() {
    let server = Server::start().await;
    let body = r#"{"jsonrpc":"2.0","id":"a","method":"initialize",
        "params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#;
    let response = json(server.post("/mcp", body).send().await.unwrap()).await;
    let expected = json!({"jsonrpc": "2.0", "id": "a", "result": {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "fixture", "title": "Fixture", "version": "1.2.3"},
        "instructions": "Call whoami."
    }});
    assert_eq!(response, expected);
}

/// B-19: notifications were answered with a response.
#[tokio::test]
async fn b_19_notifications_and_responses_are_taken_with_202_and_no_body() {
    let server = Server::start().await;
    for body in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/of-tomorrow","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
        r#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#,
    ] {
        let response = server.post("/mcp", body).send().await.unwrap();
        assert_eq!(response.status(), 202, "{body}");
        assert_eq!(response.bytes().await.unwrap(), "", "{body}");
    }
}

/// B-22: every fault was HTTP 200 with -32603.
#[tokio::test]
async fn b_22_each_fault_has_its_own_code_and_status() {
    let server = Server::start().await;
    for (body, status, code, id) in [
        ("{", 400, -32700, json!(null)),
        ("\u{feff}{}", 400, -32700, json!(null)),
        ("7", 400, -32600, json!(null)),
        ("[]", 400, -32600, json!(null)),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            400,
            -32600,
            json!(null),
        ),
        (
            r#"{"jsonrpc":"2.0","id":4,"method":9}"#,
            400,
            -32600,
            json!(4),
        ),
        (r#"{"id":5,"method":"ping"}"#, 400, -32600, json!(5)),
        (
            r#"{"jsonrpc":"2.0","id":6,"method":"prompts/list"}"#,
            200,
            -32601,
            json!(6),
        ),
        (
            r#"{"jsonrpc":"2.0","id":6,"method":"server/discover"}"#,
            400,
            -32602,
            json!(6),
        ),
        (
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call"}"#,
            200,
            -32602,
            json!(7),
        ),
        (
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":[]}"#,
            200,
            -32602,
            json!(7),
        ),
        (
            r#"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"x"}}"#,
            200,
            -32602,
            json!(8),
        ),
        (
            r#"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"whoami","arguments":"x"}}"#,
            200,
            -32602,
            json!(8),
        ),
        (
            r#"{"jsonrpc":"2.0","id":9,"method":"tools/list","params":{"cursor":"x"}}"#,
            200,
            -32602,
            json!(9),
        ),
    ] {
        let response = server.post("/mcp", body).send().await.unwrap();
        assert_eq!(response.status(), status, "{body}");
        let response = json(response).await;
        assert_eq!(response["error"]["code"], code, "{body}");
        assert_eq!(response["id"], id, "{body}");
    }
}

/// B-25: absent arguments were an error.
#[tokio::test]
async fn b_25_absent_null_and_empty_arguments_mean_the_defaults() {
    let server = Server::start().await;
    for arguments in ["", r#","arguments":null"#, r#","arguments":{}"#] {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"whoami"{arguments}}}}}"#
        );
        let request = as_caller(server.post("/mcp", body), Some("ana"));
        assert_eq!(text(&json(request.send().await.unwrap()).await), "ana");
    }
}

#[tokio::test]
async fn a_refused_credential_is_401_for_every_method_and_names_no_oauth_metadata() {
    let server = Server::start().await;
    let listing = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let requests = [
        server.post("/mcp", PING),
        server.post("/", listing),
        server.get("/sse"),
    ];
    for request in requests {
        let response = request.header("x-name", "").send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(
            response.headers()["www-authenticate"],
            r#"Bearer realm="mcp""#
        );
        assert_eq!(
            json(response).await["error"]["message"],
            "the X-Name header is empty"
        );
    }
}

#[tokio::test]
async fn the_version_header_decides_what_is_spoken() {
    let server = Server::start().await;
    let batch = format!("[{PING}]");
    for (body, header, status, code) in [
        (PING, "2025-03-26", 200, json!(null)),
        (PING, "2025-06-18", 200, json!(null)),
        (PING, "2025-11-25", 200, json!(null)),
        // From here on `_meta` is missing.
        (PING, "2026-07-28", 400, json!(-32602)),
        (PING, "2027-01-01", 400, json!(-32602)),
        (PING, "yesterday", 400, json!(-32600)),
        (batch.as_str(), "2025-03-26", 200, json!(null)),
        (batch.as_str(), "2025-06-18", 400, json!(-32600)),
        (batch.as_str(), "2025-11-25", 400, json!(-32600)),
        (batch.as_str(), "2026-07-28", 400, json!(-32600)),
    ] {
        let request = server
            .post("/mcp", body.to_owned())
            .header("mcp-protocol-version", header);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{body} {header}");
        let answer = json(response).await;
        assert_eq!(answer["error"]["code"], code, "{body} {header}");
    }
}

#[tokio::test]
async fn a_batch_is_answered_in_order_with_one_answer_per_request() {
    let server = Server::start().await;
    let body = format!(
        r#"[{PING},{{"jsonrpc":"2.0","method":"notifications/x"}},7,{}]"#,
        call(2, "whoami")
    );
    let response = json(server.post("/mcp", body).send().await.unwrap()).await;
    let answers = response.as_array().unwrap();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[1]["error"]["code"], -32600);
    assert_eq!(text(&answers[2]), "nobody");

    let too_many = format!("[{}]", vec![PING; 51].join(","));
    let response = server.post("/mcp", too_many).send().await.unwrap();
    assert_eq!(response.status(), 400);
}

/// B-11: bodies had no limit.
#[tokio::test]
async fn b_11_a_body_over_the_limit_is_413_and_says_the_limit() {
    let server = Server::start().await;
    let response = server
        .post("/mcp", " ".repeat(10_001))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 413);
    let message = json(response).await["error"]["message"].to_string();
    assert!(message.contains("10000 bytes"), "{message}");
}

#[tokio::test]
async fn there_is_no_session_to_stream_or_to_end_on_mcp() {
    let server = Server::start().await;
    assert_eq!(server.get("/mcp").send().await.unwrap().status(), 405);
    assert_eq!(server.delete("/mcp").send().await.unwrap().status(), 405);
}

/// B-11: neither Host nor Origin was looked at.
#[tokio::test]
async fn b_11_a_foreign_host_is_refused_on_every_route_also_on_none() {
    let server = Server::start().await;
    for path in ["/mcp", "/sse", "/nowhere"] {
        let response = server
            .get(path)
            .header("host", "evil.example")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn a_panic_while_answering_is_one_error_and_the_server_lives_on() {
    let server = Server::start().await;
    let response: Value = json(server.post("/mcp", call(3, "panic")).send().await.unwrap()).await;
    assert_eq!(response["error"]["code"], -32603);
    assert_eq!(response["id"], 3);
    assert_eq!(
        server.post("/mcp", PING).send().await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn what_has_begun_is_finished_although_its_sender_has_gone() {
    let server = Server::start().await;
    let request = server.post("/mcp", call(1, "wait")).send();
    let sender = tokio::spawn(request);
    server.gate.entered.notified().await;
    sender.abort();
    assert!(sender.await.unwrap_err().is_cancelled());
    server.gate.open.notify_one();
    while server.gate.done.load(std::sync::atomic::Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
}

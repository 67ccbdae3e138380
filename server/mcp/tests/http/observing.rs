//! What an observer learns of requests, however they end.

use serde_json::json;

use crate::application::{Server, as_caller, call, stateless};

async fn told(server: &mut Server, body: String) -> String {
    let request = as_caller(server.post("/mcp", body), Some("ana"));
    request.send().await.unwrap();
    server.observed.recv().await.unwrap()
}

#[tokio::test]
async fn every_request_is_told_once_with_how_it_ended() {
    let mut server = Server::start().await;
    let unknown = r#"{"jsonrpc":"2.0","id":1,"method":"tools/cull"}"#;
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for (body, expected) in [
        (ping.to_owned(), "ana ping: Answered"),
        (unknown.to_owned(), "ana other: Refused(ErrorCode(-32601))"),
        (
            call(1, "no-such-tool"),
            "ana tools/call: Refused(ErrorCode(-32602))",
        ),
        (
            call(1, "whoami"),
            "ana tools/call whoami ReadOnly None: Answered",
        ),
        (
            call(1, "panic"),
            "ana tools/call panic ReadOnly None: Crashed",
        ),
        (
            call(1, "delete"),
            "ana tools/call delete Destructive None: ToolFailed",
        ),
    ] {
        assert_eq!(told(&mut server, body).await, expected);
    }
    assert!(server.observed.is_empty());
}

#[tokio::test]
async fn a_call_is_told_with_what_it_is_about_and_a_question_is_no_failure() {
    let mut server = Server::start().await;
    let params = json!({"name": "delete", "arguments": {"object": "DEMO-1"}});
    stateless(&server, "tools/call", params)
        .send()
        .await
        .unwrap();
    let told = server.observed.recv().await.unwrap();
    let expected = r#"nobody tools/call delete Destructive Some("DEMO-1"): Asked"#;
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_call_whose_client_is_gone_or_cancels_is_told_as_cancelled() {
    let mut server = Server::start().await;
    let params = json!({"name": "wait"});
    let request = stateless(&server, "tools/call", params).send();
    let gone = tokio::spawn(request);
    server.gate.entered.notified().await;
    gone.abort();
    let expected = "nobody tools/call wait ReadOnly None: Cancelled";
    assert_eq!(server.observed.recv().await.unwrap(), expected);

    let request = server.post("/mcp", call(7, "wait")).send();
    let waiting = tokio::spawn(request);
    server.gate.entered.notified().await;
    let cancel =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}});
    server
        .post("/mcp", cancel.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(server.observed.recv().await.unwrap(), expected);
    waiting.await.unwrap().unwrap();
}

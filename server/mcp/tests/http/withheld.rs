//! Callers who may not use every tool, and conversations that stay as narrow as they were opened.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::application::{Server, call, events, json, stateless, text};

fn list() -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string()
}

fn names(answer: &Value) -> Vec<&str> {
    let tools = answer["result"]["tools"].as_array().unwrap();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect()
}

async fn answered(request: RequestBuilder) -> Value {
    json(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_tool_that_is_withheld_is_neither_listed_nor_run() {
    let server = Server::start().await;
    let without = |body: String| server.post("/mcp", body).header("x-without", "whoami");
    let all = answered(server.post("/mcp", list())).await;
    let fewer = answered(without(list())).await;
    assert!(names(&all).contains(&"whoami") && !names(&fewer).contains(&"whoami"));

    let refused = answered(without(call(1, "whoami"))).await;
    assert_eq!(refused["error"]["code"], -32602);
    let message = "the tool `whoami` is not available: the caller does without";
    assert_eq!(refused["error"]["message"], message);
    let unknown = answered(without(call(1, "nothing"))).await;
    let message = unknown["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("count") && !message.contains("whoami"),
        "{message}"
    );
}

#[tokio::test]
async fn lists_that_differ_by_caller_are_nobody_elses_to_keep() {
    let server = Server::start().await;
    let request = stateless(&server, "tools/list", json!({})).header("x-without", "whoami");
    let answer = answered(request).await;
    assert!(!names(&answer).contains(&"whoami"));
    assert_eq!(answer["result"]["cacheScope"], "private");
}

#[tokio::test]
async fn a_header_that_cannot_be_read_is_http_400_on_every_way_in() {
    let server = Server::start().await;
    for request in [
        server.post("/mcp", list()),
        server.get("/sse"),
        server.get("/mcp"),
        server.delete("/mcp"),
    ] {
        let response = request.header("x-without", "").send().await.unwrap();
        assert_eq!(response.status(), 400);
        assert!(!response.headers().contains_key("www-authenticate"));
        let body = json(response).await;
        assert_eq!(body["error"]["code"], -32600);
        assert_eq!(
            body["error"]["message"],
            "the X-Without header names no tool"
        );
    }
}

#[tokio::test]
async fn a_session_stays_as_narrow_as_it_was_opened() {
    let server = Server::start().await;
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}});
    let opening = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let opening = server
        .post("/mcp", opening.to_string())
        .header("x-without", "whoami");
    let opened = opening.send().await.unwrap();
    let session = opened.headers()["mcp-session-id"].clone();
    for own in [None, Some("count")] {
        let mut request = server
            .post("/mcp", list())
            .header("mcp-session-id", &session);
        if let Some(own) = own {
            request = request.header("x-without", own);
        }
        let answer = answered(request).await;
        assert!(!names(&answer).contains(&"whoami"), "{own:?}");
        assert_eq!(names(&answer).contains(&"count"), own.is_none());
    }
    let other = answered(server.post("/mcp", list())).await;
    assert!(names(&other).contains(&"whoami"));
}

#[tokio::test]
async fn an_event_stream_stays_as_narrow_as_it_was_opened() {
    let server = Server::start().await;
    let opening = server.get("/sse").header("x-without", "whoami");
    let mut events = events(opening.send().await.unwrap());
    let endpoint = format!("/sse{}", events.next().await.data);
    for body in [call(1, "whoami"), call(2, "count")] {
        let posted = server.post(&endpoint, body).send().await.unwrap();
        assert_eq!(posted.status(), 202);
    }
    let mut answers = [events.message().await, events.message().await];
    answers.sort_by_key(|answer| answer["id"].as_u64());
    assert_eq!(answers[0]["error"]["code"], -32602);
    assert!(!text(&answers[1]).is_empty());
}

//! The 2024-11-05 transport.

use serde_json::json;

use crate::application::{Server, as_caller, call, json, text};

/// B-16, B-17: there was no endpoint and no answer on the stream, and its framing was doubled.
#[tokio::test]
async fn b_16_b_17_an_answer_comes_on_the_stream_that_the_post_named() {
    let server = Server::start().await;
    let (endpoint, mut events) = server.open(Some("ana")).await;
    let request = as_caller(server.post(&endpoint, call(5, "whoami")), Some("ana"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 202);
    assert_eq!(response.bytes().await.unwrap(), "");
    let message = events.message().await;
    assert_eq!(message["id"], 5);
    assert_eq!(text(&message), "ana");
}

#[tokio::test]
async fn each_stream_carries_its_own_answers_only() {
    let server = Server::start().await;
    let (ana_endpoint, mut ana_events) = server.open(Some("ana")).await;
    let (ben_endpoint, mut ben_events) = server.open(Some("ben")).await;
    for (endpoint, name) in [(&ana_endpoint, "ana"), (&ben_endpoint, "ben")] {
        let request = as_caller(server.post(endpoint, call(1, "whoami")), Some(name));
        assert_eq!(request.send().await.unwrap().status(), 202);
    }
    assert_eq!(text(&ana_events.message().await), "ana");
    assert_eq!(text(&ben_events.message().await), "ben");
    server.stop.cancel();
    assert_eq!(ana_events.try_next().await, None);
    assert_eq!(ben_events.try_next().await, None);
}

#[tokio::test]
async fn answers_come_in_the_order_they_are_ready() {
    let server = Server::start().await;
    let (endpoint, mut events) = server.open(None).await;
    server
        .post(&endpoint, call(1, "wait"))
        .send()
        .await
        .unwrap();
    server.gate.entered.notified().await;
    server
        .post(&endpoint, call(2, "whoami"))
        .send()
        .await
        .unwrap();
    assert_eq!(events.message().await["id"], 2);
    server.gate.open.notify_one();
    assert_eq!(events.message().await["id"], 1);
}

#[tokio::test]
async fn a_post_with_another_credential_or_none_is_403_and_says_why() {
    let server = Server::start().await;
    let (endpoint, _events) = server.open(Some("ana")).await;
    for (name, part) in [(Some("ben"), "another credential"), (None, "brings none")] {
        let request = as_caller(server.post(&endpoint, call(1, "whoami")), name);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 403);
        let message = json(response).await["error"]["message"].to_string();
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn a_post_to_a_stream_that_is_gone_is_404_and_a_malformed_one_400() {
    let server = Server::start().await;
    let response = server
        .post("/sse?sessionId=feed", call(1, "whoami"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    let (endpoint, mut events) = server.open(None).await;
    assert_eq!(
        server.post(&endpoint, "{").send().await.unwrap().status(),
        400
    );
    // The stream has not been told anything and lives on.
    server
        .post(&endpoint, r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(
        events.message().await,
        json!({"jsonrpc": "2.0", "id": 2, "result": {}})
    );
}

#[tokio::test]
async fn the_messages_of_a_batch_are_answered_one_by_one() {
    let server = Server::start().await;
    let (endpoint, mut events) = server.open(None).await;
    let body = format!("[{},{}]", call(1, "whoami"), call(2, "whoami"));
    assert_eq!(
        server.post(&endpoint, body).send().await.unwrap().status(),
        202
    );
    let mut ids = [
        events.message().await["id"].as_i64(),
        events.message().await["id"].as_i64(),
    ];
    ids.sort_unstable();
    assert_eq!(ids, [Some(1), Some(2)]);
}

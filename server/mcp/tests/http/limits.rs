//! What a request or an event stream may take, and what is said when it takes more.

use std::time::Duration;

use mcp::Limits;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::application::{Server, as_caller, call, events, json, stateless, text};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

fn none() -> Limits {
    Limits::default()
}

/// A refusal: its status, how long to wait, its words.
async fn refused(response: Response) -> (StatusCode, Option<String>, String) {
    let wait = response.headers().get("retry-after").cloned();
    let wait = wait.map(|value| value.to_str().unwrap().to_owned());
    let status = response.status();
    let body = json(response).await;
    assert_eq!(
        (&body["id"], &body["error"]["code"]),
        (&Value::Null, &json!(-32600))
    );
    (
        status,
        wait,
        body["error"]["message"].as_str().unwrap().to_owned(),
    )
}

async fn post(server: &Server, body: impl Into<reqwest::Body>, name: Option<&str>) -> Response {
    as_caller(server.post("/mcp", body), name)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_body_that_does_not_come_to_an_end_is_given_up() {
    let body_time = Duration::from_millis(50);
    let server = Server::limited(Limits {
        body_time,
        ..none()
    })
    .await;
    let endless = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let response = post(&server, reqwest::Body::wrap_stream(endless), None).await;
    let (status, _, message) = refused(response).await;
    assert_eq!(status, 408);
    assert_eq!(
        message,
        "the message did not arrive within 0.05 s, which --body-timeout sets"
    );
}

#[tokio::test]
async fn nesting_beyond_the_limit_is_refused_wherever_it_is() {
    let server = Server::limited(none()).await;
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let in_params = |depth| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":{}}}}}"#,
            nested(depth)
        )
    };
    let answer = json(post(&server, in_params(98), None).await).await;
    assert_eq!(answer["result"], json!({}));
    let in_batch = format!("[{PING}, {}]", nested(10_000));
    for body in [
        in_params(99),
        in_params(10_000),
        nested(10_000),
        in_batch,
        "[".repeat(10_000),
    ] {
        let (status, _, message) = refused(post(&server, body, None).await).await;
        assert_eq!(status, 400);
        assert!(
            message.ends_with("deeper than 100 levels, which --max-json-depth sets"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_batch_is_no_longer_than_it_may_be() {
    let server = Server::limited(Limits { batch: 2, ..none() }).await;
    let batch = |length: usize| format!("[{}]", vec![PING; length].join(","));
    assert_eq!(
        json(post(&server, batch(2), None).await)
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let (status, _, message) = refused(post(&server, batch(3), None).await).await;
    assert_eq!(status, 400);
    assert!(message.contains("--max-batch"), "{message}");
}

#[tokio::test]
async fn nobody_has_more_requests_under_way_than_allowed_and_others_are_served_meanwhile() {
    let server = Server::limited(Limits {
        requests: 3,
        requests_each: 1,
        ..none()
    })
    .await;
    let (address, events) = server.open(Some("ana")).await;
    // An answer on a stream is under way although its POST is answered.
    let accepted = as_caller(server.post(&address, call(1, "wait")), Some("ana"));
    assert_eq!(accepted.send().await.unwrap().status(), 202);
    server.gate.entered.notified().await;
    let (status, wait, message) = refused(post(&server, PING, Some("ana")).await).await;
    assert_eq!(
        (status, wait.as_deref()),
        (StatusCode::TOO_MANY_REQUESTS, Some("1"))
    );
    assert_eq!(
        message,
        "this credential has 1 requests under way, as many as --max-requests-per-credential allows: \
         try again when one has ended"
    );
    assert_eq!(post(&server, PING, Some("ben")).await.status(), 200);
    // Nobody's requests are counted by where they come from.
    let waiting = tokio::spawn(server.post("/mcp", call(1, "wait")).send());
    server.gate.entered.notified().await;
    let (_, _, message) = refused(post(&server, PING, None).await).await;
    assert!(
        message.starts_with("this address, from which no credential comes, has 1"),
        "{message}"
    );

    server.gate.open.notify_waiters();
    assert_eq!(
        text(&json(waiting.await.unwrap().unwrap()).await),
        "nobody waited"
    );
    let mut events = events;
    events.message().await;
    assert_eq!(post(&server, PING, None).await.status(), 200);
    assert_eq!(post(&server, PING, Some("ana")).await.status(), 200);
}

#[tokio::test]
async fn all_together_have_no_more_requests_under_way_than_allowed() {
    let server = Server::limited(Limits {
        requests: 1,
        ..none()
    })
    .await;
    let waiting = tokio::spawn(as_caller(server.post("/mcp", call(1, "wait")), Some("ana")).send());
    server.gate.entered.notified().await;
    let (status, wait, message) = refused(post(&server, PING, Some("ben")).await).await;
    assert_eq!(
        (status, wait.as_deref()),
        (StatusCode::SERVICE_UNAVAILABLE, Some("1"))
    );
    assert!(
        message.contains("as many as --max-requests allows"),
        "{message}"
    );
    server.gate.open.notify_waiters();
    waiting.await.unwrap().unwrap();
    assert_eq!(post(&server, PING, Some("ben")).await.status(), 200);
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_given_up_and_an_event_stream_is_not() {
    let request_time = Duration::from_millis(100);
    let server = Server::limited(Limits {
        request_time,
        ..none()
    })
    .await;
    let (address, mut events) = server.open(None).await;
    let listening = stateless(
        &server,
        "subscriptions/listen",
        json!({"notifications": {"toolsListChanged": true}}),
    );
    let mut news = crate::application::events(listening.send().await.unwrap());
    let _acknowledged = news.message().await;
    for _ in 0..2 {
        server.post(&address, call(7, "wait")).send().await.unwrap();
        let told = events.message().await;
        assert_eq!(
            (&told["id"], &told["error"]["code"]),
            (&json!(7), &json!(-32603))
        );
        let message = told["error"]["message"].as_str().unwrap();
        assert!(
            message.starts_with("given up after 0.1 s, which --request-timeout sets"),
            "{message}"
        );
        server.gate.dropped.notified().await;
    }
    let answer = json(post(&server, call(8, "wait"), None).await).await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&json!(8), &json!(-32603))
    );
    server.changes.tell(mcp::Change::Tools);
    assert_eq!(
        news.message().await["method"],
        "notifications/tools/list_changed"
    );
}

#[tokio::test]
async fn nobody_holds_more_event_streams_open_than_allowed_of_whatever_kind() {
    let server = Server::limited(Limits {
        streams: 3,
        streams_each: 1,
        ..none()
    })
    .await;
    let (_, first) = server.open(Some("ana")).await;
    let listen = |name| {
        let params = json!({"notifications": {"toolsListChanged": true}});
        as_caller(stateless(&server, "subscriptions/listen", params), name).send()
    };
    let sse = |name| as_caller(server.get("/sse"), name).send();
    for response in [listen(Some("ana")).await, sse(Some("ana")).await] {
        let (status, wait, message) = refused(response.unwrap()).await;
        assert_eq!(
            (status, wait.as_deref()),
            (StatusCode::TOO_MANY_REQUESTS, Some("30"))
        );
        assert!(message.contains("--max-sse-per-credential"), "{message}");
    }
    let ben = events(listen(Some("ben")).await.unwrap());
    let (_, nobody) = server.open(None).await;
    let (status, _, message) = refused(sse(Some("cem")).await.unwrap()).await;
    assert_eq!(status, 503);
    assert!(message.contains("as many as --max-sse allows"), "{message}");
    // A stream that is gone leaves room, as soon as the server has noticed.
    drop((first, ben, nobody));
    while sse(Some("ana")).await.unwrap().status() != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_standing_stream_of_a_session_is_counted_too() {
    let server = Server::limited(Limits {
        streams_each: 1,
        ..none()
    })
    .await;
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}});
    let body = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let response = post(&server, body.to_string(), None).await;
    let session = response.headers()["mcp-session-id"].clone();
    let get = || {
        let request = server.get("/mcp").header("accept", "text/event-stream");
        request.header("mcp-session-id", session.clone()).send()
    };
    let _standing = events(get().await.unwrap());
    let (status, ..) = refused(get().await.unwrap()).await;
    assert_eq!(status, 429);
}

//! Progress, and calls that are cancelled.

use std::sync::atomic::Ordering;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::application::{Offers, Server, as_caller, call, events, json, stateless, text};

const BOTH: &str = "application/json, text/event-stream";
const STREAM_ONLY: &str = "text/event-stream";

fn count(server: &Server, token: Option<&str>) -> RequestBuilder {
    let meta = token.map_or_else(|| json!({}), |token| json!({"progressToken": token}));
    let params = json!({"name": "count", "_meta": meta});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    server.post("/mcp", body.to_string())
}

fn cancel(id: u32) -> String {
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}})
        .to_string()
}

#[tokio::test]
async fn progress_makes_the_answer_a_stream_for_those_who_take_one_and_ask_for_it() {
    let server = Server::start().await;
    for (token, accept) in [
        (Some("t"), "application/json"),
        (Some("t"), "*/*"),
        (None, BOTH),
    ] {
        let response = count(&server, token).header("accept", accept).send();
        let response = json(response.await.unwrap()).await;
        assert_eq!(text(&response), "three", "{token:?} {accept}");
    }
    let response = count(&server, Some("t")).header("accept", BOTH).send();
    let mut events = events(response.await.unwrap());
    let first = events.message().await;
    assert_eq!(first["method"], "notifications/progress");
    let expected = json!({"progressToken": "t", "progress": 1.0, "total": 3.0, "message": "one"});
    assert_eq!(first["params"], expected);
    let second = events.message().await;
    assert_eq!(
        second["params"],
        json!({"progressToken": "t", "progress": 2.0})
    );
    assert_eq!(text(&events.message().await), "three");
    assert_eq!(events.try_next().await, None);
}

#[tokio::test]
async fn a_client_that_names_nothing_but_streams_gets_one_with_the_answer_as_its_only_event() {
    let server = Server::start().await;
    let handshake = server.post("/mcp", call(1, "whoami"));
    let params = json!({"name": "whoami"});
    for request in [handshake, stateless(&server, "tools/call", params)] {
        let mut request = request.build().unwrap();
        let headers = request.headers_mut();
        headers.insert("accept", STREAM_ONLY.parse().unwrap());
        let mut events = events(server.execute(request).await);
        assert_eq!(text(&events.message().await), "nobody");
        assert_eq!(events.try_next().await, None);
    }
}

/// B-27: nothing could be cancelled, and there was no progress.
#[tokio::test]
async fn b_27_a_cancelled_call_is_dropped_where_it_stands() {
    let server = Server::start().await;
    let waiting = as_caller(server.post("/mcp", call(7, "wait")), Some("ana")).send();
    let waiting = tokio::spawn(waiting);
    server.gate.entered.notified().await;
    for (id, name) in [(7, Some("ben")), (7, None), (8, Some("ana"))] {
        let response = as_caller(server.post("/mcp", cancel(id)), name).send();
        assert_eq!(response.await.unwrap().status(), 202);
    }
    assert!(!waiting.is_finished(), "cancelled by somebody else");
    as_caller(server.post("/mcp", cancel(7)), Some("ana"))
        .send()
        .await
        .unwrap();
    server.gate.dropped.notified().await;
    let response = json(waiting.await.unwrap().unwrap()).await;
    assert_eq!(response["id"], 7);
    assert_eq!(response["error"]["code"], -32800);
    assert_eq!(server.gate.done.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn of_two_open_calls_with_one_id_neither_is_cancelled() {
    let server = Server::start().await;
    let mut waiting = Vec::new();
    for _ in 0..2 {
        waiting.push(tokio::spawn(server.post("/mcp", call(7, "wait")).send()));
        server.gate.entered.notified().await;
    }
    server.post("/mcp", cancel(7)).send().await.unwrap();
    for waiting in waiting {
        server.gate.open.notify_one();
        let response = json(waiting.await.unwrap().unwrap()).await;
        assert_eq!(text(&response), "nobody waited");
    }
}

#[tokio::test]
async fn on_a_2024_11_05_stream_a_call_is_cancelled_from_its_own_connection_and_gets_no_answer() {
    let server = Server::start().await;
    let (endpoint, mut events) = server.open(None).await;
    let (other, _other_events) = server.open(None).await;
    server
        .post(&endpoint, call(7, "wait"))
        .send()
        .await
        .unwrap();
    server.gate.entered.notified().await;
    server.post(&other, cancel(7)).send().await.unwrap();
    server.post("/mcp", cancel(7)).send().await.unwrap();
    server.post(&endpoint, cancel(7)).send().await.unwrap();
    server.gate.dropped.notified().await;
    server
        .post(&endpoint, call(8, "whoami"))
        .send()
        .await
        .unwrap();
    assert_eq!(events.message().await["id"], 8);
    assert_eq!(server.gate.done.load(Ordering::SeqCst), 0);
}

/// B-28: a shared queue would have delivered one user's messages to all.
#[tokio::test]
async fn b_28_progress_comes_on_the_stream_of_its_own_call_only() {
    let server = Server::start().await;
    let (endpoint, mut events) = server.open(Some("ana")).await;
    let (_, mut others) = server.open(Some("ben")).await;
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "count", "_meta": {"progressToken": 5}}});
    let post = as_caller(server.post(&endpoint, body.to_string()), Some("ana"));
    assert_eq!(post.send().await.unwrap().status(), 202);
    for expected in [json!(1.0), json!(2.0)] {
        let params = &events.message().await["params"];
        assert_eq!(params["progressToken"], 5);
        assert_eq!(params["progress"], expected);
    }
    assert_eq!(text(&events.message().await), "three");
    server.stop.cancel();
    assert_eq!(others.try_next().await, None);
}

#[tokio::test]
async fn a_call_goes_on_although_nobody_reads_its_progress_any_more() {
    let server = Server::start().await;
    let request = as_caller(count(&server, Some("t")), Some("patient"));
    let response = request.header("accept", BOTH).send().await.unwrap();
    let mut events = events(response);
    let first: Value = events.message().await;
    assert_eq!(first["method"], "notifications/progress");
    server.gate.entered.notified().await;
    drop(events);
    server.gate.open.notify_one();
    while server.gate.done.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn news_comes_on_every_2024_11_05_stream_that_listens() {
    let server = Server::offering(Offers::Everything).await;
    let (_endpoint, mut events) = server.open(None).await;
    server.changes.tell(mcp::Change::Tools);
    let news = events.message().await;
    assert_eq!(news["method"], "notifications/tools/list_changed");
}

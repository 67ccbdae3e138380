//! Streamable HTTP sessions: what `initialize` teaches, the standing stream, the end.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Reply, Request, call, initialize_result, result,
};

/// A server with sessions; the script serves GET.
async fn with_sessions<F, A>(get: F) -> Origin
where
    F: Fn(Reply) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let get = Arc::new(get);
    Origin::start(move |request: Request, reply: Reply| {
        let get = Arc::clone(&get);
        async move {
            match (request.method.as_str(), request.rpc_method().as_str()) {
                ("GET", _) => get(reply).await,
                (_, "initialize") => {
                    reply
                        .in_session("session-1", &initialize_result("2025-11-25"))
                        .await;
                }
                (_, "tools/call") => {
                    // Only `initialize` may set the session.
                    reply.in_session("other", &result(&request.rpc_id())).await;
                }
                _ => reply.status(202).await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn everything_after_initialize_names_the_session_and_the_revision() {
    let origin = with_sessions(|reply| reply.status(405)).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
    host.answer(call("1")).await;
    host.answer(call("2")).await;
    host.end().await;
    let requests = origin.requests();
    assert_eq!(requests[0].header("mcp-session-id"), None);
    assert_eq!(requests[0].header("mcp-protocol-version"), None);
    for request in &requests[1..] {
        assert_eq!(
            request.header("mcp-session-id"),
            Some("session-1"),
            "{request:?}"
        );
        assert_eq!(
            request.header("mcp-protocol-version"),
            Some("2025-11-25"),
            "{request:?}"
        );
    }
    assert_eq!(
        requests.last().unwrap().method,
        "DELETE",
        "the session is ended at exit"
    );
}

#[tokio::test]
async fn a_second_initialize_starts_without_the_old_session() {
    let origin = with_sessions(|reply| reply.status(405)).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
    host.shake_hands().await;
    host.end().await;
    let requests = origin.requests();
    let again = requests
        .iter()
        .filter(|r| r.rpc_method() == "initialize")
        .nth(1)
        .unwrap();
    assert_eq!(again.header("mcp-session-id"), None);
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_end() {
    let origin = Origin::start(|request, reply| async move {
        match request.rpc_method().as_str() {
            "initialize" => reply.json(&initialize_result("2025-06-18")).await,
            _ => reply.status(202).await,
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    host.end().await;
    assert_eq!(origin.paths(), ["POST /mcp"]);
}

#[tokio::test]
async fn the_standing_stream_brings_what_the_server_says_unasked() {
    let question = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let changed = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
    let origin = with_sessions(move |mut reply| async move {
        reply.open_stream(&[]).await;
        reply.raw("id: 0\ndata:\n\n").await;
        reply.event("message", question).await;
        reply.event("message", changed).await;
        reply.closed().await;
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
    assert_eq!(host.line().await, question);
    assert_eq!(host.line().await, changed);
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    host.send(answer).await;
    host.end().await;
    let requests = origin.requests();
    let get = requests
        .iter()
        .find(|request| request.method == "GET")
        .unwrap();
    assert_eq!(get.header("accept"), Some("text/event-stream"));
    assert_eq!(get.header("mcp-session-id"), Some("session-1"));
    assert!(requests.iter().any(|request| request.body == answer));
}

#[tokio::test]
async fn an_answer_may_come_on_the_standing_stream() {
    let asked = Arc::new(Notify::new());
    let (gate, waiting) = (Arc::clone(&asked), Arc::clone(&asked));
    let origin = Origin::start(move |request, mut reply| {
        let (gate, waiting) = (Arc::clone(&gate), Arc::clone(&waiting));
        async move {
            match (request.method.as_str(), request.rpc_method().as_str()) {
                ("GET", _) => {
                    reply.open_stream(&[]).await;
                    gate.notified().await;
                    reply.event("message", &result("1")).await;
                    reply.closed().await;
                }
                (_, "initialize") => reply.json(&initialize_result("2025-06-18")).await,
                (_, "tools/call") => {
                    waiting.notify_one();
                    reply.open_stream(&[]).await;
                    reply.closed().await;
                }
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
    host.send(call("1")).await;
    assert_eq!(host.line().await, result("1"));
}

#[tokio::test]
async fn a_standing_stream_that_ends_is_opened_again_after_the_time_the_server_names() {
    let origin = with_sessions(|mut reply| async move {
        reply.open_stream(&[]).await;
        reply
            .raw("retry: 1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n")
            .await;
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
    for _ in 0..3 {
        assert_eq!(host.json().await["method"], "notifications/x");
    }
}

#[tokio::test]
async fn a_2024_11_05_stream_at_the_same_address_is_not_kept_open() {
    let closed = Arc::new(Notify::new());
    let gate = Arc::clone(&closed);
    let origin = with_sessions(move |mut reply| {
        let gate = Arc::clone(&gate);
        async move {
            reply.open_stream(&[]).await;
            reply.event("endpoint", "/messages").await;
            reply.closed().await;
            gate.notify_one();
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/sse"));
    host.shake_hands().await;
    let patience = std::time::Duration::from_secs(20);
    tokio::time::timeout(patience, closed.notified())
        .await
        .expect("the bridge closes the stream");
    host.answer(call("1")).await;
    assert_eq!(
        origin
            .paths()
            .iter()
            .filter(|path| path.starts_with("GET"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_lost_session_is_told_in_a_sentence() {
    let origin = Origin::start(|request, reply| async move {
        match request.rpc_method().as_str() {
            "initialize" => {
                reply.begin_session("s").await;
            }
            _ => reply.status(404).await,
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    let error = host.error(call("1")).await;
    assert!(error.contains("no longer knows this session"), "{error}");
}

#[tokio::test]
async fn the_server_may_need_an_answer_of_the_host_before_it_answers_initialize() {
    let answered = Arc::new(Notify::new());
    let gate = Arc::clone(&answered);
    let origin = Origin::start(move |request, mut reply| {
        let gate = Arc::clone(&gate);
        async move {
            if request.rpc_method() == "initialize" {
                reply.open_stream(&[]).await;
                reply
                    .event("message", r#"{"jsonrpc":"2.0","id":5,"method":"ping"}"#)
                    .await;
                gate.notified().await;
                reply
                    .event("message", &initialize_result("2025-06-18"))
                    .await;
            } else {
                gate.notify_one();
                reply.status(202).await;
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(INITIALIZE).await;
    host.send(INITIALIZED).await;
    assert_eq!(host.json().await["method"], "ping");
    host.send(r#"{"jsonrpc":"2.0","id":5,"result":{}}"#).await;
    assert_eq!(host.answered().await, 0);
    host.end().await;
    let posts: Vec<_> = origin
        .requests()
        .into_iter()
        .filter(|r| r.method == "POST")
        .collect();
    let methods: Vec<_> = posts.iter().map(Request::rpc_method).collect();
    assert_eq!(
        methods,
        ["initialize", "", "notifications/initialized"],
        "nothing else overtakes"
    );
}

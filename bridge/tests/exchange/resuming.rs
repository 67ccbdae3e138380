//! Event streams that break and are taken up after the last event seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Reply, Request, call, initialize_result, result,
    settings,
};

const NOTE: &str = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;

/// A bridge that resumes at once.
fn start(origin: &Origin) -> Host {
    let mut settings = settings(&[&origin.at("/mcp")], &[]);
    settings.timing.resume_pause = Duration::from_millis(1);
    settings.timing.longest_retry = Duration::from_millis(5);
    Host::with(settings)
}

/// A server whose reply to a POST is a stream of these bytes, cut at the end; the script serves GET.
async fn cut_after<F, A>(bytes: &'static str, get: F) -> Origin
where
    F: Fn(Request, Reply) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let get = Arc::new(get);
    Origin::start(move |request: Request, mut reply: Reply| {
        let get = Arc::clone(&get);
        async move {
            if request.method == "GET" {
                return get(request, reply).await;
            }
            reply.open_stream(&[]).await;
            reply.raw(bytes).await;
        }
    })
    .await
}

fn resumed_after(origin: &Origin) -> Vec<Option<String>> {
    let requests = origin.requests();
    let gets = requests.iter().filter(|request| request.method == "GET");
    gets.map(|request| request.header("last-event-id").map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_stream_that_breaks_is_resumed_after_its_last_event() {
    // The time the server names is bounded, else this test would not end.
    let stream = "id: a\nretry: 99999999\ndata:\n\nid: b\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n";
    let origin = cut_after(stream, |_, mut reply: Reply| async move {
        reply.open_stream(&[]).await;
        reply.raw(format!("id: b\ndata: {NOTE}\n\n")).await;
        reply.raw(format!("id: c\ndata: {}\n\n", result("1"))).await;
    })
    .await;
    let mut host = start(&origin);
    host.send(call("1")).await;
    assert_eq!(host.line().await, NOTE);
    assert_eq!(
        host.line().await,
        result("1"),
        "the replayed event is dropped"
    );
    assert_eq!(host.end().await.1, [""; 0]);
    assert_eq!(resumed_after(&origin), [Some("b".to_owned())]);
}

#[tokio::test]
async fn a_stream_may_break_again_and_again_as_long_as_it_says_something() {
    let turn = AtomicUsize::new(0);
    let origin = cut_after("id: 0\ndata:\n\n", move |_, mut reply: Reply| {
        let turn = turn.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            reply.open_stream(&[]).await;
            let data = if turn < 30 {
                NOTE.to_owned()
            } else {
                result("1")
            };
            reply.raw(format!("id: {turn}\ndata: {data}\n\n")).await;
        }
    })
    .await;
    let mut host = start(&origin);
    host.send(call("1")).await;
    for _ in 1..30 {
        assert_eq!(host.line().await, NOTE);
    }
    assert_eq!(host.line().await, result("1"));
}

#[tokio::test]
async fn a_server_that_resumes_and_says_nothing_is_not_asked_for_ever() {
    let origin = cut_after("id: 0\ndata:\n\n", |_, mut reply: Reply| async move {
        reply.open_stream(&[]).await;
    })
    .await;
    let error = start(&origin).error(call("1")).await;
    assert!(error.contains("outcome unknown"), "{error}");
    assert_eq!(resumed_after(&origin).len(), 20);
}

#[tokio::test]
async fn a_refused_resume_is_as_if_there_were_no_id() {
    for status in [400, 404, 405] {
        let origin = cut_after("id: 0\ndata:\n\n", move |_, reply: Reply| {
            reply.status(status)
        })
        .await;
        let mut host = start(&origin);
        let error = host.error(call("1")).await;
        assert!(
            error.contains("outcome unknown, check before retrying"),
            "{error}"
        );
        assert_eq!(resumed_after(&origin).len(), 1);
        assert_eq!(host.end().await.1, [""; 0], "one answer only");
    }
}

#[tokio::test]
async fn without_an_id_nothing_is_resumed() {
    for stream in ["", "data:\n\n", "id: a\ndata:\n\nid:\ndata:\n\n"] {
        let origin = cut_after(stream, |_, reply: Reply| reply.status(500)).await;
        start(&origin).error(call("1")).await;
        assert_eq!(resumed_after(&origin), [], "{stream:?}");
    }
}

#[tokio::test]
async fn an_answered_stream_is_not_resumed() {
    let stream = "id: a\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"ok\":true}}\n\n";
    let origin = cut_after(stream, |_, reply: Reply| reply.status(500)).await;
    let mut host = start(&origin);
    assert_eq!(host.answer(call("1")).await, 1);
    host.end().await;
    assert_eq!(resumed_after(&origin), []);
}

#[tokio::test]
async fn the_standing_stream_is_resumed_too_and_begins_anew_where_that_is_refused() {
    let turn = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&turn);
    let origin = Origin::start(move |request: Request, mut reply: Reply| {
        let turn = Arc::clone(&shared);
        async move {
            match (request.method.as_str(), request.rpc_method().as_str()) {
                ("GET", _) => match turn.fetch_add(1, Ordering::SeqCst) {
                    0 => {
                        reply.open_stream(&[]).await;
                        reply
                            .raw(format!("retry: 1\nid: a\ndata: {NOTE}\n\n"))
                            .await;
                    }
                    1 => {
                        reply.open_stream(&[]).await;
                        reply
                            .raw(format!("id: a\ndata: {NOTE}\n\nid: b\ndata:\n\n"))
                            .await;
                    }
                    2 => reply.status(400).await,
                    _ => {
                        reply.open_stream(&[]).await;
                        reply.event("message", &NOTE.replace("/x", "/y")).await;
                        reply.closed().await;
                    }
                },
                (_, "initialize") => reply.json(&initialize_result("2025-06-18")).await,
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    let mut host = start(&origin);
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    assert_eq!(host.line().await, NOTE);
    assert_eq!(host.json().await["method"], "notifications/y");
    let ids: Vec<_> = resumed_after(&origin);
    let ids: Vec<_> = ids.iter().map(Option::as_deref).collect();
    assert_eq!(ids[..4], [None, Some("a"), Some("b"), None]);
}

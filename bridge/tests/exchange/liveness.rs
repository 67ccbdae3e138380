//! Streams that fall silent, and machines that sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bridge::settings::{Clock, Settings};
use tokio::sync::Notify;

use crate::legacy::legacy;
use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Request, call, initialize_result, result, settings,
    until,
};

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

fn quick(origin: &Origin, path: &str) -> Settings {
    let mut settings = settings(&[&origin.at(path)], &[]);
    settings.timing.idle = Duration::from_millis(80);
    settings.timing.ping = Duration::from_millis(20);
    settings
}

fn pings(origin: &Origin) -> Vec<Request> {
    let mut requests = origin.requests();
    requests.retain(|request| request.rpc_method() == "ping");
    requests
}

#[tokio::test]
async fn a_stream_that_owes_an_answer_and_falls_silent_is_given_up() {
    let origin = Origin::start(|_, mut reply| async move {
        reply.open_stream(&[]).await;
        reply.closed().await;
    })
    .await;
    let mut host = Host::with(quick(&origin, "/mcp"));
    let error = host.error(call("1")).await;
    assert!(error.contains("sent nothing for 0.08 s"), "{error}");
    assert!(error.contains("outcome unknown"), "{error}");
}

#[tokio::test]
async fn a_subscription_may_be_silent() {
    let origin = Origin::start(|_, mut reply| async move {
        reply.open_stream(&[]).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        reply.event("message", &result("1")).await;
    })
    .await;
    let mut host = Host::with(quick(&origin, "/mcp"));
    let listen = r#"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}"#;
    assert_eq!(host.answer(listen).await, 1);
}

/// A server with sessions that answers a call after it has been pinged three times.
async fn answering_after_pings() -> Origin {
    let pinged = Arc::new(Notify::new());
    Origin::start(move |request, mut reply| {
        let pinged = Arc::clone(&pinged);
        async move {
            match request.rpc_method().as_str() {
                "initialize" => {
                    reply.begin_session("s").await;
                }
                "tools/call" => {
                    reply.open_stream(&[]).await;
                    for _ in 0..3 {
                        pinged.notified().await;
                    }
                    reply.event("message", &result("1")).await;
                }
                "ping" => {
                    reply.json(&result(&request.rpc_id())).await;
                    pinged.notify_one();
                }
                _ => reply.status(202).await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn in_a_session_a_silent_server_that_answers_a_ping_is_waited_for() {
    let origin = answering_after_pings().await;
    let mut host = Host::with(quick(&origin, "/mcp"));
    host.answer(INITIALIZE).await;
    assert_eq!(host.answer(call("1")).await, 1);
    let pings = pings(&origin);
    assert!(pings.len() >= 3);
    assert!(
        pings
            .iter()
            .all(|ping| ping.header("mcp-session-id") == Some("s"))
    );
    assert_eq!(
        host.end().await.1,
        [""; 0],
        "the answers to the pings are ours"
    );
}

/// A 2024-11-05 server that answers every request, but no ping before the handshake with this number.
async fn answering_pings_from(session: usize) -> Origin {
    let handshakes = Arc::new(AtomicUsize::new(0));
    let (origin, _) = legacy(move |request, reply, stream| {
        let handshakes = Arc::clone(&handshakes);
        async move {
            reply.status(202).await;
            match request.rpc_method().as_str() {
                "initialize" => {
                    handshakes.fetch_add(1, Ordering::SeqCst);
                    stream.message(initialize_result("2024-11-05"));
                }
                "ping" if handshakes.load(Ordering::SeqCst) < session => {}
                "notifications/initialized" => {}
                _ => stream.message(result(&request.rpc_id())),
            }
        }
    })
    .await;
    origin
}

/// A 2024-11-05 server that answers every request.
async fn talkative() -> Origin {
    answering_pings_from(0).await
}

fn streams(origin: &Origin) -> usize {
    let requests = origin.requests();
    requests.iter().filter(|r| r.method == "GET").count()
}

#[tokio::test]
async fn an_idle_2024_11_05_stream_is_kept_alive_by_pings_that_the_host_does_not_see() {
    let origin = talkative().await;
    let mut settings = quick(&origin, "/sse");
    settings.timing.idle = Duration::from_secs(60);
    let mut host = Host::with(settings);
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    until(|| pings(&origin).len() >= 5).await;
    assert_eq!(host.answer(LIST).await, 1);
    assert_eq!(streams(&origin), 1);
    let mut ids: Vec<_> = pings(&origin).iter().map(Request::rpc_id).collect();
    ids.dedup();
    assert!(ids.len() >= 5, "each has an id of its own: {ids:?}");
    assert_eq!(host.end().await.1, [""; 0]);
}

#[tokio::test]
async fn a_2024_11_05_stream_that_stays_silent_is_replaced() {
    let origin = answering_pings_from(2).await;
    let mut settings = quick(&origin, "/sse");
    settings.timing.resume_pause = Duration::from_millis(5);
    let mut host = Host::with(settings);
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    until(|| streams(&origin) >= 2 && !pings(&origin).is_empty()).await;
    assert_eq!(host.answer(LIST).await, 1);
}

#[tokio::test]
async fn a_call_on_a_2024_11_05_stream_that_falls_silent_is_told_so() {
    let (origin, _) = legacy(|request, reply, stream| async move {
        reply.status(202).await;
        if request.rpc_method() == "initialize" {
            stream.message(initialize_result("2024-11-05"));
        }
    })
    .await;
    let mut host = Host::with(quick(&origin, "/sse"));
    host.answer(INITIALIZE).await;
    let error = host.error(call("1")).await;
    assert!(error.contains("sent nothing for 0.08 s"), "{error}");
}

#[tokio::test]
async fn nothing_is_asked_before_the_host_has_shaken_hands() {
    let origin = talkative().await;
    let mut host = Host::with(quick(&origin, "/sse"));
    host.answer(LIST).await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(pings(&origin).is_empty());
}

/// A clock that a test sets forward.
fn clock() -> (Clock, Arc<AtomicU64>) {
    let ahead = Arc::new(AtomicU64::new(0));
    let reading = Arc::clone(&ahead);
    let now = move || SystemTime::now() + Duration::from_secs(reading.load(Ordering::SeqCst));
    (Clock::new(now), ahead)
}

#[tokio::test]
async fn after_a_sleep_a_stream_that_does_not_answer_is_replaced_before_the_next_request() {
    for expected in [1, 2] {
        let origin = answering_pings_from(expected).await;
        let mut settings = settings(&[&origin.at("/sse")], &[]);
        if expected == 2 {
            // An answer that comes is waited for as long as a busy machine takes.
            settings.timing.wake = Duration::from_millis(100);
        }
        let (clock, ahead) = clock();
        settings.clock = clock;
        let mut host = Host::with(settings);
        host.answer(INITIALIZE).await;
        host.send(INITIALIZED).await;
        host.answer(LIST).await;
        ahead.store(3600, Ordering::SeqCst);
        assert_eq!(host.answer(LIST).await, 1);
        assert_eq!(streams(&origin), expected);
        assert_eq!(host.end().await.1, [""; 0]);
    }
}

#[tokio::test]
async fn after_a_sleep_the_standing_stream_is_opened_again_where_it_was() {
    let note = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    let origin = Origin::start(move |request, mut reply| async move {
        match (request.method.as_str(), request.rpc_method().as_str()) {
            ("GET", _) => {
                reply.open_stream(&[]).await;
                reply
                    .raw(format!("id: a\nretry: 1\ndata: {note}\n\n"))
                    .await;
                if request.header("last-event-id") == Some("a") {
                    reply.event("message", &note.replace("/x", "/y")).await;
                }
                reply.closed().await;
            }
            (_, "initialize") => reply.json(&initialize_result("2025-06-18")).await,
            (_, "tools/list") => reply.json(&result(&request.rpc_id())).await,
            _ => reply.status(202).await,
        }
    })
    .await;
    let mut settings = settings(&[&origin.at("/mcp")], &[]);
    let (clock, ahead) = clock();
    settings.clock = clock;
    let mut host = Host::with(settings);
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    assert_eq!(host.line().await, note);
    ahead.store(3600, Ordering::SeqCst);
    host.send(LIST).await;
    let mut lines = [host.line().await, host.line().await];
    lines.sort();
    assert_eq!(lines, [result("1"), note.replace("/x", "/y")]);
}

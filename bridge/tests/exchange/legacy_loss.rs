//! What becomes of calls and answers when a 2024-11-05 stream is lost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;

use crate::legacy::{Stream, legacy, start};
use crate::support::{
    Host, Origin, Reply, Request, bound, call, initialize_result, reserved, result, settings,
};

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

/// A server that loses its stream with the first request it gets under id 1.
async fn fragile() -> Origin {
    let times = Arc::new(AtomicUsize::new(0));
    let script = move |request: Request, reply: Reply, stream: Stream| {
        let times = Arc::clone(&times);
        async move {
            reply.status(202).await;
            match request.rpc_method().as_str() {
                "initialize" => stream.message(initialize_result("2024-11-05")),
                "notifications/initialized" => {}
                _ if times.fetch_add(1, Ordering::SeqCst) == 0 => stream.end(),
                _ => stream.message(result(&request.rpc_id())),
            }
        }
    };
    legacy(script).await.0
}

fn sent(origin: &Origin) -> usize {
    let requests = origin.requests();
    requests.iter().filter(|r| r.rpc_id() == "1").count()
}

#[tokio::test]
async fn a_request_that_only_reads_is_sent_again_on_the_next_stream() {
    let origin = fragile().await;
    let mut host = start(&origin);
    host.shake_hands().await;
    assert_eq!(host.answer(LIST).await, 1);
    assert_eq!(sent(&origin), 2);
    assert_eq!(host.end().await.1, [""; 0], "one answer only");
}

#[tokio::test]
async fn a_call_that_may_have_had_its_effect_is_not() {
    let origin = fragile().await;
    let mut host = start(&origin);
    host.shake_hands().await;
    let error = host.error(call("1")).await;
    assert!(
        error.contains("outcome unknown, check before retrying"),
        "{error}"
    );
    assert_eq!(
        host.answer(call("2")).await,
        2,
        "the next one finds a new stream"
    );
    assert_eq!(sent(&origin), 1);
}

#[tokio::test]
async fn an_endpoint_that_the_server_has_forgotten_is_a_lost_session() {
    let forgotten = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&forgotten);
    let (origin, _) = legacy(move |request, reply, stream| {
        let forgotten = Arc::clone(&shared);
        async move {
            let is_call = request.rpc_method() == "tools/call";
            if is_call && forgotten.swap(0, Ordering::SeqCst) == 1 {
                return reply.status(404).await;
            }
            reply.status(202).await;
            match request.rpc_method().as_str() {
                "initialize" => stream.message(initialize_result("2024-11-05")),
                "tools/call" => stream.message(result(&request.rpc_id())),
                _ => {}
            }
        }
    })
    .await;
    let mut host = start(&origin);
    host.shake_hands().await;
    host.answer(call("1")).await;
    forgotten.store(1, Ordering::SeqCst);
    assert_eq!(host.answer(call("2")).await, 2);
    let streams = origin.paths().into_iter().filter(|p| p == "GET /sse");
    assert_eq!(streams.count(), 2);
    assert_eq!(host.end().await.1, [""; 0], "the host sees nothing of it");
}

#[tokio::test]
async fn an_endpoint_that_is_never_known_is_an_error() {
    let (origin, _) = legacy(|request, reply, stream| async move {
        if request.rpc_method() == "tools/call" {
            return reply.status(404).await;
        }
        reply.status(202).await;
        if request.rpc_method() == "initialize" {
            stream.message(initialize_result("2024-11-05"));
        }
    })
    .await;
    let mut host = start(&origin);
    host.shake_hands().await;
    let error = host.error(call("1")).await;
    assert!(error.contains("404"), "{error}");
    assert!(
        error.contains("/sse wants messages sent to http") && error.contains("proxy"),
        "who named the address: {error}"
    );
    assert_eq!(sent(&origin), 2);
}

#[tokio::test]
async fn what_the_lost_session_asked_is_not_answered_to_the_next() {
    let (origin, stream) = legacy(|request, reply, stream| async move {
        reply.status(202).await;
        match request.rpc_method().as_str() {
            "initialize" => stream.message(initialize_result("2024-11-05")),
            "tools/list" => stream.message(result(&request.rpc_id())),
            _ => {}
        }
    })
    .await;
    let mut host = start(&origin);
    host.shake_hands().await;
    host.answer(LIST).await;
    let question = r#"{"jsonrpc":"2.0","id":7,"method":"elicitation/create"}"#;
    stream.message(question);
    assert_eq!(host.line().await, question);
    stream.end();
    host.answer(LIST.replace(":1,", ":2,")).await;
    host.send(r#"{"jsonrpc":"2.0","id":7,"result":{"action":"accept"}}"#)
        .await;
    host.answer(LIST.replace(":1,", ":3,")).await;
    host.end().await;
    let leaked = |request: &Request| request.body.contains("accept");
    // The end of the stream is noticed with the first request after it at the latest.
    let streams = origin
        .requests()
        .iter()
        .filter(|r| r.method == "GET")
        .count();
    assert!(streams >= 2 && !origin.requests().iter().any(leaked));
}

/// A server that speaks both transports and forgets everything when it is dropped.
fn serve(listener: TcpListener) -> Origin {
    let stream = Stream::default();
    Origin::start_on(listener, move |request: Request, reply: Reply| {
        let stream = stream.clone();
        async move {
            let json = match request.rpc_method().as_str() {
                "initialize" => initialize_result("2025-06-18"),
                "tools/list" | "tools/call" => result(&request.rpc_id()),
                _ => String::new(),
            };
            match (request.method.as_str(), request.path.as_str()) {
                ("GET", "/sse") => stream.serve(reply, "messages").await,
                ("POST", "/messages") => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    reply.status(202).await;
                    if !json.is_empty() {
                        stream.message(json);
                    }
                }
                ("POST", "/mcp") if json.is_empty() => reply.status(202).await,
                ("POST", "/mcp") => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    reply.json(&json).await;
                }
                _ => reply.status(405).await,
            }
        }
    })
}

/// Executions of calls with an effect, by id.
fn executions(origins: [&Origin; 2]) -> BTreeMap<String, usize> {
    let mut executions = BTreeMap::new();
    for request in origins.iter().flat_map(|origin| origin.requests()) {
        if request.rpc_method() == "tools/call" {
            *executions.entry(request.rpc_id()).or_default() += 1;
        }
    }
    executions
}

/// Requests that only read have results; calls a result or an error that says what is not known.
async fn each_of_them_is_answered_once(host: &mut Host) {
    let mut answers = BTreeMap::new();
    for _ in 100..200 {
        let answer = host.json().await;
        let text = answer.to_string();
        let id = answer["id"].as_i64().unwrap();
        let is_fine = answer["result"].is_object()
            || (id % 2 == 1 && text.contains("outcome unknown, check before retrying"));
        assert!(is_fine, "{text}");
        *answers.entry(id).or_insert(0) += 1;
    }
    assert!(answers.values().all(|count| *count == 1) && answers.len() == 100);
}

#[tokio::test]
async fn a_restart_under_many_calls_answers_each_once_and_runs_none_twice() {
    for (path, transport) in [("/mcp", "http"), ("/sse", "sse")] {
        // Nobody else gets the port in between.
        let (_held, address) = reserved();
        let first = serve(bound(address).listen(64).unwrap());
        let flags = [
            &first.at(path),
            "--transport",
            transport,
            "--connect-wait",
            "15",
        ];
        let mut host = Host::with(settings(&flags, &[]));
        host.shake_hands().await;
        host.answer(LIST).await;
        for id in 100..200 {
            let request = if id % 2 == 0 {
                LIST.replace(":1,", &format!(":{id},"))
            } else {
                call(&id.to_string())
            };
            host.send(request).await;
        }
        while first.requests().len() < 40 {
            tokio::task::yield_now().await;
        }
        first.kill().await;
        let second = serve(bound(address).listen(64).unwrap());
        each_of_them_is_answered_once(&mut host).await;
        let executions = executions([&first, &second]);
        assert!(
            executions.values().all(|count| *count == 1),
            "{executions:?}"
        );
        assert_eq!(host.end().await.1, [""; 0]);
    }
}

#[tokio::test]
async fn a_stream_that_is_lost_while_the_host_is_idle_is_opened_again_for_what_comes_unasked() {
    let news = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
    let times = Arc::new(AtomicUsize::new(0));
    let script = move |request: Request, reply: Reply, stream: Stream| {
        let times = Arc::clone(&times);
        async move {
            reply.status(202).await;
            match request.rpc_method().as_str() {
                "initialize" => stream.message(initialize_result("2024-11-05")),
                "notifications/initialized" => match times.fetch_add(1, Ordering::SeqCst) {
                    0 | 1 => stream.end(),
                    _ => stream.message(news),
                },
                _ => {}
            }
        }
    };
    let (origin, _) = legacy(script).await;
    let mut settings = settings(&[&origin.at("/sse"), "--transport", "sse"], &[]);
    settings.timing.resume_pause = Duration::from_millis(10);
    let mut host = Host::with(settings);
    host.shake_hands().await;
    assert_eq!(host.line().await, news);
    let streams = origin.paths();
    let streams = streams.iter().filter(|path| *path == "GET /sse").count();
    assert_eq!(streams, 3, "a stream that is lost again is opened again");
    assert_eq!(host.end().await.1, [""; 0]);
}

#[tokio::test]
async fn a_stream_that_needs_a_person_to_be_opened_again_is_left_alone() {
    let opened = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&opened);
    let stream = Stream::default();
    let origin = Origin::start(move |request, reply| {
        let (opened, stream) = (Arc::clone(&counted), stream.clone());
        async move {
            match request.rpc_method().as_str() {
                "" if opened.fetch_add(1, Ordering::SeqCst) == 0 => {
                    stream.serve(reply, "messages").await;
                }
                "" => reply.status(401).await,
                "initialize" => {
                    stream.message(initialize_result("2024-11-05"));
                    reply.status(202).await;
                }
                _ => {
                    stream.end();
                    reply.status(202).await;
                }
            }
        }
    })
    .await;
    let mut settings = settings(&[&origin.at("/sse"), "--transport", "sse"], &[]);
    settings.timing.resume_pause = Duration::from_millis(1);
    let mut host = Host::with(settings);
    host.shake_hands().await;
    while opened.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    // The next message tries again, so that the person learns why.
    let error = host.error(call("1")).await;
    assert!(error.contains("(401"), "{error}");
    assert_eq!(opened.load(Ordering::SeqCst), 3);
}

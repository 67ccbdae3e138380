//! What the host has set up in its session, in a session that is made again unseen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::legacy::{Stream, legacy, start};
use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Reply, Request, call, initialize_result, result,
};

fn request(id: &str, method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#)
}

/// A level, two resources and one of them taken back; the server grants all but the last resource.
async fn set_up(host: &mut Host) {
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    for (id, method, params) in [
        ("10", "logging/setLevel", r#"{"level":"debug"}"#),
        ("11", "resources/subscribe", r#"{"uri":"a"}"#),
        ("12", "resources/subscribe", r#"{"uri":"b"}"#),
        ("13", "resources/unsubscribe", r#"{"uri":"a"}"#),
        ("14", "logging/setLevel", r#"{"level":"error"}"#),
    ] {
        assert_eq!(
            host.answer(request(id, method, params)).await.to_string(),
            id
        );
    }
    let refused = host
        .ask(request("15", "resources/subscribe", r#"{"uri":"refused"}"#))
        .await;
    assert_eq!(refused["error"]["code"], -32002, "{refused}");
}

fn answer(request: &Request) -> String {
    let id = request.rpc_id();
    if request.body.contains("refused") {
        return format!(
            r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32002,"message":"no"}}}}"#
        );
    }
    result(&id)
}

/// What was sent after the second `initialize`: methods and parameters.
fn after_renewal(origin: &Origin) -> Vec<(String, String)> {
    let requests = origin.requests();
    let posts = requests.iter().filter(|request| request.method == "POST");
    let described = posts.map(|request| {
        let message: serde_json::Value = serde_json::from_str(&request.body).unwrap();
        (request.rpc_method(), message["params"].to_string())
    });
    let described: Vec<_> = described.collect();
    let second = described
        .iter()
        .rposition(|(method, _)| method == "initialize");
    described[second.unwrap() + 1..].to_vec()
}

/// In which order a session is set up that takes the place of a lost one.
const EXPECTED: [(&str, &str); 4] = [
    ("notifications/initialized", "null"),
    ("logging/setLevel", r#"{"level":"error"}"#),
    ("resources/subscribe", r#"{"uri":"b"}"#),
    ("tools/call", r#"{"name":"t"}"#),
];

fn assert_restored(origin: &Origin) {
    let sent = after_renewal(origin);
    let sent: Vec<_> = sent.iter().map(|(m, p)| (m.as_str(), p.as_str())).collect();
    assert_eq!(sent, EXPECTED);
}

#[tokio::test]
async fn a_session_that_was_forgotten_gets_the_log_level_and_the_resources_again() {
    let made = Arc::new(AtomicUsize::new(0));
    let origin = Origin::start(move |request: Request, reply: Reply| {
        let made = Arc::clone(&made);
        async move {
            let number = made.load(Ordering::SeqCst);
            let is_known = request.header("mcp-session-id") == Some(&format!("s{number}"));
            match request.rpc_method().as_str() {
                "initialize" => {
                    let session = format!("s{}", made.fetch_add(1, Ordering::SeqCst) + 1);
                    reply.begin_session(&session).await;
                }
                _ if request.method != "POST" => reply.status(405).await,
                "notifications/initialized" => reply.status(202).await,
                // The first call finds out that the first session is gone.
                "tools/call" if number == 1 => reply.status(404).await,
                _ if is_known => reply.json(&answer(&request)).await,
                _ => reply.status(400).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    set_up(&mut host).await;
    assert_eq!(host.answer(call("1")).await, 1);
    assert_restored(&origin);
    assert_eq!(host.end().await.1, [""; 0], "the host sees none of it");
}

#[tokio::test]
async fn so_does_a_session_whose_stream_was_lost() {
    let times = Arc::new(AtomicUsize::new(0));
    let script = move |request: Request, reply: Reply, stream: Stream| {
        let times = Arc::clone(&times);
        async move {
            match request.rpc_method().as_str() {
                "initialize" => stream.message(initialize_result("2024-11-05")),
                "notifications/initialized" => {}
                "tools/call" if times.fetch_add(1, Ordering::SeqCst) == 0 => {
                    return reply.status(404).await;
                }
                _ => stream.message(answer(&request)),
            }
            reply.status(202).await;
        }
    };
    let (origin, _) = legacy(script).await;
    let mut host = start(&origin);
    set_up(&mut host).await;
    assert_eq!(host.answer(call("1")).await, 1);
    assert_restored(&origin);
    assert_eq!(host.end().await.1, [""; 0], "the host sees none of it");
}

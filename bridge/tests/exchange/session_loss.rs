//! A session that the server forgets is made again, and the host does not notice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Reply, Request, call, initialize_result, result,
};

/// Which sessions the server knows: the one of the last `initialize`, until it forgets.
#[derive(Clone, Default)]
struct Sessions {
    made: Arc<AtomicUsize>,
    known: Arc<AtomicUsize>,
}

impl Sessions {
    fn make(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        self.known.store(number, Ordering::SeqCst);
        format!("s{number}")
    }

    fn forget(&self) {
        self.known.store(0, Ordering::SeqCst);
    }

    fn knows(&self, request: &Request) -> bool {
        let known = format!("s{}", self.known.load(Ordering::SeqCst));
        request.header("mcp-session-id") == Some(&known)
    }
}

const UNKNOWN: &str =
    r#"{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}"#;
const JSON: (&str, &str) = ("content-type", "application/json");

/// A server with sessions that refuses unknown ones with this status.
async fn forgetful(status: u16) -> (Origin, Sessions) {
    let sessions = Sessions::default();
    let shared = sessions.clone();
    let origin = Origin::start(move |request: Request, reply: Reply| {
        let sessions = shared.clone();
        async move {
            match request.rpc_method().as_str() {
                "initialize" => {
                    let headers = [JSON, ("mcp-session-id", &sessions.make())];
                    let body = initialize_result("2025-06-18");
                    reply.answer(200, &headers, &body).await;
                }
                _ if request.method == "GET" => reply.status(405).await,
                _ if !sessions.knows(&request) => reply.answer(status, &[JSON], UNKNOWN).await,
                "tools/call" => reply.json(&result(&request.rpc_id())).await,
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    (origin, sessions)
}

async fn handshake(host: &mut Host) {
    assert_eq!(host.answer(INITIALIZE).await, 0);
    host.send(INITIALIZED).await;
}

fn posts(origin: &Origin) -> Vec<String> {
    let requests = origin.requests();
    let posts = requests.iter().filter(|request| request.method == "POST");
    posts.map(Request::rpc_method).collect()
}

#[tokio::test]
async fn a_session_that_the_server_has_forgotten_is_made_again_unseen() {
    let (origin, sessions) = forgetful(404).await;
    let mut host = Host::start(&origin.at("/mcp"));
    handshake(&mut host).await;
    host.answer(call("1")).await;
    sessions.forget();
    assert_eq!(host.answer(call("2")).await, 2);
    assert_eq!(host.end().await.1, [""; 0], "the host sees nothing of it");
    assert_eq!(
        posts(&origin)[3..],
        [
            "tools/call",
            "initialize",
            "notifications/initialized",
            "tools/call"
        ]
    );
    let requests = origin.requests();
    let mut again = requests.iter().filter(|r| r.body == INITIALIZE).skip(1);
    let again = again.next().expect("the host's own bytes");
    assert_eq!(again.header("mcp-session-id"), None);
    assert_eq!(again.header("mcp-protocol-version"), None);
}

#[tokio::test]
async fn a_server_that_says_400_for_an_unknown_session_is_understood() {
    let (origin, sessions) = forgetful(400).await;
    let mut host = Host::start(&origin.at("/mcp"));
    handshake(&mut host).await;
    host.answer(call("1")).await;
    sessions.forget();
    assert_eq!(host.answer(call("2")).await, 2);
}

#[tokio::test]
async fn many_calls_share_one_new_session() {
    let (origin, sessions) = forgetful(404).await;
    let mut host = Host::start(&origin.at("/mcp"));
    handshake(&mut host).await;
    host.answer(call("1")).await;
    sessions.forget();
    for id in 10..60 {
        host.send(call(&id.to_string())).await;
    }
    let mut answered = Vec::new();
    for _ in 10..60 {
        answered.push(host.answered().await.as_i64().unwrap());
    }
    answered.sort_unstable();
    assert_eq!(answered, (10..60).collect::<Vec<_>>());
    assert_eq!(sessions.made.load(Ordering::SeqCst), 2);
    assert_eq!(host.end().await.1, [""; 0]);
}

#[tokio::test]
async fn a_second_404_is_an_error_and_the_call_is_not_sent_a_third_time() {
    let origin = Origin::start(|request, reply| async move {
        match request.rpc_method().as_str() {
            "initialize" => {
                let headers = [JSON, ("mcp-session-id", "s")];
                let body = initialize_result("2025-06-18");
                reply.answer(200, &headers, &body).await;
            }
            "tools/call" => reply.status(404).await,
            _ => reply.status(202).await,
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    let error = host.error(call("1")).await;
    assert!(error.contains("no longer knows this session"), "{error}");
    assert_eq!(
        posts(&origin),
        ["initialize", "tools/call", "initialize", "tools/call"]
    );
}

#[tokio::test]
async fn a_server_that_refuses_the_new_handshake_is_told_about() {
    let sessions = Sessions::default();
    let origin = Origin::start(move |request, reply| {
        let sessions = sessions.clone();
        async move {
            if request.rpc_method() == "initialize" && sessions.make() == "s1" {
                let headers = [JSON, ("mcp-session-id", "s1")];
                let body = initialize_result("2025-06-18");
                return reply.answer(200, &headers, &body).await;
            }
            match request.rpc_method().as_str() {
                "initialize" => {
                    reply
                        .json(r#"{"jsonrpc":"2.0","id":0,"error":{"code":-32602,"message":"no"}}"#)
                        .await;
                }
                _ => reply.status(404).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    let error = host.error(call("1")).await;
    assert!(error.contains("could not be made again"), "{error}");
}

#[tokio::test]
async fn a_404_that_says_method_not_found_is_the_answer_and_no_lost_session() {
    let origin = Origin::start(|request, reply| async move {
        if request.rpc_method() == "initialize" {
            let headers = [JSON, ("mcp-session-id", "s")];
            let body = initialize_result("2025-06-18");
            return reply.answer(200, &headers, &body).await;
        }
        let body = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"no such"}}"#;
        reply.answer(404, &[JSON], body).await;
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    let answer = host.ask(call("1")).await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&1.into(), &(-32601).into())
    );
    assert_eq!(posts(&origin), ["initialize", "tools/call"]);
}

#[tokio::test]
async fn what_the_old_session_asked_is_not_answered_to_the_new_one() {
    let question = r#"{"jsonrpc":"2.0","id":7,"method":"elicitation/create","params":{}}"#;
    let sessions = Sessions::default();
    let shared = sessions.clone();
    let origin = Origin::start(move |request, mut reply| {
        let sessions = shared.clone();
        async move {
            match request.rpc_method().as_str() {
                "initialize" => {
                    let headers = [JSON, ("mcp-session-id", &sessions.make())];
                    let body = initialize_result("2025-06-18");
                    reply.answer(200, &headers, &body).await;
                }
                _ if request.method == "GET" => reply.status(405).await,
                _ if !sessions.knows(&request) => reply.answer(404, &[JSON], UNKNOWN).await,
                "tools/call" => {
                    reply.open_stream(&[]).await;
                    if request.rpc_id() == "1" {
                        reply.event("message", question).await;
                    }
                    reply.event("message", &result(&request.rpc_id())).await;
                }
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    handshake(&mut host).await;
    host.send(call("1")).await;
    assert_eq!(host.line().await, question);
    assert_eq!(host.line().await, result("1"));
    sessions.forget();
    host.answer(call("2")).await;
    host.send(r#"{"jsonrpc":"2.0","id":7,"result":{"action":"accept"}}"#)
        .await;
    host.answer(call("3")).await;
    host.end().await;
    let leaked = |request: &Request| request.body.contains("accept");
    assert!(!origin.requests().iter().any(leaked));
}

#[tokio::test]
async fn the_standing_stream_notices_a_lost_session_by_itself() {
    let opened = Arc::new(Notify::new());
    let gate = Arc::clone(&opened);
    let sessions = Sessions::default();
    let shared = sessions.clone();
    let origin = Origin::start(move |request, mut reply| {
        let (sessions, gate) = (shared.clone(), Arc::clone(&gate));
        async move {
            match request.rpc_method().as_str() {
                "initialize" => {
                    let headers = [JSON, ("mcp-session-id", &sessions.make())];
                    let body = initialize_result("2025-06-18");
                    reply.answer(200, &headers, &body).await;
                }
                _ if !sessions.knows(&request) => reply.answer(404, &[JSON], UNKNOWN).await,
                _ if request.method == "GET" => {
                    reply.open_stream(&[]).await;
                    reply.raw("retry: 1\n\n").await;
                    gate.notify_one();
                    if sessions.made.load(Ordering::SeqCst) == 1 {
                        // The restart ends the stream and forgets the session.
                        return sessions.forget();
                    }
                    reply
                        .event("message", r#"{"jsonrpc":"2.0","method":"notifications/x"}"#)
                        .await;
                    reply.closed().await;
                }
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    handshake(&mut host).await;
    opened.notified().await;
    assert_eq!(host.json().await["method"], "notifications/x");
}

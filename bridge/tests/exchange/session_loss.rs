//! A session that the server forgets is made again, and the host does not notice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::support::{Host, INITIALIZE, Origin, Reply, Request, call, initialize_result, result};

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
                    reply.begin_session(&sessions.make()).await;
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

fn posts(origin: &Origin) -> Vec<String> {
    let requests = origin.requests();
    let posts = requests.iter().filter(|request| request.method == "POST");
    posts.map(Request::rpc_method).collect()
}

#[tokio::test]
async fn a_session_that_the_server_has_forgotten_is_made_again_unseen() {
    let (origin, sessions) = forgetful(404).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
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
    host.shake_hands().await;
    host.answer(call("1")).await;
    sessions.forget();
    assert_eq!(host.answer(call("2")).await, 2);
}

#[tokio::test]
async fn many_calls_share_one_new_session() {
    let (origin, sessions) = forgetful(404).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
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
                reply.begin_session("s").await;
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
                return reply.begin_session("s1").await;
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
            return reply.begin_session("s").await;
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
                    reply.begin_session(&sessions.make()).await;
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
    host.shake_hands().await;
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
                    reply.begin_session(&sessions.make()).await;
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
    host.shake_hands().await;
    opened.notified().await;
    assert_eq!(host.json().await["method"], "notifications/x");
}

/// A server whose second handshake is an event stream that waits for the test before its end.
async fn slow_to_greet() -> (Origin, Sessions, Arc<Notify>) {
    let (sessions, release) = (Sessions::default(), Arc::new(Notify::new()));
    let (shared, gate) = (sessions.clone(), Arc::clone(&release));
    let origin = Origin::start(move |request: Request, mut reply: Reply| {
        let (sessions, gate) = (shared.clone(), Arc::clone(&gate));
        async move {
            match request.rpc_method().as_str() {
                "initialize" => {
                    let id = sessions.make();
                    reply.open_stream(&[("mcp-session-id", &id)]).await;
                    if id == "s2" {
                        reply.event("message", QUESTION).await;
                        gate.notified().await;
                    }
                    let answer = initialize_result("2025-06-18");
                    reply.event("message", &answer).await;
                }
                _ if request.method == "GET" => reply.status(405).await,
                _ if !sessions.knows(&request) => reply.answer(404, &[JSON], UNKNOWN).await,
                "tools/call" => reply.json(&result(&request.rpc_id())).await,
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    (origin, sessions, release)
}

const QUESTION: &str = r#"{"jsonrpc":"2.0","id":"q","method":"roots/list"}"#;

#[tokio::test]
async fn everything_else_waits_while_the_session_is_made() {
    let (origin, sessions, release) = slow_to_greet().await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.shake_hands().await;
    host.answer(call("1")).await;
    sessions.forget();
    host.send(call("2")).await;
    assert_eq!(
        host.line().await,
        QUESTION,
        "only the answer is kept from the host"
    );
    host.send(call("3")).await;
    // Answered without the server: the line before it has been read.
    assert_eq!(host.ask(r#"{"id":4,"method":7}"#).await["id"], 4);
    release.notify_one();
    let mut answered = [host.answered().await, host.answered().await];
    answered.sort_by_key(serde_json::Value::as_i64);
    assert_eq!(answered, [2, 3]);
    let requests = origin.requests();
    let third: Vec<_> = requests.iter().filter(|r| r.rpc_id() == "3").collect();
    assert_eq!(third.len(), 1, "it was not sent to the old session");
    assert_eq!(third[0].header("mcp-session-id"), Some("s2"));
    let answer = r#"{"jsonrpc":"2.0","id":"q","result":{"roots":[]}}"#;
    host.send(answer).await;
    host.end().await;
    let asked = |request: &Request| request.body == answer;
    assert!(origin.requests().iter().any(asked), "the new session asked");
}

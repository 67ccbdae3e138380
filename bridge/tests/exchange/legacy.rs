//! HTTP with SSE as of 2024-11-05.

use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, mpsc};

use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Reply, Request, call, initialize_result, result,
    settings,
};

/// What a test wants on the event stream.
type Events = mpsc::UnboundedSender<(&'static str, String)>;

/// The current stream of a server, for scripts to write to.
#[derive(Clone, Default)]
pub(crate) struct Stream(Arc<Mutex<Option<Events>>>);

impl Stream {
    pub(crate) fn send(&self, kind: &'static str, data: impl Into<String>) {
        let stream = self.0.lock().unwrap();
        let _gone = stream.as_ref().unwrap().send((kind, data.into()));
    }

    pub(crate) fn message(&self, data: impl Into<String>) {
        self.send("message", data);
    }

    pub(crate) fn end(&self) {
        *self.0.lock().unwrap() = None;
    }

    /// Serves the stream until a test ends it.
    pub(crate) async fn serve(&self, mut reply: Reply, endpoint: &str) {
        let (sender, mut events) = mpsc::unbounded_channel();
        reply.open_stream(&[]).await;
        *self.0.lock().unwrap() = Some(sender);
        reply.event("endpoint", endpoint).await;
        while let Some((kind, data)) = events.recv().await {
            reply.event(kind, &data).await;
        }
    }
}

/// A server with its stream at `/sse`; the script answers POSTs to `/messages`.
pub(crate) async fn legacy<F, A>(script: F) -> (Origin, Stream)
where
    F: Fn(Request, Reply, Stream) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let stream = Stream::default();
    let shared = stream.clone();
    let script = Arc::new(script);
    let origin = Origin::start(move |request, reply| {
        let (stream, script) = (shared.clone(), Arc::clone(&script));
        async move {
            match (request.method.as_str(), request.path.as_str()) {
                ("GET", "/sse") => stream.serve(reply, "messages?id=a").await,
                ("POST", path) if path.starts_with("/messages") => {
                    script(request, reply, stream).await;
                }
                _ => reply.status(405).await,
            }
        }
    })
    .await;
    (origin, stream)
}

pub(crate) fn start(origin: &Origin) -> Host {
    Host::with(settings(&[&origin.at("/sse"), "--transport", "sse"], &[]))
}

#[tokio::test]
async fn an_answer_comes_by_the_stream_before_or_after_its_post_is_confirmed() {
    let (origin, _) = legacy(|request, reply, stream| async move {
        if request.rpc_id() == "1" {
            stream.message(result("1"));
            reply.status(202).await;
        } else {
            reply.status(200).await;
            stream.message(result(&request.rpc_id()));
        }
    })
    .await;
    let mut host = start(&origin);
    host.send(call("1")).await;
    assert_eq!(host.line().await, result("1"));
    host.send(call("2")).await;
    assert_eq!(host.line().await, result("2"));
    assert_eq!(origin.paths()[1], "POST /messages?id=a");
}

#[tokio::test]
async fn an_answer_is_not_held_up_by_a_post_that_is_never_confirmed() {
    let (origin, _) = legacy(|request, mut reply, stream| async move {
        stream.message(result(&request.rpc_id()));
        reply.closed().await;
    })
    .await;
    let mut host = start(&origin);
    host.send(INITIALIZE).await;
    assert_eq!(host.answered().await, 0);
}

#[tokio::test]
async fn a_failed_post_is_an_error_unless_the_answer_came_by_the_stream() {
    let arrived = Arc::new(Notify::new());
    let gate = Arc::clone(&arrived);
    let (origin, _) = legacy(move |request, reply, stream| {
        let gate = Arc::clone(&gate);
        async move {
            if request.rpc_id() == "2" {
                stream.message(result("2"));
                gate.notified().await;
            }
            reply.answer(500, &[], "broken").await;
        }
    })
    .await;
    let mut host = start(&origin);
    let error = host.error(call("1")).await;
    assert!(error.contains("500") && error.contains("broken"), "{error}");
    host.send(call("2")).await;
    assert_eq!(host.line().await, result("2"));
    arrived.notify_one();
    assert_eq!(host.end().await.1, [""; 0], "one answer only");
}

#[tokio::test]
async fn credentials_go_with_the_stream_and_with_every_post() {
    let (origin, _) = legacy(|request, reply, stream| async move {
        stream.message(result(&request.rpc_id()));
        reply.status(202).await;
    })
    .await;
    let settings = settings(&[&origin.at("/sse")], &[("JIRA_PERSONAL_TOKEN", "tok")]);
    Host::with(settings).answer(call("1")).await;
    for request in origin.requests() {
        assert_eq!(
            request.header("authorization"),
            Some("Bearer tok"),
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn an_endpoint_on_another_origin_is_refused_and_nothing_is_sent_there() {
    let other = Origin::answering(|request| result(&request.rpc_id())).await;
    for endpoint in [
        other.at("/messages"),
        other.url.replace("http:", ""),
        "http://user:password@127.0.0.1/".to_owned(),
        "ftp://127.0.0.1/".to_owned(),
        "http://".to_owned(),
    ] {
        let named = endpoint.clone();
        let origin = Origin::start(move |request, mut reply| {
            let endpoint = named.clone();
            async move {
                if request.method == "POST" {
                    return reply.status(405).await;
                }
                reply.open_stream(&[]).await;
                reply.event("endpoint", &endpoint).await;
                reply.closed().await;
            }
        })
        .await;
        let settings = settings(&[&origin.at("/sse")], &[("JIRA_PERSONAL_TOKEN", "tok")]);
        let error = Host::with(settings).error(call("1")).await;
        assert!(
            error.contains("another origin") && !error.contains("password"),
            "{error}"
        );
    }
    assert_eq!(other.paths(), [""; 0]);
}

#[tokio::test]
async fn an_endpoint_may_be_relative_a_query_or_absolute_on_the_same_origin() {
    for (endpoint, path) in [
        ("messages?id=1", "/a/messages?id=1"),
        ("?id=1", "/a/sse?id=1"),
        ("/m", "/m"),
        ("ORIGIN/m?x=1", "/m?x=1"),
    ] {
        let stream = Stream::default();
        let shared = stream.clone();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let endpoint = endpoint.replace("ORIGIN", &base);
        let origin = Origin::start_on(listener, move |request, reply| {
            let (stream, endpoint) = (shared.clone(), endpoint.clone());
            async move {
                if request.method == "GET" {
                    return stream.serve(reply, &endpoint).await;
                }
                stream.message(result(&request.rpc_id()));
                reply.status(202).await;
            }
        });
        let mut host = Host::with(settings(&[&origin.at("/a/sse"), "--transport", "sse"], &[]));
        assert_eq!(host.answer(call("1")).await, 1);
        assert_eq!(
            origin.paths(),
            ["GET /a/sse".to_owned(), format!("POST {path}")]
        );
    }
}

#[tokio::test]
async fn the_end_of_the_stream_answers_every_open_request() {
    let (origin, stream) = legacy(|_, reply, _| reply.status(202)).await;
    let mut host = start(&origin);
    host.send(call("1")).await;
    host.send(call("2")).await;
    while origin.requests().len() < 3 {
        tokio::task::yield_now().await;
    }
    stream.end();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = host.json().await;
        assert_eq!(answer["error"]["code"], -32603, "{answer}");
        ids.push(answer["id"].as_i64().unwrap());
    }
    ids.sort_unstable();
    assert_eq!(ids, [1, 2]);
    assert_eq!(host.end().await.1, [""; 0]);
}

#[tokio::test]
async fn a_lost_stream_is_replaced_and_the_hosts_handshake_repeated_unseen() {
    let (origin, stream) = legacy(|request, reply, stream| async move {
        reply.status(202).await;
        match request.rpc_method().as_str() {
            "initialize" => stream.message(initialize_result("2024-11-05")),
            "notifications/initialized" => {}
            _ => stream.message(result(&request.rpc_id())),
        }
    })
    .await;
    let mut host = start(&origin);
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    host.answer(call("1")).await;
    let before = origin.requests().len();
    stream.end();
    // The end is noticed when it is read; until then a call may still be lost with the stream.
    loop {
        let answer = host.ask(call("2")).await;
        if answer["result"].is_object() {
            break;
        }
    }
    let (_, rest) = host.end().await;
    assert_eq!(rest, [""; 0], "the host sees nothing of the handshake");
    let again = &origin.requests()[before..];
    let from = again
        .iter()
        .position(|request| request.method == "GET")
        .unwrap();
    let methods: Vec<_> = again[from..].iter().map(Request::rpc_method).collect();
    assert_eq!(
        methods,
        ["", "initialize", "notifications/initialized", "tools/call"]
    );
    assert_eq!(again[from + 1].body, INITIALIZE);
}

#[tokio::test]
async fn a_second_endpoint_ends_the_session() {
    let (origin, stream) = legacy(|_, reply, _| reply.status(202)).await;
    let mut host = start(&origin);
    host.send(call("1")).await;
    while origin.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    stream.send("endpoint", "/messages?id=b");
    assert_eq!(host.json().await["error"]["code"], -32603);
}

#[tokio::test]
async fn requests_of_the_server_and_the_hosts_answers_pass_through() {
    let (origin, stream) = legacy(|request, reply, stream| async move {
        reply.status(202).await;
        if request.rpc_method() == "ping" {
            stream.message(result(&request.rpc_id()));
        }
    })
    .await;
    let mut host = start(&origin);
    host.ask(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
        .await;
    let question = r#"{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"x":1.0}}"#;
    stream.message(question);
    assert_eq!(host.line().await, question);
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{"action":"decline"}}"#;
    host.send(answer).await;
    host.end().await;
    assert_eq!(origin.requests().last().unwrap().body, answer);
}

//! Finding the transport: with the host's own message only, once, and with every failure reported.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::support::{Host, INITIALIZE, Origin, Reply, Request, call, reserved, result, settings};

/// A 2024-11-05 server at one path, which answers POSTs to the stream's own path with a status.
async fn legacy_at(path: &'static str, post_status: u16) -> Origin {
    let (answers, _) = tokio::sync::broadcast::channel::<String>(16);
    Origin::start(move |request: Request, mut reply: Reply| {
        let answers = answers.clone();
        async move {
            match (request.method.as_str(), request.path.as_str()) {
                ("GET", at) if at == path => {
                    let mut queue = answers.subscribe();
                    reply.open_stream(&[]).await;
                    reply.event("endpoint", "/messages?session=1").await;
                    while let Ok(answer) = queue.recv().await {
                        reply.event("message", &answer).await;
                    }
                }
                ("POST", "/messages?session=1") => {
                    answers.send(result(&request.rpc_id())).unwrap();
                    reply.status(202).await;
                }
                ("POST", at) if at == path => reply.status(post_status).await,
                _ => reply.status(404).await,
            }
        }
    })
    .await
}

/// A server that takes POSTs at one path.
async fn json_at(path: &'static str) -> Origin {
    Origin::start(move |request, reply| async move {
        if request.path == path && request.method == "POST" {
            reply.json(&result(&request.rpc_id())).await;
        } else {
            reply.status(404).await;
        }
    })
    .await
}

#[tokio::test]
async fn each_form_of_url_leads_to_a_json_server() {
    for (given, path, tried) in [
        ("", "/mcp", &["POST /mcp"][..]),
        ("/", "/sse", &["POST /mcp", "POST /sse"]),
        ("/mcp", "/mcp", &["POST /mcp"]),
        ("/a/sse", "/a/sse", &["POST /a/sse"]),
        ("/mcp/", "/mcp", &["POST /mcp/", "POST /mcp"]),
        ("/jira", "/jira", &["POST /jira"]),
        ("/jira", "/jira/mcp", &["POST /jira", "POST /jira/mcp"]),
        (
            "/jira",
            "/jira/sse",
            &["POST /jira", "POST /jira/mcp", "POST /jira/sse"],
        ),
    ] {
        let origin = json_at(path).await;
        let mut host = Host::start(&origin.at(given));
        assert_eq!(
            host.ask(call("1")).await,
            serde_json::from_str::<serde_json::Value>(&result("1")).unwrap()
        );
        assert_eq!(origin.paths(), tried, "{given:?} to {path}");
        host.answer(call("2")).await;
        assert_eq!(origin.paths().len(), tried.len() + 1, "the verdict is kept");
    }
}

#[tokio::test]
async fn each_form_of_url_leads_to_a_2024_11_05_server() {
    for (given, path, probes) in [
        ("", "/sse", &["POST /mcp", "POST /sse", "GET /sse"][..]),
        ("/sse", "/sse", &["POST /sse", "GET /sse"]),
        (
            "/events",
            "/events",
            &[
                "POST /events",
                "POST /events/mcp",
                "POST /events/sse",
                "GET /events/sse",
                "GET /events",
            ],
        ),
        (
            "/a",
            "/a/sse",
            &["POST /a", "POST /a/mcp", "POST /a/sse", "GET /a/sse"],
        ),
    ] {
        let origin = legacy_at(path, 405).await;
        let mut host = Host::start(&origin.at(given));
        assert_eq!(host.answer(call("1")).await, 1);
        assert_eq!(host.answer(call("2")).await, 2);
        let paths = origin.paths();
        assert_eq!(paths[..probes.len()], *probes, "{given:?} to {path}");
        assert_eq!(
            paths[probes.len()..],
            ["POST /messages?session=1", "POST /messages?session=1"]
        );
    }
}

#[tokio::test]
async fn several_statuses_mean_that_posts_are_not_taken() {
    for status in [400, 404, 405, 406, 415, 501] {
        let origin = legacy_at("/sse", status).await;
        let mut host = Host::start(&origin.at("/sse"));
        assert_eq!(host.answer(call("1")).await, 1, "{status}");
    }
}

#[tokio::test]
async fn only_the_hosts_own_message_is_used_to_find_out() {
    let origin = legacy_at("/sse", 405).await;
    let mut host = Host::start(&origin.url);
    host.answer(INITIALIZE).await;
    for request in origin.requests() {
        assert!(
            request.method == "GET" || request.body == INITIALIZE,
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_host_speaks() {
    let origin = json_at("/mcp").await;
    let host = Host::start(&origin.url);
    host.end().await;
    assert_eq!(origin.paths(), [""; 0]);
}

#[tokio::test]
async fn a_json_rpc_error_in_a_refusal_is_an_answer_and_a_verdict() {
    for (status, body, expected) in [
        (
            404,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"no","data":1.0}}"#,
            r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no","data":1.0}}"#,
        ),
        (
            400,
            r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"no"}}"#,
            r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no"}}"#,
        ),
        (
            400,
            r#"{"id":7,"jsonrpc":"2.0","error":{"message":"no","code":-1}}"#,
            r#"{"id":7,"jsonrpc":"2.0","error":{"message":"no","code":-1}}"#,
        ),
    ] {
        let origin = Origin::start(move |_, reply| reply.answer(status, &[], body)).await;
        let mut host = Host::start(&origin.url);
        host.send(call("7")).await;
        assert_eq!(host.line().await, expected);
        host.send(call("7")).await;
        assert_eq!(host.line().await, expected);
        assert_eq!(origin.paths(), ["POST /mcp", "POST /mcp"]);
    }
}

#[tokio::test]
async fn every_failure_is_reported_when_nothing_fits_and_the_next_message_tries_again() {
    let origin = Origin::start(|request, reply| async move {
        match request.path.as_str() {
            "/mcp" if request.method == "POST" => reply.answer(400, &[], "who are you?").await,
            "/sse" => reply.status(405).await,
            _ => {
                let page = [("content-type", "text/html")];
                reply.answer(200, &page, "<html>").await;
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.url);
    let error = host.error(call("1")).await;
    for part in [
        "/mcp: 400 Bad Request, who are you?",
        "POST",
        "/sse: 405",
        "GET",
        "not an event stream",
    ] {
        assert!(error.contains(part), "{part} in {error}");
    }
    assert_eq!(host.error(call("2")).await, error);
    assert_eq!(origin.paths().len(), 8);
}

#[tokio::test]
async fn a_web_page_for_every_path_is_no_endpoint() {
    let origin = Origin::start(|request, reply| async move {
        if request.path == "/sse" {
            return reply.json(&result(&request.rpc_id())).await;
        }
        reply
            .answer(200, &[("content-type", "text/html")], "<html>")
            .await;
    })
    .await;
    let mut host = Host::start(&origin.url);
    assert_eq!(host.answer(call("1")).await, 1);
    assert_eq!(origin.paths(), ["POST /mcp", "POST /sse"]);
}

#[tokio::test]
async fn the_transport_flag_leaves_the_other_one_untried() {
    let origin = legacy_at("/sse", 405).await;
    let mut host = Host::with(settings(&[&origin.url, "--transport", "sse"], &[]));
    assert_eq!(host.answer(call("1")).await, 1);
    assert_eq!(origin.paths(), ["GET /sse", "POST /messages?session=1"]);
    let mut host = Host::with(settings(&[&origin.url, "--transport", "http"], &[]));
    let error = host.error(call("1")).await;
    assert!(error.contains("POST") && !error.contains("GET"), "{error}");
}

#[tokio::test]
async fn an_event_stream_without_an_endpoint_is_not_the_transport() {
    for stream in ["data: data: {}\n\n", "event: heartbeat\ndata: {}\n\n", ""] {
        let origin = Origin::start(move |request, mut reply| async move {
            if request.method == "POST" {
                return reply.status(404).await;
            }
            reply.open_stream(&[]).await;
            reply.raw(stream).await;
        })
        .await;
        let mut host = Host::start(&origin.at("/sse"));
        let error = host.error(call("1")).await;
        assert!(
            error.contains("does not begin with an endpoint event"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_silent_event_stream_is_given_up() {
    let origin = Origin::start(|request, mut reply| async move {
        if request.method == "POST" {
            return reply.status(404).await;
        }
        reply.open_stream(&[]).await;
        reply.closed().await;
    })
    .await;
    let mut settings = settings(&[&origin.at("/sse")], &[]);
    settings.timing.handshake = std::time::Duration::from_millis(50);
    let error = Host::with(settings).error(call("1")).await;
    assert!(
        error.contains("without an endpoint event in time"),
        "{error}"
    );
}

#[tokio::test]
async fn messages_that_arrive_meanwhile_wait_in_order_and_are_not_used_as_probes() {
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let origin = Origin::start(move |request, reply| {
        let gate = Arc::clone(&gate);
        async move {
            if request.path == "/mcp" {
                gate.notified().await;
                return reply.status(404).await;
            }
            reply.json(&result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut host = Host::start(&origin.url);
    host.send(call("1")).await;
    host.send(call("2")).await;
    // Answered without the server: both lines before it have been read.
    assert_eq!(host.ask(r#"{"id":3,"method":7}"#).await["id"], 3);
    release.notify_one();
    let (_, rest) = host.end().await;
    assert_eq!(rest.len(), 2);
    let seen: Vec<_> = origin
        .requests()
        .iter()
        .map(|r| format!("{} {}", r.path, r.rpc_id()))
        .collect();
    assert_eq!(seen, ["/mcp 1", "/sse 1", "/sse 2"]);
}

#[tokio::test]
async fn a_refused_connection_is_no_verdict_and_the_server_may_still_come() {
    let (socket, address) = reserved();
    let url = format!("http://{address}");
    let mut host = Host::start(&url);
    let error = host.error(call("1")).await;
    assert!(
        error.contains("connection refused") && error.contains(&url),
        "{error}"
    );
    let listener = socket.listen(8).unwrap();
    let _origin = Origin::start_on(listener, |request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    });
    assert_eq!(host.answer(call("2")).await, 2);
}

#[tokio::test]
async fn a_request_waits_for_a_server_that_is_starting() {
    let (socket, address) = reserved();
    let mut host = Host::with(settings(
        &[&format!("http://{address}"), "--connect-wait", "20"],
        &[],
    ));
    host.send(call("1")).await;
    // Answered without the server: the line before it is on its way.
    assert_eq!(host.ask(r#"{"id":3,"method":7}"#).await["id"], 3);
    let listener = socket.listen(8).unwrap();
    let origin = Origin::start_on(listener, |request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    });
    assert_eq!(host.answered().await, 1);
    assert_eq!(origin.requests().len(), 1);
}

/// Each of these would wait on its own if waiting began with the attempt, 28 s in all.
#[tokio::test]
async fn messages_that_wait_behind_each_other_do_not_add_up_their_waiting() {
    let url = ["http://127.0.0.1:9/mcp", "--connect-wait", "700ms"];
    let mut host = Host::with(settings(&url, &[]));
    for id in 0..40 {
        host.send(call(&id.to_string())).await;
    }
    assert_eq!(host.end().await.1.len(), 40);
}

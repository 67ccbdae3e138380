//! What may be sent again after it was sent and lost, and what may not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use crate::support::{Host, INITIALIZE, Origin, Reply, Request, call, result, settings, until};

const TOOLS: &str = r#"{"jsonrpc":"2.0","id":"list","result":{"tools":[
    {"name":"read","annotations":{"readOnlyHint":true}},
    {"name":"same","annotations":{"idempotentHint":true}},
    {"name":"write","annotations":{"readOnlyHint":false}},
    {"name":"t"}]}}"#;

fn call_of(tool: &str) -> String {
    call("1").replace("\"t\"", &format!("\"{tool}\""))
}

/// A server that does this to every request with id 1 as often as said, and else answers.
async fn failing_at_first<F, A>(times: usize, fault: F) -> Origin
where
    F: Fn(Reply) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let (fault, seen) = (Arc::new(fault), Arc::new(AtomicUsize::new(0)));
    Origin::start(move |request: Request, reply: Reply| {
        let (fault, seen) = (Arc::clone(&fault), Arc::clone(&seen));
        async move {
            if request.rpc_method() == "tools/list" && request.rpc_id() == "\"list\"" {
                reply.json(TOOLS).await;
            } else if request.rpc_id() == "1" && seen.fetch_add(1, Ordering::SeqCst) < times {
                fault(reply).await;
            } else if request.body.contains("\"id\"") {
                reply.json(&result(&request.rpc_id())).await;
            } else {
                reply.status(202).await;
            }
        }
    })
    .await
}

/// A host that has seen the list of the tools.
async fn informed(origin: &Origin) -> Host {
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(r#"{"jsonrpc":"2.0","id":"list","method":"tools/list"}"#)
        .await;
    host
}

fn sent(origin: &Origin) -> usize {
    let requests = origin.requests();
    requests.iter().filter(|r| r.rpc_id() == "1").count()
}

async fn reset(mut reply: Reply) {
    reply.raw("HTTP/1.1 200 OK\r\n").await;
}

#[tokio::test]
async fn what_only_reads_is_sent_again_when_it_was_lost() {
    for method in [
        "ping",
        "tools/list",
        "resources/read",
        "prompts/get",
        "initialize",
    ] {
        let origin = failing_at_first(1, reset).await;
        let mut host = Host::start(&origin.at("/mcp"));
        let request = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}"}}"#);
        assert_eq!(host.answer(request).await, 1, "{method}");
        assert_eq!(host.end().await.1, [""; 0], "one answer only");
        assert_eq!(sent(&origin), 2, "{method}");
    }
}

/// A proxy that closes each connection behind its answer loses what comes on it meanwhile.
#[tokio::test]
async fn a_lost_notification_of_the_protocol_is_sent_again_and_no_other() {
    for (method, times) in [
        ("notifications/initialized", 2),
        ("notifications/cancelled", 2),
        ("notifications/roots/list_changed", 2),
        ("notifications/progress", 1),
        ("notifications/of/somebody", 1),
    ] {
        let seen = AtomicUsize::new(0);
        let origin = Origin::start(move |request: Request, mut reply: Reply| {
            let is_first =
                request.rpc_method() == method && seen.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                match request.method.as_str() {
                    _ if is_first => reply.raw("").await,
                    "POST" if request.rpc_id() != "null" => {
                        reply.json(&result(&request.rpc_id())).await;
                    }
                    "POST" => reply.status(202).await,
                    _ => reply.status(405).await,
                }
            }
        })
        .await;
        let mut host = Host::start(&origin.at("/mcp"));
        host.answer(INITIALIZE).await;
        host.send(format!(r#"{{"jsonrpc":"2.0","method":"{method}"}}"#))
            .await;
        let told = || {
            origin
                .requests()
                .iter()
                .filter(|r| r.rpc_method() == method)
                .count()
        };
        until(|| told() == times).await;
        assert_eq!(host.answer(call("1")).await, 1, "{method}");
        assert_eq!(host.end().await.1, [""; 0]);
        assert_eq!(told(), times, "{method}");
    }
}

#[tokio::test]
async fn a_call_is_sent_again_only_if_the_last_list_called_its_tool_harmless() {
    for (tool, times) in [
        ("read", 2),
        ("same", 2),
        ("write", 1),
        ("t", 1),
        ("other", 1),
    ] {
        let origin = failing_at_first(1, reset).await;
        let mut host = informed(&origin).await;
        let answer = host.ask(call_of(tool)).await;
        assert_eq!(sent(&origin), times, "{tool}");
        if times == 1 {
            let error = answer["error"]["message"].as_str().unwrap();
            assert!(
                error.contains("outcome unknown, check before retrying"),
                "{error}"
            );
        } else {
            assert_eq!(answer["result"]["ok"], true, "{tool}");
        }
        assert_eq!(host.end().await.1, [""; 0], "one answer only");
    }
}

#[tokio::test]
async fn a_call_before_any_list_is_not_sent_again() {
    let origin = failing_at_first(1, reset).await;
    let mut host = Host::start(&origin.at("/mcp"));
    let error = host.error(call_of("read")).await;
    assert!(error.contains("outcome unknown"), "{error}");
    assert_eq!(sent(&origin), 1);
}

#[tokio::test]
async fn an_answer_cut_in_its_body_counts_as_lost() {
    for cut in [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"js",
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {\"js",
    ] {
        let origin = failing_at_first(
            1,
            move |mut reply: Reply| async move { reply.raw(cut).await },
        )
        .await;
        let mut host = informed(&origin).await;
        assert_eq!(host.answer(call_of("read")).await, 1, "{cut}");
    }
}

#[tokio::test]
async fn what_is_lost_every_time_is_not_asked_for_ever() {
    let origin = failing_at_first(usize::MAX, reset).await;
    let mut host = informed(&origin).await;
    let error = host.error(call_of("read")).await;
    assert!(error.contains("broke before it answered"), "{error}");
    assert_eq!(sent(&origin), 4);
}

#[tokio::test]
async fn a_request_that_was_cancelled_is_not_sent_again() {
    let lost = Arc::new(Notify::new());
    let gate = Arc::clone(&lost);
    let origin = failing_at_first(usize::MAX, move |reply: Reply| {
        let gate = Arc::clone(&gate);
        async move {
            reply.answer(503, &[("retry-after", "9")], "").await;
            gate.notify_one();
        }
    })
    .await;
    let mut host = informed(&origin).await;
    host.send(call_of("read")).await;
    lost.notified().await;
    host.send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        .await;
    assert_eq!(host.end().await.1, [""; 0]);
    assert_eq!(sent(&origin), 1);
}

#[tokio::test]
async fn a_short_retry_after_is_waited_for_where_a_second_request_does_no_harm() {
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (status, retry_after) in [(429, "0"), (503, "0"), (503, past), (429, past)] {
        let busy = move |reply: Reply| async move {
            reply
                .answer(status, &[("retry-after", retry_after)], "")
                .await;
        };
        let origin = failing_at_first(1, busy).await;
        let mut host = informed(&origin).await;
        assert_eq!(
            host.answer(call_of("read")).await,
            1,
            "{status} {retry_after}"
        );
        let origin = failing_at_first(1, busy).await;
        let mut host = informed(&origin).await;
        let error = host.error(call_of("write")).await;
        assert!(error.contains("try again"), "{error}");
        assert_eq!(sent(&origin), 1);
    }
}

#[tokio::test]
async fn a_long_retry_after_is_an_error_that_names_it() {
    let busy = |reply: Reply| reply.answer(503, &[("retry-after", "3600")], "");
    let origin = failing_at_first(1, busy).await;
    let mut host = informed(&origin).await;
    let error = host.error(call_of("read")).await;
    assert!(error.contains("try again in 3600 s"), "{error}");
    assert_eq!(sent(&origin), 1);
}

#[tokio::test]
async fn a_server_that_is_away_behind_a_proxy_is_waited_for() {
    for status in [502, 503, 504] {
        let origin = failing_at_first(2, move |reply: Reply| reply.status(status)).await;
        let mut settings = settings(&[&origin.at("/mcp")], &[]);
        settings.timing.connect_wait = Duration::from_secs(20);
        let mut host = Host::with(settings);
        host.answer(r#"{"jsonrpc":"2.0","id":"list","method":"tools/list"}"#)
            .await;
        assert_eq!(host.answer(call_of("read")).await, 1, "{status}");
        assert_eq!(sent(&origin), 3);
        let origin = failing_at_first(1, move |reply: Reply| reply.status(status)).await;
        let mut host = informed(&origin).await;
        let error = host.error(call_of("write")).await;
        assert!(
            error.contains("outcome unknown, check before retrying"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_proxy_without_its_server_says_nothing_about_the_transport() {
    let first = AtomicUsize::new(0);
    let origin = Origin::start(move |request, mut reply| {
        let is_first = first.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            match (request.method.as_str(), request.path.as_str()) {
                _ if is_first => reply.status(502).await,
                ("POST", "/sse") => reply.status(405).await,
                ("GET", "/sse") => {
                    reply.open_stream(&[]).await;
                    reply.event("endpoint", "/messages").await;
                    reply.closed().await;
                }
                _ => reply.json(&result(&request.rpc_id())).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/sse"));
    let error = host.error(INITIALIZE).await;
    assert!(error.contains("502"), "{error}");
    assert_eq!(host.answer(INITIALIZE).await, 0);
}

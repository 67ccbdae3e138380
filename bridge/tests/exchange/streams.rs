//! Replies to a POST that are event streams.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::support::{Host, Origin, call, result};

/// A server whose reply to every POST is an event stream of exactly these bytes.
async fn streaming(bytes: &[u8]) -> Origin {
    let bytes = bytes.to_vec();
    Origin::start(move |_, mut reply| {
        let bytes = bytes.clone();
        async move {
            reply.open_stream(&[]).await;
            reply.raw(bytes).await;
        }
    })
    .await
}

#[tokio::test]
async fn notifications_and_requests_come_before_the_answer_in_their_order() {
    let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}"#;
    let sampling = r#"{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{}}"#;
    let stream = format!(
        "data: {progress}\n\ndata: {sampling}\n\ndata: {}\n\n",
        result("1")
    );
    let origin = streaming(stream.as_bytes()).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    assert_eq!(host.line().await, progress);
    assert_eq!(
        host.line().await,
        sampling,
        "its id belongs to the other direction"
    );
    assert_eq!(host.line().await, result("1"));
}

#[tokio::test]
async fn the_hosts_answer_to_a_server_reaches_it_while_the_call_is_open() {
    let answered = Arc::new(Notify::new());
    let gate = Arc::clone(&answered);
    let origin = Origin::start(move |request, mut reply| {
        let gate = Arc::clone(&gate);
        async move {
            if request.rpc_method() == "tools/call" {
                reply.open_stream(&[]).await;
                reply
                    .event(
                        "message",
                        r#"{"jsonrpc":"2.0","id":"s1","method":"roots/list"}"#,
                    )
                    .await;
                gate.notified().await;
                reply.event("message", &result(&request.rpc_id())).await;
            } else {
                reply.status(202).await;
                gate.notify_one();
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    assert_eq!(host.ask(call("1")).await["method"], "roots/list");
    let answer = r#"{"jsonrpc":"2.0","id":"s1","result":{ "roots":[] }}"#;
    host.send(answer).await;
    assert_eq!(host.line().await, result("1"));
    assert_eq!(origin.requests()[1].body, answer);
}

#[tokio::test]
async fn priming_events_comments_and_foreign_events_are_not_messages() {
    let stream = format!(
        ": hello\n\nid: 1\ndata:\n\nretry: 10\n\nevent: ping\ndata: {{}}\n\nid: 2\ndata: {}\n\n",
        result("1")
    );
    let origin = streaming(stream.as_bytes()).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    assert_eq!(host.line().await, result("1"));
    assert_eq!(host.end().await.1, [""; 0]);
}

#[tokio::test]
async fn every_line_ending_a_byte_order_mark_and_several_data_lines_are_understood() {
    for ending in ["\n", "\r\n", "\r"] {
        let stream = format!(
            "\u{feff}event: message{ending}data: {{\"jsonrpc\":\"2.0\",{ending}\
             data:\"id\":1,\"result\":\"é\"}}{ending}{ending}"
        );
        let origin = streaming(stream.as_bytes()).await;
        let mut host = Host::start(&origin.at("/mcp"));
        host.send(call("1")).await;
        assert_eq!(
            host.line().await,
            r#"{"jsonrpc":"2.0", "id":1,"result":"é"}"#
        );
    }
}

#[tokio::test]
async fn an_answer_of_a_megabyte_arrives_whole() {
    let text = "x".repeat(1024 * 1024);
    let answer = format!(r#"{{"jsonrpc":"2.0","id":1,"result":"{text}"}}"#);
    let origin = streaming(format!("data: {answer}\n\n").as_bytes()).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    assert!(host.line().await == answer);
}

#[tokio::test]
async fn a_stream_that_ends_without_the_answer_becomes_an_error_at_once() {
    let cut = format!("data: {}", result("1"));
    for stream in ["", "data:\n\n", ": only a comment\n\n", &cut] {
        let origin = streaming(stream.as_bytes()).await;
        let mut host = Host::start(&origin.at("/mcp"));
        let error = host.error(call("1")).await;
        assert!(error.contains("before the answer was complete"), "{error}");
        assert!(error.contains("outcome unknown"), "{error}");
        assert_eq!(host.end().await.1, [""; 0]);
    }
}

#[tokio::test]
async fn the_first_of_two_answers_counts() {
    let second = result("1").replace("true", "false");
    let stream = format!(
        "data: {}\n\ndata: {second}\n\ndata: {}\n\n",
        result("1"),
        result("9")
    );
    let origin = streaming(stream.as_bytes()).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    assert_eq!(host.end().await.1, [result("1")]);
}

#[tokio::test]
async fn an_event_that_is_no_text_is_lost_and_the_next_one_is_not() {
    let mut stream = b"data: \xff\xfe\n\n".to_vec();
    stream.extend_from_slice(format!("data: {}\n\n", result("1")).as_bytes());
    let origin = streaming(&stream).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    assert_eq!(host.line().await, result("1"));
}

#[tokio::test]
async fn an_answer_may_come_on_the_stream_of_another_request() {
    let origin = Origin::start(|request, mut reply| async move {
        reply.open_stream(&[]).await;
        if request.rpc_id() == "2" {
            reply.event("message", &result("1")).await;
            reply.event("message", &result("2")).await;
        } else {
            reply.closed().await;
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    host.send(call("2")).await;
    assert_eq!(host.line().await, result("1"));
    assert_eq!(host.line().await, result("2"));
}

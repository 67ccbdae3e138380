//! What a person finds in the log about a server that works, and about one that does not take a message.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::support::{INITIALIZE, INITIALIZED, until};

/// A proxy ends a silent stream after its own time, often every minute.
#[tokio::test]
async fn a_stream_that_is_cut_off_while_nothing_is_lost_is_no_warning() {
    let opened = Arc::new(AtomicUsize::new(0));
    let origin = Origin::start(move |request, mut reply| {
        let opened = Arc::clone(&opened);
        async move {
            match request.rpc_method().as_str() {
                "" if request.method == "GET" => {
                    opened.fetch_add(1, Ordering::SeqCst);
                    reply
                        .raw(
                            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                             transfer-encoding: chunked\r\n\r\nb\r\nretry: 10\n\n\r\n",
                        )
                        .await;
                }
                "initialize" => reply.begin_session("s").await,
                "tools/call" => {
                    until(|| opened.load(Ordering::SeqCst) > 1).await;
                    reply.json(&result("1")).await;
                }
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    let command = program(&[&origin.at("/mcp")], &[("JIRA_PERSONAL_TOKEN", "t")]);
    let input = format!("{INITIALIZE}\n{INITIALIZED}\n{}\n", call("1"));
    let output = run(command, &input).await;
    assert!(text(&output.stdout).contains(&result("1")));
    assert_eq!(text(&output.stderr), "");
}

#[tokio::test]
async fn a_notification_that_is_refused_is_told_with_the_words_of_the_server() {
    let origin = Origin::start(|request, reply| async move {
        match request.rpc_id().as_str() {
            "null" => {
                let error = r#"{"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"Missing t"}}"#;
                let json = [("content-type", "application/json")];
                reply.answer(400, &json, error).await;
            }
            id => reply.json(&result(id)).await,
        }
    })
    .await;
    let command = program(
        &[&origin.at("/mcp")],
        &[("JIRA_PERSONAL_TOKEN", "tok-secret")],
    );
    let log = text(
        &run(command, &format!("{INITIALIZED}\n{}\n", call("1")))
            .await
            .stderr,
    );
    assert!(log.contains("400 Bad Request: Missing t; "), "{log}");
}

//! Runs that end before everybody has what is theirs: by a request to stop, or with a host that reads
//! slowly or no more.

use std::time::Duration;

use bridge::Ending;
use bridge::signals::Stop;
use tokio::net::TcpListener;

use crate::support::{Host, INITIALIZE, Origin, call, result, settings, until};

async fn silent() -> Origin {
    Origin::start(|_, mut reply| async move { reply.closed().await }).await
}

#[tokio::test]
async fn a_request_to_stop_answers_what_is_open_in_every_state() {
    let origin = silent().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = format!("http://{}/mcp", nobody.local_addr().unwrap());
    drop(nobody);
    for (stop, code) in [(Stop::Terminate, 143), (Stop::Interrupt, 130)] {
        for url in [&origin.at("/mcp"), &refused] {
            let mut host = Host::with(settings(&[url, "--connect-wait", "60"], &[]));
            host.send(INITIALIZE).await;
            host.send(call("1")).await;
            // Answered without the server: both lines before it have been read.
            assert_eq!(host.ask(r#"{"id":3,"method":7}"#).await["id"], 3);
            host.stop(stop);
            let (ending, mut lines) = host.ended().await;
            lines.sort();
            assert_eq!(
                (ending, ending.exit_code(), lines.len()),
                (Ending::Stopped(stop), code, 2)
            );
            assert!(
                lines[0].contains("\"id\":0") && lines[1].contains("\"id\":1"),
                "{lines:?}"
            );
            assert!(
                lines.iter().all(|line| line.contains("was stopped")),
                "{lines:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_request_to_stop_ends_the_session() {
    let origin = Origin::start(|request, mut reply| async move {
        match request.rpc_method().as_str() {
            "initialize" => {
                reply.in_session("s", &result("0")).await;
            }
            "tools/call" => reply.closed().await,
            _ => reply.status(202).await,
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    host.send(call("1")).await;
    until(|| origin.requests().len() == 2).await;
    host.stop(Stop::Terminate);
    assert_eq!(host.ended().await.1.len(), 1);
    let mut paths = origin.paths();
    assert_eq!(
        paths.pop().as_deref(),
        Some("DELETE /mcp"),
        "after {paths:?}"
    );
}

/// Answers larger than the pipe, to a host that has closed its side.
async fn unread() -> (Host, Origin) {
    let told = "x".repeat(1024 * 1024);
    let origin = Origin::start(move |request, reply| {
        let body = result(&request.rpc_id()).replace("true", &format!("\"{told}\""));
        async move { reply.json(&body).await }
    })
    .await;
    let mut settings = settings(&[&origin.at("/mcp")], &[]);
    settings.timing.farewell = Duration::ZERO;
    let mut host = Host::with(settings);
    host.send(call("1")).await;
    host.send(call("2")).await;
    host.close_input().await;
    until(|| origin.requests().len() == 2).await;
    // Long enough for the bridge to have come to its end; were it not, the tests below would show less.
    tokio::time::sleep(Duration::from_millis(50)).await;
    (host, origin)
}

#[tokio::test]
async fn a_host_that_reads_slowly_gets_what_it_has_asked_before_it_closed_its_side() {
    let (host, _origin) = unread().await;
    let (ending, lines) = host.ended().await;
    assert_eq!((ending, lines.len()), (Ending::InputEnded, 2));
    let ends = lines.iter().filter(|line| line.ends_with("\"}}"));
    assert_eq!(ends.count(), 2, "whole lines");
}

#[tokio::test]
async fn a_request_to_stop_ends_the_wait_for_a_host_that_reads_slowly() {
    let (mut host, _origin) = unread().await;
    host.stop(Stop::Terminate);
    let (_, lines) = host.unread().await;
    assert!(lines < 2 * 1024 * 1024);
}

#[tokio::test]
async fn a_host_that_stops_reading_ends_the_run_quietly() {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    let host = Host::start(&origin.at("/mcp"));
    assert_eq!(host.stop_reading().await, Ending::OutputClosed);
    assert_eq!(Ending::OutputClosed.exit_code(), 0);
}

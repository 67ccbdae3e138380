//! Cases 66 to 71: how a run ends, whatever was under way.

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{INITIALIZE, call, list, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::roles::{Standing, plain, streamable};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

/// A server with sessions that answers lists and is silent to calls.
async fn silent_to_calls() -> (Origin, tests::fault::roles::Sessions) {
    streamable(Standing::Refused, |request, mut reply| async move {
        match request.what().as_str() {
            "tools/call" => reply.stall().await,
            _ => reply.json(&result(&request.rpc_id())).await,
        }
    })
    .await
}

/// The study expects at most a second of grace; a bridge that is fed by a pipe must print its answers
/// first, so the time is a flag of its own (`--drain`, 30 s), and what does not come within it is
/// answered with an error.
#[tokio::test]
async fn case_66_at_the_end_of_input_answers_are_waited_for_and_the_rest_is_answered_when_that_is_over()
 {
    let (origin, sessions) = silent_to_calls().await;
    let setup = Setup::to(&origin.at("/mcp")).flags(&["--drain", "150ms"]);
    let mut bridge = setup.start_unhurried();
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    bridge.send(list("2")).await;
    assert_eq!(bridge.json().await["id"], 2);
    origin.until("tools/call", 1).await;
    let ended = bridge.end().await;
    assert_eq!(
        (ended.code, ended.rest.len()),
        (Some(0), 1),
        "{:?}",
        ended.rest
    );
    let answer = serde_json::from_str(&ended.rest[0]).unwrap();
    assert!(sentence(&answer).contains("unknown"), "{answer}");
    assert_eq!(sessions.live(), 0, "the session is ended");
}

#[tokio::test]
async fn case_66_with_nothing_pending_the_session_is_ended_and_the_bridge_at_once() {
    let (origin, sessions) = silent_to_calls().await;
    let mut bridge = Setup::to(&origin.at("/mcp")).start_unhurried();
    bridge.shake_hands().await;
    assert_eq!(bridge.ask(list("1")).await["id"], 1);
    let ended = bridge.end().await;
    assert_eq!(ended.code, Some(0));
    assert_eq!((sessions.live(), origin.count("DELETE")), (0, 1));
}

/// As case 66, the answers are owed first: an error, as soon as the wait for the server is over.
#[tokio::test]
async fn case_67_the_end_of_input_in_every_early_state_answers_what_was_asked() {
    let refusing = {
        let mut origin = plain(|_, reply| reply.status(500)).await;
        origin.down().await;
        origin
    };
    let silent = Origin::start(|_, mut reply| async move { reply.stall().await }).await;
    for (state, origin) in [("connecting", &refusing), ("in the handshake", &silent)] {
        let setup =
            Setup::to(&origin.at("/mcp")).flags(&["--connect-wait", "100ms", "--drain", "200ms"]);
        let mut bridge = setup.start();
        bridge.send(INITIALIZE).await;
        bridge.send(call("1")).await;
        let ended = bridge.end().await;
        assert_eq!(
            (ended.code, ended.rest.len()),
            (Some(0), 2),
            "{state}: {:?}",
            ended.rest
        );
    }
}

/// Ctrl-Break is SIGINT's equal on Windows, where the tests of the platform module of the bridge have
/// to do; here it is the two signals that a host sends.
#[cfg(unix)]
#[tokio::test]
async fn case_68_a_signal_answers_what_is_open_and_ends_the_bridge_with_its_own_code() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let (origin, _) = silent_to_calls().await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        bridge.send(call("1")).await;
        origin.until("tools/call", 1).await;
        bridge.signal(signal).await;
        let ended = bridge.ended().await;
        assert_eq!((ended.code, ended.rest.len()), (Some(code), 1), "{signal}");
    }
}

/// A second signal changes nothing that could be waited for: the first one ends it within its bound
/// even when the server keeps the goodbye open.
#[cfg(unix)]
#[tokio::test]
async fn case_68_a_signal_ends_it_in_every_state_and_a_second_one_does_no_harm() {
    let silent = Origin::start(|_, mut reply| async move { reply.stall().await }).await;
    let mut nobody = plain(|_, reply| reply.status(500)).await;
    nobody.down().await;
    for origin in [&silent, &nobody] {
        for signals in [&["TERM"][..], &["TERM", "INT"], &["INT", "INT"]] {
            // What it would wait for is further away than the end of the test's patience.
            let setup = Setup::to(&origin.at("/mcp")).flags(&["--connect-wait", "3600"]);
            let mut bridge = setup.start();
            bridge.send(INITIALIZE).await;
            bridge.send(call("1")).await;
            bridge.sync("\"sync\"").await;
            for signal in signals {
                bridge.signal(signal).await;
            }
            let ended = bridge.ended().await;
            assert!(matches!(ended.code, Some(130 | 143)), "{:?}", ended.code);
            assert_eq!(ended.rest.len(), 2, "{:?}", ended.rest);
        }
    }
}

#[tokio::test]
async fn case_69_a_closed_standard_output_ends_it_quietly_and_the_session_with_it() {
    let (origin, sessions) = silent_to_calls().await;
    let mut bridge = Setup::to(&origin.at("/mcp")).start_unhurried();
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    origin.until("tools/call", 1).await;
    bridge.stop_reading().await;
    bridge.send(list("2")).await;
    let ended = bridge.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(sessions.live(), 0);
}

#[tokio::test]
async fn case_71_a_closed_standard_error_changes_nothing() {
    let origin = plain(|request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    })
    .await;
    let mut child = Setup::to(&origin.at("/mcp")).command().spawn().unwrap();
    drop(child.stderr.take());
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for id in ["1", "2", "3"] {
        input
            .write_all(format!("{}\n", call(id)).as_bytes())
            .await
            .unwrap();
        assert_eq!(lines.next_line().await.unwrap(), Some(result(id)));
    }
    drop(input);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

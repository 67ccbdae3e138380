//! Cases 27 and 52: a session that the server has forgotten; not the names of sessions.

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{INITIALIZE, call, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::roles::{Sessions, Standing, streamable};

/// A server with sessions that answers every request of a session it knows.
async fn answering() -> (Origin, Sessions) {
    streamable(Standing::Refused, |request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    })
    .await
}

#[tokio::test]
async fn case_27_an_unknown_session_is_made_again_unseen_and_the_refused_request_sent_once_more() {
    let (origin, sessions) = answering().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    sessions.forget();
    bridge.send(call("2")).await;
    assert_eq!(bridge.line().await, result("2"));
    assert_eq!(sessions.issued(), 2);
    let requests = origin.requests();
    let second: Vec<_> = requests
        .iter()
        .filter(|r| r.what() == "initialize")
        .collect();
    assert_eq!(second[1].body, INITIALIZE, "the host's own words");
    assert_eq!(second[1].header("mcp-session-id"), None);
    assert_eq!(origin.count("notifications/initialized"), 2);
    // One answered, one refused by the 404 and sent again.
    assert_eq!(origin.count("tools/call"), 3);
    let ended = bridge.end().await;
    assert_eq!(ended.rest, [""; 0], "the handshake is hidden");
    assert!(!ended.stderr.contains("session-1"), "{}", ended.stderr);
}

#[tokio::test]
async fn case_27_many_requests_of_a_lost_session_share_one_handshake() {
    let (origin, sessions) = answering().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    sessions.forget();
    for id in 1..=20 {
        bridge.send(call(&id.to_string())).await;
    }
    for _ in 0..20 {
        let answer = bridge.json().await;
        assert!(answer.get("result").is_some(), "{answer}");
    }
    assert_eq!(sessions.issued(), 2);
    bridge.end().await;
}

#[tokio::test]
async fn case_27_a_session_that_is_unknown_again_is_an_error() {
    let (origin, sessions) = streamable(Standing::Refused, |_, reply| reply.status(404)).await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    let said = sentence(&bridge.ask(call("1")).await);
    assert!(said.contains("session") && said.contains("404"), "{said}");
    assert_eq!((sessions.issued(), origin.count("tools/call")), (2, 2));
    bridge.end().await;
}

/// The host cannot know that the one who asked is gone; the new session never asked.
#[tokio::test]
async fn case_52_an_answer_to_a_request_of_a_lost_session_is_dropped() {
    let (origin, sessions) = streamable(Standing::Refused, |request, mut reply| async move {
        if request.rpc_id() != "1" {
            return reply.json(&result(&request.rpc_id())).await;
        }
        reply.open_stream(&[]).await;
        reply
            .message(r#"{"jsonrpc":"2.0","id":"s1","method":"roots/list"}"#)
            .await;
        reply.stall().await;
    })
    .await;
    let setup = Setup::to(&origin.at("/mcp")).flags(&["--drain", "100ms"]);
    let mut bridge = setup.start();
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    assert_eq!(bridge.json().await["id"], "s1");
    sessions.forget();
    assert_eq!(bridge.ask(call("2")).await["id"], 2);
    bridge.send(result("\"s1\"")).await;
    assert_eq!(bridge.ask(call("3")).await["id"], 3);
    bridge.end().await;
    assert_eq!(origin.count("response"), 0, "{:?}", origin.log());
}

//! Cases 73 to 76: the handshake and what stands around it.

use std::sync::Arc;

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{
    INITIALIZE, INITIALIZED, call, initialize_result, list, notification, request, result,
};
use tests::fault::origin::Origin;
use tests::fault::roles::{Standing, plain, streamable};
use tokio::sync::Notify;

#[tokio::test]
async fn case_73_a_second_initialize_is_forwarded_and_its_session_replaces_the_first() {
    let (origin, sessions) = streamable(Standing::Refused, |request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    })
    .await;
    let mut bridge = Setup::to(&origin.at("/mcp")).start_unhurried();
    for (session, id) in [("session-1", "1"), ("session-2", "2")] {
        bridge.shake_hands().await;
        assert_eq!(bridge.ask(call(id)).await["id"].to_string(), id);
        let last = origin
            .requests()
            .into_iter()
            .rfind(|r| r.what() == "tools/call");
        assert_eq!(last.unwrap().header("mcp-session-id"), Some(session));
    }
    let initialize = origin
        .requests()
        .into_iter()
        .rfind(|r| r.what() == "initialize");
    assert_eq!(initialize.unwrap().header("mcp-session-id"), None);
    assert_eq!(sessions.issued(), 2);
    bridge.end().await;
    assert!(sessions.live() <= 1, "the last one is ended");
}

#[tokio::test]
async fn case_74_what_comes_before_initialize_is_forwarded_and_finds_the_transport() {
    for method in ["server/discover", "ping", "tools/list"] {
        let origin = plain(|request, reply| async move {
            reply.json(&result(&request.rpc_id())).await;
        })
        .await;
        // The address is to be found out with this message.
        let mut bridge = Bridge::to(&origin.at(""));
        assert_eq!(
            bridge.ask(request("\"probe\"", method)).await["id"],
            "probe"
        );
        bridge.shake_hands().await;
        assert_eq!(bridge.ask(call("1")).await["id"], 1);
        assert_eq!(origin.log()[..2], [method, "initialize"]);
        bridge.end().await;
    }
}

/// A server that lets each step of the handshake wait at a gate.
async fn gated(gate: Arc<Notify>) -> Origin {
    Origin::start(move |request, reply| {
        let gate = Arc::clone(&gate);
        async move {
            match request.what().as_str() {
                "initialize" => {
                    gate.notified().await;
                    reply.json(&initialize_result("0", "2025-11-25")).await;
                }
                "notifications/initialized" => {
                    gate.notified().await;
                    reply.status(202).await;
                }
                "GET" => reply.status(405).await,
                _ if request.rpc_id().is_empty() => reply.status(202).await,
                _ => reply.json(&result(&request.rpc_id())).await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn case_75_nothing_overtakes_the_handshake_and_the_order_is_kept() {
    let open = Arc::new(Notify::new());
    let origin = gated(Arc::clone(&open)).await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    for line in [
        INITIALIZE,
        INITIALIZED,
        &list("1"),
        &call("2"),
        &notification("notifications/x"),
    ] {
        bridge.send(line).await;
    }
    // All lines have been read, and only the first has left.
    bridge.sync("\"sync\"").await;
    origin.until("initialize", 1).await;
    assert_eq!(origin.log(), ["initialize"]);
    open.notify_one();
    origin.until("notifications/initialized", 1).await;
    assert_eq!(origin.log(), ["initialize", "notifications/initialized"]);
    open.notify_one();
    origin.until("notifications/x", 1).await;
    for _ in 0..3 {
        bridge.json().await;
    }
    bridge.end().await;
    let mut log = origin.log();
    log.retain(|what| what != "GET");
    assert_eq!(log[..2], ["initialize", "notifications/initialized"]);
    assert_eq!(log.len(), 5, "{log:?}");
}

#[tokio::test]
async fn case_76_the_version_header_follows_the_result_which_is_forwarded_unchanged() {
    for revision in ["2025-03-26", "2025-06-18", "2099-01-01"] {
        let origin = Origin::start(move |request, reply| async move {
            match request.what().as_str() {
                "initialize" => reply.json(&initialize_result("0", revision)).await,
                "GET" => reply.status(405).await,
                _ if request.rpc_id().is_empty() => reply.status(202).await,
                _ => reply.json(&result(&request.rpc_id())).await,
            }
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.send(INITIALIZE).await;
        assert_eq!(bridge.line().await, initialize_result("0", revision));
        bridge.send(INITIALIZED).await;
        assert_eq!(bridge.ask(call("1")).await["id"], 1);
        for request in origin.requests() {
            let expected = (request.what() != "initialize").then_some(revision);
            assert_eq!(
                request.header("mcp-protocol-version"),
                expected,
                "{}",
                request.what()
            );
        }
        bridge.end().await;
    }
}

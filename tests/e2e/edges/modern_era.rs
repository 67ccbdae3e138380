//! Cases 25, 42, 50 and 51 where the host speaks revision 2026-07-28: no session, nothing to resume, and
//! a stream that is closed is a request that is cancelled.

use std::sync::Arc;

use tests::fault::bridge::Bridge;
use tests::fault::message::{cancel, code, result, sentence};
use tests::fault::origin::Origin;
use tokio::sync::Notify;

/// A request of the revision.
fn modern(id: &str, method: &str) -> String {
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{"name":"create",{meta}}}}}"#
    )
}

#[tokio::test]
async fn case_25_a_refusal_in_the_words_of_the_revision_keeps_the_transport() {
    for (status, error) in [(400, -32020), (400, -32022), (404, -32601)] {
        let origin = Origin::start(move |request, reply| async move {
            if request.rpc_id() != "1" {
                return reply.json(&result(&request.rpc_id())).await;
            }
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":{error},"message":"no"}}}}"#
            );
            let json = [("content-type", "application/json")];
            reply.answer(status, &json, body).await;
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        let answer = bridge.ask(modern("1", "server/discover")).await;
        assert_eq!((code(&answer), &answer["id"]), (error, &1.into()));
        assert_eq!(bridge.ask(modern("2", "tools/list")).await["id"], 2);
        assert_eq!(origin.log(), ["server/discover", "tools/list"], "{error}");
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_42_a_stream_that_ends_is_not_resumed_and_a_call_is_not_sent_again() {
    let origin = Origin::start(|_, mut reply| async move {
        reply.open_stream(&[]).await;
        reply.raw("id: e-1\nretry: 1\ndata:\n\n").await;
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    let said = sentence(&bridge.ask(modern("1", "tools/call")).await);
    assert!(said.contains("outcome unknown"), "{said}");
    assert_eq!(origin.log(), ["tools/call"]);
    bridge.end().await;
}

#[tokio::test]
async fn case_50_a_cancelled_request_ends_with_its_stream_and_its_answer_is_dropped() {
    let closed = Arc::new(Notify::new());
    let noted = Arc::clone(&closed);
    let origin = Origin::start(move |request, mut reply| {
        let noted = Arc::clone(&noted);
        async move {
            if request.rpc_id() == "1" {
                reply.open_stream(&[]).await;
                reply.stall().await;
                noted.notify_one();
                reply.message(&result("1")).await;
            } else {
                reply.json(&result(&request.rpc_id())).await;
            }
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.send(modern("1", "tools/call")).await;
    origin.until("tools/call", 1).await;
    bridge.send(cancel("1")).await;
    closed.notified().await;
    assert_eq!(bridge.ask(modern("2", "tools/list")).await["id"], 2);
    assert_eq!(bridge.end().await.rest, [""; 0]);
    assert_eq!(
        origin.log(),
        ["tools/call", "tools/list"],
        "closing says it"
    );
}

#[tokio::test]
async fn case_51_a_cancel_for_a_finished_request_is_not_sent() {
    let origin = Origin::json(|request| result(&request.rpc_id())).await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    assert_eq!(bridge.ask(modern("1", "tools/call")).await["id"], 1);
    bridge.send(cancel("1")).await;
    assert_eq!(bridge.ask(modern("2", "tools/list")).await["id"], 2);
    assert_eq!(bridge.end().await.rest, [""; 0]);
    assert_eq!(origin.log(), ["tools/call", "tools/list"]);
}

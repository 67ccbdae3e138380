//! Case 77: names that sessions may not have; not what becomes of a session.

use tests::fault::bridge::Bridge;
use tests::fault::message::{INITIALIZE, INITIALIZED, call, initialize_result, result};
use tests::fault::origin::Origin;

/// A server that names this session at the handshake and another one with every later answer.
async fn naming(first: &'static [u8], later: &'static str) -> Origin {
    Origin::start(move |request, mut reply| async move {
        let json = ("content-type", "application/json");
        match request.what().as_str() {
            "initialize" => {
                let body = initialize_result("0", "2025-11-25");
                reply.raw("HTTP/1.1 200 OK\r\nmcp-session-id: ").await;
                reply.raw(first).await;
                reply.raw("\r\ncontent-type: application/json\r\n").await;
                reply
                    .raw(format!("content-length: {}\r\n\r\n{body}", body.len()))
                    .await;
            }
            "GET" | "DELETE" => reply.status(405).await,
            _ if request.rpc_id().is_empty() => reply.status(202).await,
            _ => {
                let headers = [json, ("mcp-session-id", later)];
                reply.answer(200, &headers, result(&request.rpc_id())).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn case_77_a_session_name_with_illegal_bytes_is_not_used_and_one_is_adopted_only_at_the_handshake()
 {
    for (first, used) in [
        (&b"good-1"[..], Some("good-1")),
        (b"with space", None),
        (b"with\ttab", None),
        (b"caf\xc3\xa9", None),
        (b"", None),
    ] {
        let origin = naming(first, "another").await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        assert_eq!(bridge.ask(INITIALIZE).await["id"], 0);
        bridge.send(INITIALIZED).await;
        for id in ["1", "2"] {
            assert_eq!(bridge.ask(call(id)).await["id"].to_string(), id);
        }
        for request in origin.requests() {
            let expected = used.filter(|_| request.what() != "initialize");
            assert_eq!(
                request.header("mcp-session-id"),
                expected,
                "{}",
                request.what()
            );
        }
        bridge.end().await;
    }
}

//! Cases 38 to 40: connections that do not come about. What breaks later is in `streams_that_end`.

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{INITIALIZE, call, initialize_result, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::roles::plain;

#[tokio::test]
async fn case_38_a_server_that_is_not_up_is_told_in_time_and_found_when_it_comes() {
    let mut origin = plain(|request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    })
    .await;
    origin.down().await;
    let setup = Setup::to(&origin.at("/mcp")).flags(&["--connect-wait", "100ms"]);
    let mut bridge = setup.start();
    let said = sentence(&bridge.ask(INITIALIZE).await);
    assert!(
        said.contains("connection refused") && said.contains("start the server"),
        "{said}"
    );
    origin.up();
    bridge.shake_hands().await;
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    bridge.end().await;
}

#[tokio::test]
async fn case_38_a_server_that_comes_while_it_is_waited_for_gets_each_request_once() {
    let mut origin = plain(|request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    })
    .await;
    origin.down().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.send(INITIALIZE).await;
    // Its first attempt has failed by the time a later line was read.
    bridge.sync("\"sync\"").await;
    origin.up();
    assert!(bridge.json().await.get("result").is_some());
    assert_eq!(origin.log(), ["initialize"]);
    bridge.end().await;
}

#[tokio::test]
async fn case_39_an_unknown_name_is_told_as_what_it_is() {
    let flags = [
        "--connect-wait",
        "0",
        "--allow-http",
        "no-such-host.invalid",
    ];
    let setup = Setup::to("http://no-such-host.invalid/mcp").flags(&flags);
    let mut bridge = setup.start();
    let answer = bridge.ask(call("1")).await;
    let said = sentence(&answer);
    assert!(
        said.contains("no-such-host.invalid") && said.contains("DNS"),
        "{said}"
    );
    assert!(answer["error"]["data"]["cause"].is_string(), "{answer}");
    bridge.end().await;
}

/// A black hole needs a network that swallows packets, which no test can bring about without rights.
/// The nearest that every machine has: a name of two addresses, of which one does not answer.
#[tokio::test]
async fn case_39_an_address_that_does_not_work_does_not_hide_the_one_that_does() {
    let origin = Origin::json(|_| initialize_result("0", "2025-11-25")).await;
    let url = format!("http://localhost:{}/mcp", origin.address().port());
    let mut bridge = Bridge::to(&url);
    assert_eq!(bridge.ask(INITIALIZE).await["id"], 0);
    bridge.end().await;
}

/// A handshake failure as a server sends it that shares no cipher with the client (RFC 8446, section 6).
const TLS_ALERT: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28";

#[tokio::test]
async fn case_40_a_failed_tls_connection_is_told_as_such_and_never_replaced_by_plain_http() {
    for answer in [TLS_ALERT, b"HTTP/1.1 400 Bad Request\r\n\r\n"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let mut first_bytes = Vec::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
                let mut hello = vec![0; 1024];
                let read = connection.read(&mut hello).await.unwrap_or(0);
                first_bytes.push(hello[..read].first().copied());
                let _gone = connection.write_all(answer).await;
                if first_bytes.len() == 2 {
                    break;
                }
            }
            first_bytes
        });
        let mut bridge = Bridge::to(&format!("https://{address}/mcp"));
        for id in ["1", "2"] {
            let said = sentence(&bridge.ask(call(id)).await);
            assert!(
                said.contains("TLS") && said.contains(&address.to_string()),
                "{said}"
            );
        }
        bridge.end().await;
        // 22 begins a TLS handshake: nothing was ever sent in the clear.
        assert_eq!(server.await.unwrap(), [Some(22), Some(22)]);
    }
}

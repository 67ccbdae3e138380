//! Case 7: an event that cannot be read, on a stream that stays open.

use tests::fault::bridge::Bridge;
use tests::fault::message::{call, code, result};
use tests::fault::roles::Eventful;

/// Recognisably the answer to request 1, and no text.
const NOT_UTF8: &[u8] = b"data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":\"\xff\xfe\"}}\n\n";

#[tokio::test]
async fn case_07_an_answer_that_is_not_utf8_is_an_error_although_its_stream_stays_open() {
    for role in Eventful::ALL {
        let origin = role
            .origin(|request, stream| async move {
                if request.rpc_id() == "1" {
                    stream.raw(NOT_UTF8).await;
                    std::future::pending::<()>().await;
                }
                stream.message(&result(&request.rpc_id())).await;
            })
            .await;
        let mut bridge = Bridge::to(&origin.at(role.path()));
        bridge.shake_hands().await;
        let answer = bridge.ask(call("1")).await;
        assert_eq!((&answer["id"], code(&answer)), (&1.into(), -32603));
        assert_eq!(bridge.ask(call("2")).await["id"], 2, "{role:?}");
        bridge.end().await;
    }
}

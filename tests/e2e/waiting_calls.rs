//! What calls cost a bridge while they wait for their answers, as Linux counts it.

use tests::census::Sample;
use tests::fault::bridge::Bridge;
use tests::fault::message::{call, result};
use tests::fault::roles::plain;
use tokio_util::sync::CancellationToken;

const CALLS: usize = 200;
/// In KiB. A third of it is the HTTP connection, which each call under way needs for itself.
const MOST_FOR_EACH: u64 = 64;

#[tokio::test]
async fn a_call_that_waits_holds_its_connection_and_little_else() {
    let opened = CancellationToken::new();
    let origin = plain({
        let opened = opened.clone();
        move |request, reply| {
            let opened = opened.clone();
            async move {
                if request.rpc_id() != "0" {
                    opened.cancelled().await;
                }
                reply.json_and_keep(&result(&request.rpc_id())).await;
            }
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    bridge.ask(call("0")).await;
    let before = Sample::of(bridge.id()).unwrap().memory;
    for id in 1..=CALLS {
        bridge.send(call(&id.to_string())).await;
    }
    origin.until("tools/call", CALLS + 1).await;
    let after = Sample::of(bridge.id()).unwrap().memory;
    opened.cancel();
    for _ in 0..CALLS {
        bridge.line().await;
    }
    bridge.end().await;
    let each = after.saturating_sub(before) / CALLS as u64;
    assert!(
        each < MOST_FOR_EACH,
        "{each} KiB each: {before} → {after} KiB"
    );
}

//! Case 55: progress of a request that has its answer.

use tests::fault::bridge::Bridge;
use tests::fault::message::{call, notification, result};
use tests::fault::roles::Eventful;

fn progress(token: &str, step: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{token},"progress":{step}}}}}"#
    )
}

#[tokio::test]
async fn case_55_progress_is_forwarded_before_the_answer_and_dropped_after_it() {
    for role in Eventful::ALL {
        let origin = role
            .origin(|request, stream| async move {
                let id = request.rpc_id();
                stream.message(&progress("7", 1)).await;
                stream.message(&result(&id)).await;
                stream.message(&progress("7", 2)).await;
                stream.message(&notification("notifications/message")).await;
            })
            .await;
        let mut bridge = Bridge::to(&origin.at(role.path()));
        bridge.shake_hands().await;
        bridge
            .send(call("1").replace("{}", "{},\"_meta\":{\"progressToken\":7}"))
            .await;
        assert_eq!(bridge.line().await, progress("7", 1), "{role:?}");
        assert_eq!(bridge.line().await, result("1"));
        assert_eq!(
            bridge.line().await,
            notification("notifications/message"),
            "{role:?}"
        );
        bridge.end().await;
    }
}

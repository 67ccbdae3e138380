//! Cases 50 to 55: what goes the other way, and what overtakes it.

use std::sync::Arc;

use tests::fault::bridge::Bridge;
use tests::fault::message::{call, cancel, notification, request, result};
use tests::fault::roles::{Eventful, Standing, legacy, plain, streamable};
use tokio::sync::Notify;

#[tokio::test]
async fn case_50_the_answer_to_a_cancelled_request_is_dropped() {
    for role in Eventful::ALL {
        let gate = Arc::new(Notify::new());
        let cancelled = Arc::clone(&gate);
        let origin = role
            .origin(move |request, stream| {
                let gate = Arc::clone(&gate);
                async move {
                    match request.what().as_str() {
                        "notifications/cancelled" => gate.notify_one(),
                        _ if request.rpc_id() == "1" => {
                            gate.notified().await;
                            stream.message(&result("1")).await;
                        }
                        _ => stream.message(&result(&request.rpc_id())).await,
                    }
                }
            })
            .await;
        let mut bridge = Bridge::to(&origin.at(role.path()));
        bridge.shake_hands().await;
        bridge.send(call("1")).await;
        origin.until("tools/call", 1).await;
        bridge.send(cancel("1")).await;
        origin.until("notifications/cancelled", 1).await;
        cancelled.notify_one();
        assert_eq!(bridge.ask(request("2", "ping")).await["id"], 2, "{role:?}");
        let ended = bridge.end().await;
        assert!(
            !ended.rest.contains(&result("1")),
            "{role:?}: {:?}",
            ended.rest
        );
    }
}

#[tokio::test]
async fn case_51_a_cancel_for_nothing_under_way_is_forwarded_and_answered_by_nobody() {
    for id in ["99", "\"x\"", "1"] {
        let origin = plain(|request, reply| async move {
            match request.rpc_id().as_str() {
                "" => reply.status(202).await,
                id => reply.json(&result(id)).await,
            }
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        // Finished by the time it is cancelled.
        assert_eq!(bridge.ask(call("1")).await["id"], 1);
        bridge.send(cancel(id)).await;
        origin.until("notifications/cancelled", 1).await;
        assert_eq!(origin.requests().pop().unwrap().body, cancel(id));
        assert_eq!(bridge.end().await.rest, [""; 0]);
    }
}

/// The requests of a server that a host answers.
const SERVER_REQUESTS: [&str; 4] = [
    r#"{"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage","params":{"x":1.0}}"#,
    r#"{"jsonrpc":"2.0","id":0,"method":"elicitation/create","params":{}}"#,
    r#"{"id":-7,"jsonrpc":"2.0","method":"roots/list"}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
];

#[tokio::test]
async fn case_52_requests_of_the_server_reach_the_host_and_its_answers_the_same_session() {
    let answered = Arc::new(Notify::new());
    let (origin, _) = streamable(Standing::Refused, move |request, mut reply| {
        let answered = Arc::clone(&answered);
        async move {
            if request.what() == "response" {
                answered.notify_one();
                return reply.status(202).await;
            }
            reply.open_stream(&[]).await;
            for question in SERVER_REQUESTS {
                reply.message(question).await;
                answered.notified().await;
            }
            reply.message(&result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    for question in SERVER_REQUESTS {
        assert_eq!(bridge.line().await, question);
        let id = serde_json::from_str::<serde_json::Value>(question).unwrap()["id"].to_string();
        bridge.send(result(&id)).await;
    }
    assert_eq!(bridge.line().await, result("1"));
    for request in origin.requests().iter().filter(|r| r.what() == "response") {
        assert_eq!(request.header("mcp-session-id"), Some("session-1"));
        assert_eq!(request.body, result(&request.rpc_id()));
    }
    assert_eq!(origin.count("response"), SERVER_REQUESTS.len());
    bridge.end().await;
}

#[tokio::test]
async fn case_53_the_same_id_in_both_directions_means_two_requests() {
    let answered = Arc::new(Notify::new());
    let origin = legacy(move |request, reply, stream| {
        let answered = Arc::clone(&answered);
        async move {
            reply.status(202).await;
            if request.what() == "response" {
                return answered.notify_one();
            }
            let id = request.rpc_id();
            stream
                .message(&tests::fault::message::request(&id, "ping"))
                .await;
            answered.notified().await;
            stream.message(&result(&id)).await;
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/sse"));
    bridge.shake_hands().await;
    for id in ["1", "\"a\""] {
        bridge.send(call(id)).await;
        assert_eq!(bridge.line().await, request(id, "ping"));
        bridge.send(result(id)).await;
        assert_eq!(bridge.line().await, result(id));
    }
    bridge.end().await;
}

fn progress(token: &str, step: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{token},"progress":{step}}}}}"#
    )
}

#[tokio::test]
async fn case_54_notifications_are_forwarded_in_the_order_of_their_stream() {
    for role in Eventful::ALL {
        let origin = role
            .origin(|request, stream| async move {
                for step in 0..50 {
                    stream.message(&progress("\"t\"", step)).await;
                }
                stream.message(&notification("notifications/message")).await;
                stream
                    .message(&notification("notifications/tools/list_changed"))
                    .await;
                stream.message(&result(&request.rpc_id())).await;
            })
            .await;
        let mut bridge = Bridge::to(&origin.at(role.path()));
        bridge.shake_hands().await;
        bridge
            .send(call("1").replace("{}", "{},\"_meta\":{\"progressToken\":\"t\"}"))
            .await;
        for step in 0..50 {
            assert_eq!(bridge.line().await, progress("\"t\"", step), "{role:?}");
        }
        assert_eq!(bridge.line().await, notification("notifications/message"));
        assert_eq!(
            bridge.line().await,
            notification("notifications/tools/list_changed")
        );
        assert_eq!(bridge.line().await, result("1"));
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_55_progress_before_the_answer_is_forwarded_before_it() {
    for role in Eventful::ALL {
        let origin = role
            .origin(|request, stream| async move {
                stream.message(&progress("7", 1)).await;
                stream.message(&result(&request.rpc_id())).await;
            })
            .await;
        let mut bridge = Bridge::to(&origin.at(role.path()));
        bridge.shake_hands().await;
        for id in ["1", "2"] {
            bridge
                .send(call(id).replace("{}", "{},\"_meta\":{\"progressToken\":7}"))
                .await;
            assert_eq!(bridge.line().await, progress("7", 1), "{role:?}");
            assert_eq!(bridge.line().await, result(id), "{role:?}");
        }
        bridge.end().await;
    }
}

//! Cases 17 to 21, 45 to 49, 81 and 82: what a successful reply may hold; not HTTP errors.

use std::sync::Arc;

use tests::fault::bridge::Bridge;
use tests::fault::message::{call, code, notification, request, result, result_saying, sentence};
use tests::fault::origin::Origin;
use tests::fault::roles::{Standing, legacy, plain, streamable};
use tokio::sync::Notify;

const JSON: (&str, &str) = ("content-type", "application/json");

/// A server that answers notifications like this and calls properly.
async fn taking_notifications_with(
    status: u16,
    headers: &'static [(&str, &str)],
    body: &'static str,
) -> Origin {
    plain(move |request, reply| async move {
        match request.rpc_id().as_str() {
            "" => reply.answer(status, headers, body).await,
            id => reply.json(&result(id)).await,
        }
    })
    .await
}

/// The error that the answer to call 1 becomes; call 2 is answered properly and shows that the next
/// request is not touched.
async fn error_for(status: u16, headers: &'static [(&str, &str)], body: &'static str) -> String {
    let origin = plain(move |request, reply| async move {
        match request.rpc_id().as_str() {
            "1" => reply.answer(status, headers, body).await,
            id => reply.json(&result(id)).await,
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    let answer = bridge.ask(call("1")).await;
    assert_eq!(
        (&answer["id"], code(&answer)),
        (&1.into(), -32603),
        "{answer}"
    );
    assert_eq!(
        bridge.ask(call("2")).await,
        serde_json::from_str::<serde_json::Value>(&result("2")).unwrap()
    );
    assert_eq!(origin.count("tools/call"), 2, "nothing is sent twice");
    bridge.end().await;
    sentence(&answer)
}

#[tokio::test]
async fn case_17_any_empty_success_is_enough_for_a_notification() {
    for status in [202, 204, 200] {
        let origin = taking_notifications_with(status, &[], "").await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.send(notification("notifications/x")).await;
        assert_eq!(bridge.ask(call("1")).await["id"], 1, "{status}");
        assert_eq!(bridge.end().await.rest, [""; 0]);
    }
}

#[tokio::test]
async fn case_18_whatever_answers_a_notification_is_swallowed() {
    for body in [
        "{}",
        "null",
        r#"{"jsonrpc":"2.0","id":null,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no id"}}"#,
        r#"{"jsonrpc":"2.0","id":77,"result":{}}"#,
        "<html>thanks</html>",
    ] {
        let origin = taking_notifications_with(200, &[JSON], body).await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        bridge.send(notification("notifications/x")).await;
        origin.until("notifications/x", 1).await;
        assert_eq!(bridge.ask(call("1")).await["id"], 1, "{body}");
        assert_eq!(bridge.end().await.rest, [""; 0], "{body}");
    }
}

#[tokio::test]
async fn case_19_an_empty_answer_to_a_request_is_an_error_for_that_request() {
    for (status, body) in [
        (200, ""),
        (200, "null"),
        (200, " \r\n"),
        (202, ""),
        (204, ""),
    ] {
        let said = error_for(status, &[JSON], body).await;
        assert!(said.contains("sent no answer"), "{status} {body:?}: {said}");
    }
}

#[tokio::test]
async fn case_20_an_answer_to_another_request_is_an_error_and_goes_to_nobody() {
    for body in [
        r#"{"jsonrpc":"2.0","id":99,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":"1","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"result":{}}"#,
        r#"{"jsonrpc":"2.0","result":{}}"#,
    ] {
        let said = error_for(200, &[JSON], body).await;
        assert!(said.contains("not the answer"), "{body}: {said}");
    }
}

#[tokio::test]
async fn case_20_an_answer_to_another_request_that_waits_reaches_that_one() {
    // Crossed over: each POST brings the other's answer, once both are there.
    let both = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let origin = plain(move |request, reply| {
        let both = std::sync::Arc::clone(&both);
        async move {
            both.wait().await;
            let other = if request.rpc_id() == "1" { "2" } else { "1" };
            reply.json(&result_saying(other, "crossed")).await;
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    bridge.send(call("2")).await;
    // Whichever reply is read first brings one answer and takes its own request's place with an error,
    // so at least one of the two has its result, and neither has two answers.
    let answers = [bridge.json().await, bridge.json().await];
    assert!(
        answers.iter().any(|a| a["result"]["says"] == "crossed"),
        "{answers:?}"
    );
    bridge.end().await;
}

#[tokio::test]
async fn case_21_the_elements_of_an_array_become_lines_of_their_own() {
    let origin = plain(|request, reply| async move {
        let note = notification("notifications/message");
        let answer = result(&request.rpc_id());
        reply.json(&format!("[{note},\n {answer}]")).await;
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    assert_eq!(bridge.line().await, notification("notifications/message"));
    assert_eq!(bridge.line().await, result("1"));
    bridge.end().await;
}

#[tokio::test]
async fn case_45_of_two_answers_the_first_one_counts() {
    let (origin, _) = streamable(Standing::Refused, |request, mut reply| async move {
        let id = request.rpc_id();
        reply.open_stream(&[]).await;
        reply.message(&result_saying(&id, "first")).await;
        reply.message(&result_saying(&id, "second")).await;
        reply.message(&notification("notifications/end")).await;
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    assert_eq!(bridge.ask(call("1")).await["result"]["says"], "first");
    assert_eq!(bridge.line().await, notification("notifications/end"));
    bridge.logs("nobody waits for").await;
    bridge.end().await;
}

#[tokio::test]
async fn case_46_an_answer_nobody_waits_for_is_logged_and_not_forwarded() {
    let (origin, _) = streamable(Standing::Refused, |request, mut reply| async move {
        reply.open_stream(&[]).await;
        reply.message(&result("\"never asked\"")).await;
        reply.message(&result(&request.rpc_id())).await;
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    bridge.logs("nobody waits for").await;
    bridge.end().await;
}

#[tokio::test]
async fn case_47_an_answer_by_another_stream_is_matched_by_its_id() {
    let asked = std::sync::Arc::new(tokio::sync::Notify::new());
    let (origin, _) = streamable(Standing::Scripted, move |request, mut reply| {
        let asked = std::sync::Arc::clone(&asked);
        async move {
            reply.open_stream(&[]).await;
            if request.method == "GET" {
                asked.notified().await;
                reply.message(&result("1")).await;
            } else {
                asked.notify_one();
            }
            reply.stall().await;
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    origin.until("GET", 1).await;
    assert_eq!(
        bridge.ask(call("1")).await,
        serde_json::json!({"jsonrpc": "2.0", "id": 1, "result": {}})
    );
    bridge.end().await;
}

#[tokio::test]
async fn case_48_the_answer_may_come_before_the_post_returns() {
    let origin = legacy(|request, mut reply, stream| async move {
        stream.message(&result(&request.rpc_id())).await;
        reply.stall().await;
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/sse"));
    bridge.shake_hands().await;
    for id in ["1", "2"] {
        assert_eq!(bridge.ask(call(id)).await["id"].to_string(), id);
    }
    bridge.end().await;
}

#[tokio::test]
async fn case_49_a_post_that_fails_after_its_answer_came_changes_nothing() {
    // Only once the host has read the answer is there something to break.
    let is_read = Arc::new(Notify::new());
    let gate = Arc::clone(&is_read);
    let origin = legacy(move |request, reply, stream| {
        let gate = Arc::clone(&gate);
        async move {
            let id = request.rpc_id();
            stream.message(&result(&id)).await;
            if !id.is_empty() {
                gate.notified().await;
            }
            match id.as_str() {
                "1" => reply.status(500).await,
                "2" => reply.reset(),
                _ => reply.status(202).await,
            }
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/sse"));
    bridge.shake_hands().await;
    for id in ["1", "2", "3"] {
        let answer = bridge.ask(call(id)).await;
        assert!(answer.get("result").is_some(), "{answer}");
        is_read.notify_one();
        bridge.sync("\"sync\"").await;
    }
    assert_eq!(bridge.end().await.rest, [""; 0]);
}

#[tokio::test]
async fn case_81_json_is_read_under_any_label_and_without_one() {
    let body = r#" {"jsonrpc":"2.0","id":1,"result":{}}"#;
    for headers in [
        &[("content-type", "application/json; charset=utf-8")][..],
        &[("content-type", "Application/JSON;charset=\"UTF-8\"")],
        &[("Content-Type", "APPLICATION/JSON")],
        &[("content-type", "text/plain")],
        &[("content-type", "application/vnd.api+json")],
        &[],
    ] {
        let origin = plain(move |_, reply| reply.answer(200, headers, body)).await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        assert_eq!(bridge.ask(call("1")).await["id"], 1, "{headers:?}");
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_81_an_event_stream_is_one_under_any_spelling() {
    let body = "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n";
    for label in ["text/event-stream;charset=utf-8", "Text/Event-Stream"] {
        let origin = plain(move |_, reply| async move {
            reply.answer(200, &[("content-type", label)], body).await;
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        assert_eq!(bridge.ask(call("1")).await["id"], 1, "{label}");
        bridge.end().await;
    }
}

/// The bridge takes the study's second way: it never offers to take a compressed answer, which for
/// streams is also the one that delays nothing. A server that compresses all the same breaks HTTP, and
/// its answer is told as unusable, never passed on as noise.
#[tokio::test]
async fn case_82_no_compression_is_asked_for_and_compressed_bytes_are_never_passed_on() {
    // gzip of nothing in particular: its first bytes are what counts.
    let gzip: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56\xca\x2a\xce\xcf";
    for content_type in ["application/json", "text/event-stream"] {
        let origin = plain(move |request, reply| async move {
            let headers = [("content-type", content_type), ("content-encoding", "gzip")];
            match request.rpc_id().as_str() {
                "1" => reply.answer(200, &headers, gzip).await,
                id => reply.json(&result(id)).await,
            }
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        assert_eq!(code(&bridge.ask(call("1")).await), -32603, "{content_type}");
        assert_eq!(bridge.ask(request("2", "ping")).await["id"], 2);
        for request in origin.requests() {
            let offered = request.header("accept-encoding").unwrap_or("identity");
            assert_eq!(offered, "identity");
        }
        bridge.end().await;
    }
}

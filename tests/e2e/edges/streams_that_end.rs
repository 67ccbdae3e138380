//! Cases 33, 34, 41 and 42: what was sent and has no answer yet when its connection ends; not how a
//! stream is taken up again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{call, list, notification, request, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::reply::Reply;
use tests::fault::roles::{legacy, plain};
use tokio::time::Instant;

/// Requests that cannot have an effect, whatever the server.
const HARMLESS: [&str; 5] = [
    "ping",
    "tools/list",
    "resources/list",
    "resources/read",
    "prompts/get",
];

/// A plain server that does this to the first request with each id and answers every later one.
async fn failing_once<F, A>(fault: F) -> Origin
where
    F: Fn(Reply) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let (fault, seen) = (Arc::new(fault), Arc::new(AtomicUsize::new(0)));
    plain(move |request, reply| {
        let (fault, seen) = (Arc::clone(&fault), Arc::clone(&seen));
        async move {
            if seen.fetch_add(1, Ordering::Relaxed) == 0 {
                fault(reply).await;
            } else {
                reply.json(&result(&request.rpc_id())).await;
            }
        }
    })
    .await
}

/// What a host gets that asks this after a handshake, and how often the server was asked it.
pub(super) async fn outcome(
    origin: &Origin,
    message: &str,
    what: &str,
) -> (serde_json::Value, usize) {
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    let answer = bridge.ask(message).await;
    bridge.end().await;
    (answer, origin.count(what))
}

pub(super) fn assert_outcome_unknown(answer: &serde_json::Value, times: usize) {
    let said = sentence(answer);
    assert!(
        said.contains("outcome unknown, check before retrying"),
        "{answer}"
    );
    assert_eq!(times, 1, "what may have an effect is never sent twice");
}

#[tokio::test]
async fn case_33_what_can_have_no_effect_waits_for_a_short_retry_after() {
    for status in [429, 503] {
        for after in ["0", "1", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            let origin = failing_once(move |reply| async move {
                reply.answer(status, &[("retry-after", after)], "").await;
            })
            .await;
            let asked = Instant::now();
            let (answer, times) = outcome(&origin, &list("1"), "tools/list").await;
            assert!(answer.get("result").is_some(), "{status} {after}: {answer}");
            assert_eq!(times, 2);
            let least = if after == "1" { 1 } else { 0 };
            assert!(asked.elapsed() >= Duration::from_secs(least));
        }
    }
}

#[tokio::test]
async fn case_33_a_long_retry_after_is_told_and_not_waited_for() {
    let origin = failing_once(|reply| async move {
        reply.answer(429, &[("retry-after", "3600")], "").await;
    })
    .await;
    let (answer, times) = outcome(&origin, &list("1"), "tools/list").await;
    assert!(sentence(&answer).contains("3600 s"), "{answer}");
    assert_eq!(times, 1);
}

#[tokio::test]
async fn case_34_a_gateway_error_is_survived_by_what_can_have_no_effect_and_by_nothing_else() {
    for status in [502, 503, 504] {
        for method in HARMLESS {
            let origin = failing_once(move |reply| reply.status(status)).await;
            let (answer, times) = outcome(&origin, &request("1", method), method).await;
            assert!(
                answer.get("result").is_some(),
                "{status} {method}: {answer}"
            );
            assert_eq!(times, 2);
        }
    }
    for status in [502, 503, 504] {
        let origin = failing_once(move |reply| reply.status(status)).await;
        let (answer, times) = outcome(&origin, &call("1"), "tools/call").await;
        assert_outcome_unknown(&answer, times);
    }
}

/// Every way a connection can break after a request was sent.
async fn break_off(way: usize, mut reply: Reply, id: &str) {
    match way {
        0 => drop(reply),
        1 => reply.reset(),
        2 => reply.half_close().await,
        3 => reply.cut(&result(id), 20).await,
        4 => reply.cut(&result(id), usize::MAX).await,
        5 => {
            reply.open_stream(&[]).await;
            reply.raw("data: {\"jsonrpc\":").await;
        }
        6 => {
            reply.open_stream(&[]).await;
            reply.message(&notification("notifications/x")).await;
            reply.reset();
        }
        _ => {
            reply.open_stream(&[]).await;
            reply.drip(&result(id)).await;
        }
    }
}

#[tokio::test]
async fn case_42_a_broken_connection_repeats_what_can_have_no_effect_and_tells_of_the_rest() {
    for way in 0..8 {
        for (message, what) in [(list("1"), "tools/list"), (call("1"), "tools/call")] {
            let origin = failing_once(move |reply| break_off(way, reply, "1")).await;
            let mut bridge = Bridge::to(&origin.at("/mcp"));
            bridge.shake_hands().await;
            bridge.send(&message).await;
            let mut answer = bridge.json().await;
            if answer.get("method").is_some() {
                answer = bridge.json().await;
            }
            if what == "tools/list" {
                assert!(answer.get("result").is_some(), "way {way}: {answer}");
                assert_eq!(origin.count(what), 2, "way {way}");
            } else {
                assert_outcome_unknown(&answer, origin.count(what));
            }
            bridge.end().await;
        }
    }
}

#[tokio::test]
async fn case_42_a_tool_that_says_it_has_no_effect_is_called_again() {
    for (hint, again) in [
        (r#""annotations":{"readOnlyHint":true}"#, true),
        (r#""annotations":{"idempotentHint":true}"#, true),
        (r#""annotations":{"readOnlyHint":false}"#, false),
        (r#""description":"readOnlyHint: true""#, false),
    ] {
        let seen = Arc::new(AtomicUsize::new(0));
        let origin = plain(move |request, reply| {
            let seen = Arc::clone(&seen);
            async move {
                match request.what().as_str() {
                    "tools/list" => {
                        let tools = format!(
                            r#"{{"jsonrpc":"2.0","id":1,"result":{{"tools":[{{"name":"create","inputSchema":{{"type":"object"}},{hint}}}]}}}}"#
                        );
                        reply.json(&tools).await;
                    }
                    _ if seen.fetch_add(1, Ordering::Relaxed) == 0 => reply.reset(),
                    _ => reply.json(&result(&request.rpc_id())).await,
                }
            }
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        bridge.ask(list("1")).await;
        let answer = bridge.ask(call("2")).await;
        assert_eq!(answer.get("result").is_some(), again, "{hint}: {answer}");
        if !again {
            assert_outcome_unknown(&answer, origin.count("tools/call"));
        }
        bridge.end().await;
    }
}

/// A 2024-11-05 server whose stream breaks under the first request and then holds.
async fn legacy_breaking_once(is_reset: bool) -> Origin {
    let seen = Arc::new(AtomicUsize::new(0));
    legacy(move |request, reply, stream| {
        let seen = Arc::clone(&seen);
        async move {
            reply.status(202).await;
            match seen.fetch_add(1, Ordering::Relaxed) {
                0 if is_reset => stream.reset().await,
                0 => stream.end().await,
                _ => stream.message(&result(&request.rpc_id())).await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn case_42_a_lost_2024_stream_is_made_again_and_repeats_what_can_have_no_effect() {
    for is_reset in [false, true] {
        for (message, again) in [(list("1"), true), (call("1"), false)] {
            let origin = legacy_breaking_once(is_reset).await;
            let mut bridge = Bridge::to(&origin.at("/sse"));
            bridge.shake_hands().await;
            let answer = bridge.ask(&message).await;
            assert_eq!(answer.get("result").is_some(), again, "{answer}");
            if !again {
                assert_outcome_unknown(&answer, origin.count("tools/call"));
            }
            assert_eq!(bridge.ask(call("2")).await["id"], 2);
            bridge.end().await;
        }
    }
}

/// That any byte is a sign of life is shown by the bridge's own tests of its streams.
#[tokio::test]
async fn case_41_a_stream_that_falls_silent_is_given_up_and_its_request_handled_as_on_a_broken_one()
{
    for (message, again) in [(list("1"), true), (call("1"), false)] {
        let origin = failing_once(|mut reply| async move {
            reply.open_stream(&[]).await;
            reply.raw(": and no more\n\n").await;
            reply.stall().await;
        })
        .await;
        let setup = Setup::to(&origin.at("/mcp")).flags(&["--idle", "150ms"]);
        let mut bridge = setup.start();
        bridge.shake_hands().await;
        let answer = bridge.ask(&message).await;
        assert_eq!(answer.get("result").is_some(), again, "{answer}");
        if !again {
            assert_outcome_unknown(&answer, origin.count("tools/call"));
        }
        bridge.end().await;
    }
}

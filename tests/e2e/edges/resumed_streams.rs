//! Cases 42 to 44, and 11 where it matters: streams whose events have ids, taken up after they broke.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tests::fault::bridge::Bridge;
use tests::fault::message::{call, list, notification, result, result_saying};
use tests::fault::origin::Origin;
use tests::fault::reply::Reply;
use tests::fault::request::Request;
use tests::fault::roles::{Standing, streamable};
use tokio::time::Instant;

use super::streams_that_end::{assert_outcome_unknown, outcome};

/// What is to be done with the GET that resumes a stream.
type Resume = fn(Request, Reply) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// A server with sessions whose answers break after these bytes, and which resumes them like this.
async fn resumable(before: &'static str, resume: Resume) -> Origin {
    let seen = Arc::new(AtomicUsize::new(0));
    let (origin, _) = streamable(Standing::Scripted, move |request, mut reply| {
        let seen = Arc::clone(&seen);
        async move {
            if request.method == "GET" {
                if request.header("last-event-id").is_none() {
                    return reply.status(405).await;
                }
                return resume(request, reply).await;
            }
            if seen.fetch_add(1, Ordering::Relaxed) > 0 {
                return reply.json(&result(&request.rpc_id())).await;
            }
            reply.open_stream(&[]).await;
            reply.raw(before).await;
        }
    })
    .await;
    origin
}

/// The GETs that resumed something, by the event they resume after.
fn resumed(origin: &Origin) -> Vec<String> {
    let requests = origin.requests();
    let named = requests.iter().filter_map(|r| r.header("last-event-id"));
    named.map(str::to_owned).collect()
}

fn answer_one(_: Request, mut reply: Reply) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        reply.open_stream(&[]).await;
        reply.message(&result_saying("1", "resumed")).await;
    })
}

#[tokio::test]
async fn case_42_a_stream_with_event_ids_is_resumed_after_its_delay_whatever_the_request() {
    for message in [call("1"), list("1")] {
        let origin = resumable("id: e-1\nretry: 120\ndata:\n\n", answer_one).await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        let asked = Instant::now();
        let answer = bridge.ask(&message).await;
        assert_eq!(answer["result"]["says"], "resumed", "{answer}");
        assert!(asked.elapsed() >= Duration::from_millis(115), "too early");
        assert_eq!(resumed(&origin), ["e-1"]);
        let requests = origin.requests();
        let resuming = requests.iter().rfind(|r| r.method == "GET").unwrap();
        assert_eq!(resuming.header("mcp-session-id"), Some("session-1"));
        assert_eq!(resuming.credentials().len(), 2);
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_11_an_id_with_a_nul_is_ignored_and_an_empty_one_means_none() {
    let origin = resumable(
        "id: e-1\nretry: 1\ndata:\n\nid: e\0-2\ndata:\n\n",
        answer_one,
    )
    .await;
    let (answer, _) = outcome(&origin, &call("1"), "tools/call").await;
    assert_eq!(answer["result"]["says"], "resumed", "{answer}");
    assert_eq!(resumed(&origin), ["e-1"]);

    let origin = resumable("id: e-1\nretry: 1\ndata:\n\nid\ndata:\n\n", answer_one).await;
    let (answer, times) = outcome(&origin, &call("1"), "tools/call").await;
    assert_outcome_unknown(&answer, times);
    assert_eq!(resumed(&origin), [""; 0]);
}

fn refuse(status: u16, reply: Reply) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(reply.status(status))
}

#[tokio::test]
async fn case_43_where_resuming_is_refused_it_is_as_if_there_had_been_no_id() {
    let refusals: [Resume; 3] = [
        |_, reply| refuse(404, reply),
        |_, reply| refuse(405, reply),
        |_, reply| refuse(400, reply),
    ];
    for resume in refusals {
        let before = "id: e-1\nretry: 1\ndata:\n\n";
        let origin = resumable(before, resume).await;
        let (answer, times) = outcome(&origin, &call("1"), "tools/call").await;
        assert_outcome_unknown(&answer, times);
        let origin = resumable(before, resume).await;
        let (answer, times) = outcome(&origin, &list("1"), "tools/list").await;
        assert!(answer.get("result").is_some(), "{answer}");
        assert_eq!(times, 2);
    }
}

#[tokio::test]
async fn case_44_what_a_resumed_stream_repeats_is_not_delivered_twice() {
    let before =
        "id: e-1\nretry: 1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n";
    let origin = resumable(before, |_, mut reply| {
        Box::pin(async move {
            reply.open_stream(&[]).await;
            reply
                .raw("id: e-1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n")
                .await;
            for _ in 0..2 {
                reply
                    .raw("id: e-2\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n")
                    .await;
            }
        })
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    assert_eq!(bridge.line().await, notification("notifications/x"));
    assert_eq!(bridge.line().await, result("1"));
    assert_eq!(bridge.end().await.rest, [""; 0]);
}

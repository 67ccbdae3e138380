//! Cases 13 to 16: the endpoint that a 2024-11-05 stream names, and where it may be.

use std::time::Duration;

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{INITIALIZE, call, initialize_result, list, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::roles::legacy;

/// A server that names this endpoint and then says nothing.
async fn naming(endpoint: String) -> Origin {
    Origin::start(move |request, mut reply| {
        let endpoint = endpoint.clone();
        async move {
            match request.method.as_str() {
                "GET" => {
                    reply.open_stream(&[]).await;
                    reply
                        .raw(format!("event: endpoint\ndata: {endpoint}\n\n"))
                        .await;
                    reply.stall().await;
                }
                _ if request.target.ends_with("/sse") => reply.status(405).await,
                // The answer in the reply itself spares this server a table of streams.
                _ => reply.json(&result(&request.rpc_id())).await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn case_13_an_endpoint_is_resolved_against_the_stream_as_urls_are() {
    for (endpoint, expected) in [
        ("messages?s=s3ssion", "/base/messages?s=s3ssion"),
        ("/messages", "/messages"),
        ("../up/messages", "/up/messages"),
        ("?s=s3ssion&b=%2F", "/base/sse?s=s3ssion&b=%2F"),
        ("./m#fragment", "/base/m"),
        ("http:messages", "/base/messages"),
    ] {
        let origin = naming(endpoint.to_owned()).await;
        let mut bridge = Bridge::to(&origin.at("/base/sse"));
        assert_eq!(bridge.ask(call("1")).await["id"], 1, "{endpoint}");
        let posted = origin.requests().pop().unwrap();
        assert_eq!(posted.target, expected, "{endpoint}");
        assert_eq!(posted.credentials(), ["x-jira-token", "x-confluence-token"]);
        // Whoever knows the session's name could read along.
        let ended = bridge.end().await;
        assert!(!ended.stderr.contains("s3ssion"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn case_13_an_absolute_endpoint_of_the_same_origin_is_taken_after_a_redirect_too() {
    let origin = Origin::start(|request, mut reply| async move {
        match (request.method.as_str(), request.target.as_str()) {
            ("GET", "/sse") => reply.answer(307, &[("location", "/deep/sse")], "").await,
            ("GET", _) => {
                reply.open_stream(&[]).await;
                let host = request.header("host").unwrap();
                let endpoint = format!("event: endpoint\ndata: http://{host}/deep/messages\n\n");
                reply.raw(endpoint).await;
                reply.stall().await;
            }
            ("POST", "/deep/messages") => reply.json(&result(&request.rpc_id())).await,
            _ => reply.status(405).await,
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/sse"));
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    bridge.end().await;
}

/// The study suggests a flag to trust another origin; there is none, because credentials that leave the
/// configured origin are the one thing this bridge never does.
#[tokio::test]
async fn case_14_an_endpoint_elsewhere_is_refused_and_sees_no_secret() {
    let elsewhere = Origin::json(|request| result(&request.rpc_id())).await;
    let port = elsewhere.address().port();
    for endpoint in [
        elsewhere.at("/messages"),
        format!("//127.0.0.1:{port}/messages"),
        format!("http://localhost:{port}/messages"),
        "https://mcp.example.com/messages".to_owned(),
    ] {
        let origin = naming(endpoint.clone()).await;
        let mut bridge = Bridge::to(&origin.at("/sse"));
        let said = sentence(&bridge.ask(call("1")).await);
        assert!(said.contains("another origin"), "{endpoint}: {said}");
        bridge.end().await;
    }
    elsewhere.assert_saw_no_secret();
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn case_15_a_second_endpoint_on_a_stream_is_a_new_session_with_its_own_handshake() {
    let origin = legacy(|request, reply, stream| async move {
        reply.status(202).await;
        if request.rpc_id() == "1" {
            stream
                .raw("event: endpoint\ndata: /messages?session=0\n\n")
                .await;
        } else {
            stream.message(&result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/sse"));
    bridge.shake_hands().await;
    // The old session took the call along.
    let said = sentence(&bridge.ask(call("1")).await);
    assert!(said.contains("unknown"), "{said}");
    assert_eq!(bridge.ask(call("2")).await["id"], 2);
    let requests = origin.requests();
    let handshakes = requests
        .iter()
        .filter(|r| r.what() == "initialize" && r.target.starts_with("/messages"));
    assert_eq!(handshakes.count(), 2, "{:?}", origin.log());
    assert_eq!(origin.count("tools/call"), 2, "neither was sent twice");
    bridge.end().await;
}

#[tokio::test]
async fn case_16_a_stream_that_names_no_endpoint_is_told_as_such() {
    let origin = Origin::start(|_, mut reply| async move {
        reply.open_stream(&[]).await;
        reply.raw(": nothing follows\n\n").await;
        reply.stall().await;
    })
    .await;
    let setup = Setup::to(&origin.at("/sse")).flags(&["--transport", "sse"]);
    let mut bridge =
        setup.start_inside(|settings| settings.timing.handshake = Duration::from_millis(50));
    let said = sentence(&bridge.ask(list("1")).await);
    assert!(said.contains("endpoint"), "{said}");
    bridge.end().await;
}

/// No time is lost on the way: JSON is tried first.
#[tokio::test]
async fn case_16_where_a_post_is_answered_no_endpoint_is_waited_for() {
    let origin = Origin::start(|request, mut reply| async move {
        match request.what().as_str() {
            "initialize" => reply.json(&initialize_result("0", "2025-11-25")).await,
            "GET" => reply.stall().await,
            _ => reply.json(&result(&request.rpc_id())).await,
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/sse"));
    assert_eq!(bridge.ask(INITIALIZE).await["id"], 0);
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    assert_eq!(origin.count("GET"), 0);
    bridge.end().await;
}

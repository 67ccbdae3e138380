//! The id of a request and the trace it belongs to.

use atlassian::Deployment;
use sandbox::people;
use serde_json::{Value, json};
use tests::transport::{call, is_error};
use tests::world::{DEPLOYMENTS, World, http_client, token_of};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn a_request_keeps_the_id_it_brings_and_gets_one_where_it_brings_none() {
    let world = World::start(Deployment::DataCenter).await;
    for path in ["/livez", "/nowhere"] {
        let get = || http_client().get(world.server.url(path));
        let answer = get().header("x-request-id", "gateway-7.1").send().await;
        assert_eq!(answer.unwrap().headers()["x-request-id"], "gateway-7.1");
        for made_up in [get(), get().header("x-request-id", "two words")] {
            let answer = made_up.send().await.unwrap();
            assert_eq!(answer.headers()["x-request-id"].len(), 32);
        }
    }
}

/// Convention of revision 2026-07-28, which costs nothing in the others.
#[tokio::test]
async fn a_message_names_its_trace_in_meta_where_the_headers_name_none() {
    let other = PARENT.replace("0af7", "1af7");
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let token = token_of(&people::ana(), deployment);
        for (header, meta, expected) in [
            (None, Some(PARENT), Some(PARENT)),
            (Some(&*other), Some(PARENT), Some(&*other)),
            (Some("made up"), Some(PARENT), Some(PARENT)),
            (None, Some("made up"), None),
        ] {
            let meta = json!({"traceparent": meta, "tracestate": "a=b"});
            assert_traced((&world, &token), header, Some(&meta), expected).await;
        }
    }
}

#[tokio::test]
async fn what_a_call_asks_its_site_belongs_to_the_callers_trace_and_to_no_other() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let token = token_of(&people::ana(), deployment);
        for (header, expected) in [
            (Some(PARENT), Some(PARENT)),
            (None, None),
            (Some("made up"), None),
        ] {
            assert_traced((&world, &token), header, None, expected).await;
        }
    }
}

/// A call with this header and this `_meta` asks its site under the expected trace.
async fn assert_traced(
    (world, token): (&World, &str),
    header: Option<&str>,
    meta: Option<&Value>,
    expected: Option<&str>,
) {
    world.sandbox.forget_requests();
    let mut message = call(1, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
    if let Some(meta) = meta {
        message["params"]["_meta"] = meta.clone();
    }
    let request = http_client().post(world.server.url("/mcp")).json(&message);
    let request = request.bearer_auth(token);
    let request = match header {
        Some(header) => request.header("traceparent", header),
        None => request,
    };
    let answer = request.send().await.unwrap().json().await.unwrap();
    assert!(!is_error(&answer), "{answer}");
    let seen = world.sandbox.requests();
    assert!(!seen.is_empty());
    for request in seen {
        assert_eq!(
            request.traceparent.as_deref(),
            expected,
            "{header:?} {meta:?}"
        );
    }
}

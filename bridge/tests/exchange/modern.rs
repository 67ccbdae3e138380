//! Revision 2026-07-28: headers made from each message, what the answers teach about them, and
//! cancelling by closing.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::support::{Host, INITIALIZE, INITIALIZED, Origin, Reply, Request, call, result};

/// A request of the revision. `params` come before its metadata.
fn modern(id: u32, method: &str, params: &str) -> String {
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
    let separator = if params.is_empty() { "" } else { "," };
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{params}{separator}{meta}}}}}"#
    )
}

const CANCELLED_1: &str =
    r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;

const TOOLS: &str = r#"{ "tools" : [
  {"name":"bad","inputSchema":{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}},
  {"name":"good","inputSchema":{"properties":{"region":{"type":"string","x-mcp-header":"Region"}}}} ],"x":1.0 }"#;

async fn with_tools() -> Origin {
    Origin::answering(|request| match request.rpc_method().as_str() {
        "tools/list" => format!(
            r#"{{"jsonrpc":"2.0","id":{},"result":{TOOLS}}}"#,
            request.rpc_id()
        ),
        _ => result(&request.rpc_id()),
    })
    .await
}

#[tokio::test]
async fn a_message_is_repeated_in_headers_and_its_bytes_stay() {
    let origin = with_tools().await;
    let mut host = Host::start(&origin.at("/mcp"));
    let probe = modern(1, "server/discover", "");
    host.answer(&probe).await;
    host.answer(modern(2, "resources/read", r#""uri":"file:///é""#))
        .await;
    let requests = origin.requests();
    assert_eq!(requests[0].body, probe);
    assert_eq!(
        requests[0].header("mcp-protocol-version"),
        Some("2026-07-28")
    );
    assert_eq!(requests[0].header("mcp-method"), Some("server/discover"));
    assert_eq!(requests[0].header("mcp-name"), None);
    assert_eq!(
        requests[1].header("mcp-name"),
        Some("=?base64?ZmlsZTovLy/DqQ==?=")
    );
}

#[tokio::test]
async fn nothing_of_a_session_goes_with_it_and_the_session_goes_on() {
    let origin = Origin::start(|request: Request, reply: Reply| async move {
        match request.rpc_method().as_str() {
            "initialize" => {
                reply.begin_session("s").await;
            }
            "tools/call" => reply.json(&result(&request.rpc_id())).await,
            _ => reply.status(405).await,
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    host.answer(modern(1, "tools/call", r#""name":"t""#)).await;
    host.answer(call("2")).await;
    let requests = origin.requests();
    let calls: Vec<_> = requests
        .iter()
        .filter(|request| request.rpc_method() == "tools/call")
        .map(|request| {
            ["mcp-session-id", "mcp-protocol-version", "mcp-method"]
                .map(|name| request.header(name))
        })
        .collect();
    assert_eq!(calls[0], [None, Some("2026-07-28"), Some("tools/call")]);
    assert_eq!(calls[1], [Some("s"), Some("2025-06-18"), None]);
}

#[tokio::test]
async fn annotated_arguments_are_repeated_once_a_list_of_tools_has_passed() {
    let origin = with_tools().await;
    let mut host = Host::start(&origin.at("/mcp"));
    let annotated = r#""name":"good","arguments":{"region":"é"}"#;
    host.answer(modern(1, "tools/call", annotated)).await;
    host.answer(modern(2, "tools/list", "")).await;
    host.answer(modern(3, "tools/call", annotated)).await;
    let region: Vec<_> = origin
        .requests()
        .iter()
        .map(|request| request.header("mcp-param-region").map(str::to_owned))
        .collect();
    assert_eq!(region, [None, None, Some("=?base64?w6k=?=".to_owned())]);
}

#[tokio::test]
async fn a_tool_with_broken_annotations_is_not_offered_and_nothing_else_changes() {
    let origin = with_tools().await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(modern(1, "tools/list", "")).await;
    let good = r#"{"name":"good","inputSchema":{"properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}"#;
    assert_eq!(
        host.line().await,
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{ "tools" : [   {good} ],"x":1.0 }}}}"#)
    );
}

#[tokio::test]
async fn a_list_of_another_era_is_not_looked_into() {
    let origin = with_tools().await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        .await;
    let tools = TOOLS.replace('\n', " ");
    assert_eq!(
        host.line().await,
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{tools}}}"#)
    );
}

/// A server that opens a stream for each `tools/call` and tells when the client has closed it.
async fn streaming(opened: Arc<Notify>, closed: Arc<Notify>) -> Origin {
    Origin::start(move |request: Request, mut reply: Reply| {
        let (opened, closed) = (Arc::clone(&opened), Arc::clone(&closed));
        async move {
            if request.rpc_method() == "tools/call" {
                reply.open_stream(&[]).await;
                opened.notify_one();
                reply.closed().await;
                closed.notify_one();
            } else {
                reply.json(&result(&request.rpc_id())).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn cancelling_closes_the_stream_and_is_not_sent() {
    let (opened, closed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let origin = streaming(Arc::clone(&opened), Arc::clone(&closed)).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(modern(1, "tools/call", r#""name":"slow""#)).await;
    opened.notified().await;
    host.send(CANCELLED_1).await;
    closed.notified().await;
    // Again, too late: the request is gone, and so is the reason to tell anybody.
    host.send(CANCELLED_1).await;
    assert_eq!(host.answer(modern(2, "tools/list", "")).await, 2);
    let (_, rest) = host.end().await;
    assert_eq!(rest, [""; 0], "a cancelled request has no answer");
    assert_eq!(origin.paths(), ["POST /mcp"; 2]);
}

#[tokio::test]
async fn cancelling_a_request_of_an_older_session_is_sent() {
    let (opened, closed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let origin = streaming(Arc::clone(&opened), closed).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(modern(7, "server/discover", "")).await;
    host.answer(INITIALIZE).await;
    host.send(call("1")).await;
    opened.notified().await;
    host.send(CANCELLED_1).await;
    host.answer(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)
        .await;
    let sent: Vec<_> = origin.requests().iter().map(Request::rpc_method).collect();
    assert!(
        sent.contains(&"notifications/cancelled".to_owned()),
        "{sent:?}"
    );
}

/// Case 25, and the errors of the revision itself.
#[tokio::test]
async fn an_error_of_the_era_means_that_this_is_the_endpoint() {
    for (status, code) in [
        (400, -32020),
        (400, -32021),
        (400, -32022),
        (404, -32601),
        (400, -32602),
    ] {
        let error =
            format!(r#"{{"code":{code},"message":"no","data":{{"supported":["2026-07-28"]}}}}"#);
        let body = format!(r#"{{"jsonrpc":"2.0","id":null,"error":{error}}}"#);
        let origin = Origin::start(move |_, reply: Reply| {
            let body = body.clone();
            async move {
                let headers = [("content-type", "application/json")];
                reply.answer(status, &headers, &body).await;
            }
        })
        .await;
        let mut host = Host::start(&origin.url);
        host.send(modern(5, "server/discover", "")).await;
        assert_eq!(
            host.line().await,
            format!(r#"{{"jsonrpc":"2.0","id":5,"error":{error}}}"#)
        );
        host.send(modern(6, "server/discover", "")).await;
        host.line().await;
        assert_eq!(origin.paths(), ["POST /mcp"; 2], "{status} {code}");
    }
}

#[tokio::test]
async fn a_subscription_that_ends_by_itself_is_taken_back_and_not_answered() {
    let acknowledged = r#"{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged"}"#;
    let origin = Origin::start(move |_, mut reply: Reply| async move {
        reply.open_stream(&[]).await;
        reply.event("message", acknowledged).await;
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(modern(1, "subscriptions/listen", "")).await;
    assert_eq!(host.line().await, acknowledged);
    let end = host.json().await;
    assert_eq!(end["method"], "notifications/cancelled");
    assert_eq!(end["params"]["requestId"], 1);
    let (_, rest) = host.end().await;
    assert_eq!(rest, [""; 0]);
}

#[tokio::test]
async fn a_subscription_that_the_server_ends_has_its_answer() {
    let origin = Origin::start(move |request: Request, mut reply: Reply| async move {
        reply.open_stream(&[]).await;
        reply.event("message", &result(&request.rpc_id())).await;
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    assert_eq!(host.answer(modern(1, "subscriptions/listen", "")).await, 1);
    let (_, rest) = host.end().await;
    assert_eq!(rest, [""; 0]);
}

#[tokio::test]
async fn a_request_that_was_lost_is_asked_anew_under_another_id_and_answered_under_its_own() {
    let origin = Origin::start(|request: Request, reply: Reply| async move {
        match request.rpc_id().as_str() {
            // The connection closes without an answer.
            "1" => drop(reply),
            id => {
                let list = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{TOOLS}}}"#);
                reply.json(&list).await;
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    let list = modern(1, "tools/list", "");
    let answer = host.ask(&list).await;
    assert_eq!(answer["id"], 1, "{answer}");
    let tools = answer["result"]["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 1, "it teaches as any list does");
    let requests = origin.requests();
    let ids: std::collections::BTreeSet<_> = requests.iter().map(Request::rpc_id).collect();
    assert_eq!(ids.len(), requests.len(), "no id is used twice");
    assert_eq!(requests.len(), 2);
    for request in &requests {
        let sent = request.body.replace(&request.rpc_id(), "1");
        assert_eq!(sent, list, "nothing else changes");
    }
    assert_eq!(host.end().await.1, [""; 0]);
}

//! One message through each of the server's doors; what comes back may be nothing, for a call that was
//! cancelled.

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tests::world::Server;

/// The headers of a caller.
pub(super) type Headers = Vec<(&'static str, String)>;

/// Posts a message of a revision with a handshake.
pub(super) async fn post(
    client: &Client,
    server: &Server,
    headers: &Headers,
    message: &Value,
) -> Option<Value> {
    let request = client.post(server.url("/mcp")).json(message);
    answer(with(request, headers)).await
}

/// The same as the only one of a batch.
pub(super) async fn batch(
    client: &Client,
    server: &Server,
    headers: &Headers,
    message: &Value,
) -> Option<Value> {
    let answers = post(client, server, headers, &json!([message])).await?;
    answers.as_array().unwrap().first().cloned()
}

/// A call as revision 2026-07-28 makes it.
pub(super) async fn stateless(
    client: &Client,
    server: &Server,
    headers: &Headers,
    mut message: Value,
) -> Option<Value> {
    message["params"]["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    let tool = message["params"]["name"].as_str().unwrap();
    let request = client
        .post(server.url("/mcp"))
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", tool)
        .json(&message);
    answer(with(request, headers)).await
}

/// Opens a session; gives its id.
pub(super) async fn session(client: &Client, server: &Server, headers: &Headers) -> String {
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}});
    let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let request = client
        .post(server.url("/mcp"))
        .header("accept", "application/json, text/event-stream")
        .json(&message);
    let response = with(request, headers).send().await.unwrap();
    let id = response.headers()["mcp-session-id"].to_str().unwrap();
    id.to_owned()
}

/// Says that the answer of this id is no longer wanted.
pub(super) async fn cancel(client: &Client, server: &Server, headers: &Headers, id: i64) {
    let params = json!({"requestId": id});
    let message = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
    let request = client.post(server.url("/mcp")).json(&message);
    let response = with(request, headers).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
}

async fn answer(request: RequestBuilder) -> Option<Value> {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body = response.text().await.unwrap();
    assert!(status.is_success(), "{status}: {body}");
    (!body.is_empty()).then(|| serde_json::from_str(&body).unwrap())
}

fn with(request: RequestBuilder, headers: &Headers) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, value)
    })
}

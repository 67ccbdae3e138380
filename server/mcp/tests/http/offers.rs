//! What an application may offer besides tools, on every transport.

use serde_json::{Value, json};

use crate::application::{Offers, Server, as_caller, call, json, stateless};

fn body(method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string()
}

async fn ask(server: &Server, method: &str, params: Value) -> Value {
    let request = as_caller(server.post("/mcp", body(method, &params)), Some("ana"));
    json(request.send().await.unwrap()).await
}

/// B-20: most methods were missing over HTTP although they were advertised.
#[tokio::test]
async fn b_20_every_transport_has_the_same_methods() {
    let server = Server::offering(Offers::Everything).await;
    let (endpoint, mut events) = server.open(Some("ana")).await;
    for (method, params, member) in [
        ("tools/list", json!({}), "tools"),
        ("tools/call", json!({"name": "whoami"}), "content"),
        ("prompts/list", json!({}), "prompts"),
        (
            "prompts/get",
            json!({"name": "greet", "arguments": {"whom": "ben"}}),
            "messages",
        ),
        ("resources/list", json!({}), "resources"),
        ("resources/templates/list", json!({}), "resourceTemplates"),
        ("resources/read", json!({"uri": "ana:1"}), "contents"),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": "greet"},
                "argument": {"name": "whom", "value": "b"}}),
            "completion",
        ),
    ] {
        let answer = ask(&server, method, params.clone()).await;
        assert!(
            answer["result"][member].is_array() || answer["result"][member].is_object(),
            "{method}: {answer}"
        );
        let post = as_caller(server.post(&endpoint, body(method, &params)), Some("ana"));
        assert_eq!(post.send().await.unwrap().status(), 202);
        assert_eq!(events.message().await, answer, "{method}");
        let request = as_caller(stateless(&server, method, params), Some("ana"));
        let newest = json(request.send().await.unwrap()).await;
        assert_eq!(
            newest["result"][member], answer["result"][member],
            "{method}"
        );
    }
    for method in ["ping", "logging/setLevel"] {
        let answer = ask(&server, method, json!({"level": "error"})).await;
        assert_eq!(answer["result"], json!({}), "{method}");
    }
}

#[tokio::test]
async fn what_is_not_offered_is_neither_advertised_nor_answered() {
    let server = Server::start().await;
    for method in [
        "prompts/list",
        "prompts/get",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "resources/subscribe",
        "completion/complete",
        "logging/setLevel",
        "subscriptions/listen",
    ] {
        let answer = ask(&server, method, json!({})).await;
        assert_eq!(answer["error"]["code"], -32601, "{method}");
    }
}

#[tokio::test]
async fn only_what_can_work_is_advertised() {
    let server = Server::offering(Offers::Everything).await;
    let stateless_era = stateless(&server, "server/discover", json!({}))
        .send()
        .await;
    let capabilities = &json(stateless_era.unwrap()).await["result"]["capabilities"];
    assert_eq!(
        *capabilities,
        json!({
            "tools": {"listChanged": true},
            "prompts": {"listChanged": true},
            "resources": {"listChanged": true, "subscribe": true},
            "completions": {},
            "logging": {}
        })
    );
    // Without a session nobody can be told.
    let answer = ask(&server, "initialize", json!({"capabilities": {}})).await;
    assert_eq!(
        answer["result"]["capabilities"],
        json!({"tools": {}, "prompts": {}, "resources": {}, "completions": {}, "logging": {}})
    );
}

#[tokio::test]
async fn lists_come_in_pages() {
    let server = Server::offering(Offers::Everything).await;
    let mut cursor = Value::Null;
    let mut names = Vec::new();
    for size in [3, 3, 1] {
        let answer = ask(&server, "resources/list", json!({"cursor": cursor})).await;
        let page = answer["result"]["resources"].as_array().unwrap();
        assert_eq!(page.len(), size);
        names.extend(page.iter().map(|resource| resource["name"].to_string()));
        cursor = answer["result"]["nextCursor"].clone();
    }
    assert_eq!(cursor, Value::Null);
    let expected: Vec<_> = (0..7).map(|n| format!("\"{n}\"")).collect();
    assert_eq!(names, expected);
    let tools = ask(&server, "tools/list", json!({})).await;
    let foreign = tools["result"]["nextCursor"].clone();
    let answer = ask(&server, "resources/list", json!({"cursor": foreign})).await;
    assert_eq!(answer["error"]["code"], -32602);
}

#[tokio::test]
async fn what_is_asked_for_but_not_there_is_named() {
    let server = Server::offering(Offers::Everything).await;
    for (method, params, code, part) in [
        (
            "prompts/get",
            json!({"name": "x"}),
            -32602,
            "unknown prompt `x`",
        ),
        (
            "prompts/get",
            json!({"name": "greet"}),
            -32602,
            "needs the argument `whom`",
        ),
        ("resources/read", json!({"uri": "ben:1"}), -32002, "`ben:1`"),
        (
            "logging/setLevel",
            json!({"level": "loud"}),
            -32602,
            "level",
        ),
        ("completion/complete", json!({}), -32602, "ref"),
    ] {
        let error = &ask(&server, method, params).await["error"];
        assert_eq!(error["code"], code, "{method}");
        assert!(error["message"].to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_structured_answer_comes_beside_the_text_in_the_form_of_its_schema() {
    let server = Server::start().await;
    let params = json!({"name": "add", "arguments": {"a": 1, "b": 2}});
    let answer = ask(&server, "tools/call", params).await;
    assert_eq!(answer["result"]["structuredContent"], json!({"sum": 3}));
    assert_eq!(answer["result"]["content"][0]["text"], "3");
    let first = ask(&server, "tools/list", json!({})).await;
    let cursor = &first["result"]["nextCursor"];
    let second = ask(&server, "tools/list", json!({"cursor": cursor})).await;
    let add = &second["result"]["tools"][2];
    assert_eq!(add["name"], "add");
    assert_eq!(add["outputSchema"]["properties"]["sum"]["type"], "integer");
    let plain = json(server.post("/mcp", call(1, "whoami")).send().await.unwrap()).await;
    assert_eq!(plain["result"].get("structuredContent"), None);
}

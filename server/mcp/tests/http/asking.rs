//! Calls that ask the client by being repeated (revision 2026-07-28).

use serde_json::{Value, json};

use crate::application::{Server, as_caller, call, json, stateless, text};

async fn ask(server: &Server, method: &str, params: Value, name: Option<&str>) -> Value {
    let request = as_caller(stateless(server, method, params), name);
    json(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_tool_asks_by_ending_its_call_and_goes_on_when_it_is_repeated() {
    let server = Server::start().await;
    let call = |more: Value| {
        let mut params = json!({"name": "delete"});
        let more = more.as_object().unwrap().clone();
        params.as_object_mut().unwrap().extend(more);
        ask(&server, "tools/call", params, Some("ana"))
    };
    let first = call(json!({})).await;
    let asked = &first["result"];
    assert_eq!(asked["resultType"], "input_required");
    assert_eq!(
        asked["inputRequests"]["sure"]["method"],
        "elicitation/create"
    );
    let accept = json!({"action": "accept", "content": {}});
    let state = &asked["requestState"];
    let second = call(json!({"inputResponses": {"sure": accept}, "requestState": state})).await;
    let asked = &second["result"];
    assert_eq!(asked["inputRequests"].as_object().unwrap().len(), 1);
    assert_eq!(
        asked["inputRequests"]["really"]["params"]["message"],
        "Really?"
    );
    let state = &asked["requestState"];
    let more = json!({"inputResponses": {"really": accept}, "requestState": state});
    let third = call(more.clone()).await;
    assert_eq!(third["result"]["resultType"], "complete");
    assert_eq!(text(&third), "ana deleted");
    let mut params = more;
    params["name"] = json!("delete");
    let stolen = ask(&server, "tools/call", params, Some("ben")).await;
    assert_eq!(stolen["error"]["code"], -32602);
    let declined = json!({"action": "decline"});
    let both = json!({"inputResponses": {"sure": declined, "really": accept}});
    assert_eq!(text(&call(both).await), "nothing deleted");
}

#[tokio::test]
async fn a_client_that_cannot_be_asked_learns_what_it_would_need() {
    let server = Server::start().await;
    let meta = json!({"io.modelcontextprotocol/clientCapabilities": {}});
    let params = json!({"name": "delete", "_meta": meta});
    let response = stateless(&server, "tools/call", params)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 400);
    let error = &json(response).await["error"];
    assert_eq!(error["code"], -32021);
    assert_eq!(
        error["data"],
        json!({"requiredCapabilities": {"elicitation": {}}})
    );
    // Without a session, older clients cannot be asked at all; the model is told.
    let answer = json(server.post("/mcp", call(1, "delete")).send().await.unwrap()).await;
    assert_eq!(answer["result"]["isError"], true);
    assert!(text(&answer).contains("`elicitation`"));
}

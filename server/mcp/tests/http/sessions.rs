//! Sessions on `/mcp`, for clients that can be asked.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::application::{Offers, Server, as_caller, call, events, json, text};

async fn initialize(server: &Server, capabilities: Value, name: Option<&str>) -> Response {
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": capabilities});
    let body = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let request = as_caller(server.post("/mcp", body.to_string()), name);
    request.send().await.unwrap()
}

/// A client that can be asked, in its session.
struct Client<'a> {
    server: &'a Server,
    session: String,
    name: Option<&'a str>,
}

impl<'a> Client<'a> {
    async fn open(server: &'a Server, name: Option<&'a str>) -> Self {
        let response = initialize(server, json!({"elicitation": {}}), name).await;
        let session = response.headers()["mcp-session-id"].to_str().unwrap();
        Self {
            server,
            session: session.to_owned(),
            name,
        }
    }

    fn with_session(&self, request: RequestBuilder) -> RequestBuilder {
        let request = as_caller(request, self.name).header("mcp-session-id", &self.session);
        request.header("accept", "application/json, text/event-stream")
    }

    async fn post(&self, body: impl Into<reqwest::Body>) -> Response {
        let request = self.with_session(self.server.post("/mcp", body));
        request.send().await.unwrap()
    }

    async fn get(&self, last_event: Option<&str>) -> Response {
        let mut request = self.with_session(self.server.get("/mcp"));
        if let Some(last_event) = last_event {
            request = request.header("last-event-id", last_event);
        }
        request.send().await.unwrap()
    }

    async fn answer(&self, id: &Value, result: Value) {
        let body = json!({"jsonrpc": "2.0", "id": id, "result": result});
        assert_eq!(self.post(body.to_string()).await.status(), 202);
    }
}

#[tokio::test]
async fn only_a_client_that_can_be_asked_gets_a_session() {
    let server = Server::start().await;
    for (capabilities, gets_one) in [
        (json!({}), false),
        (json!({"experimental": {}}), false),
        (json!({"elicitation": {}}), true),
        (json!({"sampling": {}}), true),
        (json!({"roots": {"listChanged": true}}), true),
    ] {
        let response = initialize(&server, capabilities.clone(), None).await;
        assert_eq!(response.status(), 200);
        let session = response.headers().get("mcp-session-id");
        assert_eq!(session.is_some(), gets_one, "{capabilities}");
        assert!(session.is_none_or(|id| id.len() == 32));
    }
}

#[tokio::test]
async fn a_tool_asks_the_person_while_its_call_waits() {
    let server = Server::start().await;
    let client = Client::open(&server, Some("ana")).await;
    let mut events = events(client.post(call(1, "delete")).await);
    let priming = events.next().await;
    assert_eq!(
        (priming.data.as_str(), priming.kind.as_str()),
        ("", "message")
    );
    for message in ["Are you sure?", "Really?"] {
        let question = events.message().await;
        assert_eq!(question["method"], "elicitation/create");
        assert_eq!(question["params"]["message"], message);
        let accept = json!({"action": "accept", "content": {"sure": true}});
        client.answer(&question["id"], accept).await;
    }
    assert_eq!(text(&events.message().await), "ana deleted");
    assert_eq!(events.try_next().await, None);
}

#[tokio::test]
async fn a_client_that_refuses_to_answer_makes_the_tool_fail() {
    let server = Server::start().await;
    let client = Client::open(&server, None).await;
    let mut events = events(client.post(call(1, "delete")).await);
    events.next().await;
    let question = events.message().await;
    let error = json!({"code": -1, "message": "not now"});
    let body = json!({"jsonrpc": "2.0", "id": question["id"], "error": error});
    client.post(body.to_string()).await;
    let answer = events.message().await;
    assert_eq!(answer["result"]["isError"], true);
    assert!(text(&answer).contains("not now"), "{answer}");
}

/// B-28: answers went to whoever listened.
#[tokio::test]
async fn b_28_a_session_is_of_its_first_credential() {
    let server = Server::start().await;
    let client = Client::open(&server, Some("ana")).await;
    for (name, part) in [(Some("ben"), "another credential"), (None, "brings none")] {
        let stranger = Client {
            server: &server,
            session: client.session.clone(),
            name,
        };
        for response in [
            stranger.post(call(1, "whoami")).await,
            stranger.get(None).await,
        ] {
            assert_eq!(response.status(), 403);
            let message = json(response).await["error"]["message"].to_string();
            assert!(message.contains(part), "{message}");
        }
    }
    let unknown = Client {
        server: &server,
        session: "feed".to_owned(),
        name: Some("ana"),
    };
    assert_eq!(unknown.post(call(1, "whoami")).await.status(), 404);
    assert_eq!(unknown.get(None).await.status(), 404);
}

#[tokio::test]
async fn a_deleted_session_is_gone_and_its_streams_end() {
    let server = Server::start().await;
    let client = Client::open(&server, None).await;
    let mut standing = events(client.get(None).await);
    standing.next().await;
    let request = client.with_session(server.delete("/mcp"));
    assert_eq!(request.send().await.unwrap().status(), 204);
    assert_eq!(standing.try_next().await, None);
    assert_eq!(client.post(call(1, "whoami")).await.status(), 404);
    let again = client.with_session(server.delete("/mcp"));
    assert_eq!(again.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn an_answer_whose_stream_was_lost_is_resumed_after_the_last_event() {
    let server = Server::start().await;
    let client = Client::open(&server, Some("patient")).await;
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "count", "_meta": {"progressToken": 1}}});
    let mut lost = events(client.post(body.to_string()).await);
    lost.next().await;
    let first = lost.next().await;
    drop(lost);
    server.gate.entered.notified().await;
    server.gate.open.notify_one();
    let last_event = first.last_event_id.as_str();
    let mut resumed = events(client.get(Some(last_event)).await);
    assert_eq!(resumed.message().await["params"]["progress"], 2.0);
    assert_eq!(text(&resumed.message().await), "three");
    assert_eq!(resumed.try_next().await, None);
    for nonsense in ["", "x", "1-99", "9-0"] {
        assert_eq!(client.get(Some(nonsense)).await.status(), 400, "{nonsense}");
    }
}

#[tokio::test]
async fn a_long_call_lets_go_of_its_connection_and_answers_the_client_that_comes_back() {
    let server = Server::start().await;
    let client = Client::open(&server, Some("polling")).await;
    let mut released = events(client.post(call(1, "count")).await);
    let priming = released.next().await;
    assert!(priming.retry.is_some());
    // The connection ends although the call goes on.
    assert_eq!(released.try_next().await, None);
    server.gate.open.notify_one();
    let mut resumed = events(client.get(Some(&priming.last_event_id)).await);
    assert_eq!(text(&resumed.message().await), "three");
    assert_eq!(resumed.try_next().await, None);
}

#[tokio::test]
async fn news_comes_on_the_standing_stream_of_those_who_want_it() {
    let server = Server::offering(Offers::Everything).await;
    let client = Client::open(&server, None).await;
    let mut standing = events(client.get(None).await);
    standing.next().await;
    for (method, uri) in [
        ("resources/subscribe", "a:1"),
        ("resources/subscribe", "a:2"),
        ("resources/unsubscribe", "a:2"),
    ] {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"uri": uri}});
        let response = json(client.post(body.to_string()).await).await;
        assert_eq!(response["result"], json!({}));
    }
    for uri in ["a:2", "a:1"] {
        server.changes.tell(mcp::Change::Resource(uri.to_owned()));
    }
    server.changes.tell(mcp::Change::Prompts);
    assert_eq!(standing.message().await["params"]["uri"], "a:1");
    let changed = standing.message().await;
    assert_eq!(changed["method"], "notifications/prompts/list_changed");
}

#[tokio::test]
async fn in_a_session_the_log_level_is_kept() {
    let server = Server::offering(Offers::Everything).await;
    let client = Client::open(&server, None).await;
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"debug"}}"#;
    assert_eq!(client.post(body).await.status(), 200);
    let mut events = events(client.post(call(1, "count")).await);
    events.next().await;
    for level in ["debug", "warning"] {
        assert_eq!(events.message().await["params"]["level"], level);
    }
    assert_eq!(text(&events.message().await), "three");
}

/// B-27.
#[tokio::test]
async fn b_27_a_call_is_cancelled_from_its_own_session() {
    let server = Server::start().await;
    let (client, other) = (
        Client::open(&server, None).await,
        Client::open(&server, None).await,
    );
    let request = client.with_session(server.post("/mcp", call(7, "wait")));
    let waiting = tokio::spawn(request.send());
    server.gate.entered.notified().await;
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": {"requestId": 7}})
    .to_string();
    assert_eq!(other.post(cancel.clone()).await.status(), 202);
    server.post("/mcp", cancel.clone()).send().await.unwrap();
    assert!(!waiting.is_finished());
    assert_eq!(client.post(cancel).await.status(), 202);
    server.gate.dropped.notified().await;
    let answer = json(waiting.await.unwrap().unwrap()).await;
    assert_eq!(answer["error"]["code"], -32800);
}

#[tokio::test]
async fn a_question_of_a_cancelled_call_is_taken_back() {
    let server = Server::start().await;
    let client = Client::open(&server, None).await;
    let mut events = events(client.post(call(7, "delete")).await);
    events.next().await;
    let question = events.message().await;
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": {"requestId": 7}});
    client.post(cancel.to_string()).await;
    let taken_back = events.message().await;
    assert_eq!(taken_back["method"], "notifications/cancelled");
    assert_eq!(taken_back["params"]["requestId"], question["id"]);
    assert_eq!(events.try_next().await, None);
}

#[tokio::test]
async fn a_session_whose_call_takes_no_stream_cannot_be_asked_there() {
    let server = Server::start().await;
    let client = Client::open(&server, None).await;
    let request = server.post("/mcp", call(1, "delete"));
    let request = request.header("mcp-session-id", &client.session);
    let answer = json(request.send().await.unwrap()).await;
    assert_eq!(answer["result"]["isError"], true);
    assert!(text(&answer).contains("cannot be asked"), "{answer}");
}

#[tokio::test]
async fn a_question_without_an_answer_ends_with_its_session() {
    let server = Server::start().await;
    let client = Client::open(&server, None).await;
    let mut events = events(client.post(call(1, "delete")).await);
    events.next().await;
    assert_eq!(events.message().await["method"], "elicitation/create");
    let request = client.with_session(server.delete("/mcp"));
    request.send().await.unwrap();
    assert_eq!(events.try_next().await, None);
    let answer = json(server.post("/mcp", call(2, "whoami")).send().await.unwrap()).await;
    assert_eq!(text(&answer), "nobody");
}

#[tokio::test]
async fn a_get_that_takes_no_stream_is_406_and_one_without_a_session_405() {
    let server = Server::start().await;
    let client = Client::open(&server, None).await;
    let request = server.get("/mcp").header("mcp-session-id", &client.session);
    assert_eq!(request.send().await.unwrap().status(), 406);
    let response = server.get("/mcp").send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
}

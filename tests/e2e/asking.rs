//! What the server asks the person before a host, and which hosts get a session for it.

use std::time::Duration;

use atlassian::Deployment;
use futures::{Stream, StreamExt as _};
use reqwest::{RequestBuilder, Response};
use sandbox::people;
use serde_json::{Value, json};
use shared::sse::{DecodeError, Event, decode};
use tests::transport::{EventStream, call, call_tool, is_error, text};
use tests::world::{DEPLOYMENTS, World, http_client, token_of};

const MOVE: &str = "transition-jira-issue";
const CHANGE: &str = "update-confluence-page";

/// How a host is asked.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// On the stream of the answer, in a session of Streamable HTTP.
    Session,
    /// On the stream of 2024-11-05.
    EventStream,
    /// By an answer that asks: the host repeats the call (2026-07-28).
    Repetition,
}

const WAYS: [Way; 3] = [Way::Session, Way::EventStream, Way::Repetition];

/// What a host was asked in the course of a call, and what the call came to.
struct Called {
    questions: Vec<Value>,
    answer: Value,
}

struct Site {
    deployment: Deployment,
    world: World,
}

impl Site {
    async fn start(deployment: Deployment, flags: &[&str]) -> Self {
        let world = World::with(deployment, flags, &[]).await;
        Self { deployment, world }
    }

    fn token(&self) -> String {
        token_of(&people::ana(), self.deployment)
    }

    fn post(&self, message: &Value) -> RequestBuilder {
        http_client()
            .post(self.world.server.url("/mcp"))
            .bearer_auth(self.token())
            .header("accept", "application/json, text/event-stream")
            .json(message)
    }

    /// What was carried out since the start.
    fn deeds(&self) -> Vec<&'static str> {
        let changes = self.world.sandbox.changes();
        changes.into_iter().map(|change| change.deed).collect()
    }

    /// Calls a tool as a host that shows questions, and replies to each with this result or error.
    async fn call(&self, way: Way, tool: &str, arguments: &Value, reply: &Value) -> Called {
        let message = call(1, tool, arguments);
        match way {
            Way::Session => self.call_in_session(&message, reply).await,
            Way::EventStream => self.call_beside_a_stream(&message, reply).await,
            Way::Repetition => self.call_again_and_again(message, reply).await,
        }
    }

    async fn call_in_session(&self, message: &Value, reply: &Value) -> Called {
        let response = self.post(&initialize("2025-11-25", true)).send();
        let session = session_of(&response.await.unwrap()).unwrap();
        let post = |message: &Value| self.post(message).header("mcp-session-id", &session);
        let response = post(message).send().await.unwrap();
        if response.headers()["content-type"] == "application/json" {
            return Called {
                questions: Vec::new(),
                answer: response.json().await.unwrap(),
            };
        }
        let mut events = decode(response.bytes_stream(), 1 << 24).boxed();
        let mut questions = Vec::new();
        loop {
            let message = next_message(&mut events).await;
            if message["method"].is_null() {
                let answer = message;
                return Called { questions, answer };
            }
            let replied = post(&replied(&message, reply)).send().await.unwrap();
            assert_eq!(replied.status(), 202);
            questions.push(message["params"].clone());
        }
    }

    async fn call_beside_a_stream(&self, message: &Value, reply: &Value) -> Called {
        let client = http_client();
        let bearer = format!("Bearer {}", self.token());
        let headers = [("authorization", bearer.as_str())];
        let opened = EventStream::open(&client, &self.world.server, &headers).await;
        let mut stream = opened.unwrap();
        let handshake = initialize("2024-11-05", true);
        let agreed = stream.send(&client, &headers, &handshake).await.answer();
        assert_eq!(agreed["result"]["protocolVersion"], "2024-11-05");
        let mut told = stream.send(&client, &headers, message).await.answer();
        let mut questions = Vec::new();
        while !told["method"].is_null() {
            let reply = replied(&told, reply);
            questions.push(told["params"].clone());
            told = stream.send(&client, &headers, &reply).await.answer();
        }
        let answer = told;
        Called { questions, answer }
    }

    async fn call_again_and_again(&self, mut message: Value, reply: &Value) -> Called {
        let mut questions = Vec::new();
        loop {
            let answer = self.call_once(message.clone()).await;
            if answer["result"]["resultType"] != "input_required" {
                return Called { questions, answer };
            }
            let result = &answer["result"];
            let asked = result["inputRequests"].as_object().unwrap();
            for (key, request) in asked {
                assert_eq!(request["method"], "elicitation/create");
                message["params"]["inputResponses"][key] = reply["result"].clone();
                questions.push(request["params"].clone());
            }
            message["params"]["requestState"] = result["requestState"].clone();
        }
    }

    /// One try of a call in revision 2026-07-28.
    async fn call_once(&self, mut message: Value) -> Value {
        message["params"]["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}
        });
        let tool = message["params"]["name"].as_str().unwrap().to_owned();
        let request = self.post(&message).header("mcp-method", "tools/call");
        let request = request.header("mcp-protocol-version", "2026-07-28");
        let response = request.header("mcp-name", tool).send().await.unwrap();
        response.json().await.unwrap()
    }
}

fn initialize(revision: &str, can_be_asked: bool) -> Value {
    let capabilities = if can_be_asked {
        json!({"elicitation": {}})
    } else {
        json!({})
    };
    let params = json!({"protocolVersion": revision, "capabilities": capabilities});
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
}

fn session_of(response: &Response) -> Option<String> {
    let id = response.headers().get("mcp-session-id")?;
    Some(id.to_str().unwrap().to_owned())
}

/// The reply to a request of the server.
fn replied(request: &Value, reply: &Value) -> Value {
    assert_eq!(request["method"], "elicitation/create", "{request}");
    let mut message = reply.clone();
    message["jsonrpc"] = json!("2.0");
    message["id"] = request["id"].clone();
    message
}

async fn next_message(
    events: &mut (impl Stream<Item = Result<Event, DecodeError<reqwest::Error>>> + Unpin),
) -> Value {
    loop {
        let event = tokio::time::timeout(Duration::from_secs(30), events.next()).await;
        let event = event.expect("an event within the test's patience");
        let event = event.expect("a stream that goes on").unwrap();
        // The first event of a stream in a session only names its place.
        if !event.data.is_empty() {
            return serde_json::from_str(&event.data).unwrap();
        }
    }
}

fn reply(action: &str) -> Value {
    json!({"result": {"action": action}})
}

/// The destructive tools, with what each is asked to do, tells the person and does.
fn destructive() -> [(&'static str, Value, [&'static str; 6], &'static str); 2] {
    [
        (
            MOVE,
            json!({"issue_key": "OPS-1", "transition_id": "31"}),
            [
                "Move Jira issue OPS-1 from status In Arbeit to Wartet auf Zulieferer?",
                "\nSummary: ",
                "\nTransition: Warten lassen",
                "\nWhere: http://",
                "/browse/OPS-1",
                "\nAccount: yours, by the credential your host sends",
            ],
            "took transition",
        ),
        (
            CHANGE,
            json!({"page_id": "98310", "content": "One more line.", "append": true}),
            [
                "Change Confluence page \"",
                "\nSpace: DEMO\nVersion that is there: ",
                "\nWhere: http://",
                "\nAccount: yours, by the credential your host sends\nChange:\n| --- before",
                "\n| +One more line.",
                "",
            ],
            "changed page",
        ),
    ]
}

#[tokio::test]
async fn a_session_is_for_clients_that_can_be_asked_or_with_sessions_on_for_all() {
    for (flags, variables, others_get_one) in [
        (&[][..], &[][..], false),
        (&["--sessions", "on"], &[], true),
        (&[], &[("SESSIONS", "on")], true),
    ] {
        let world = World::with(Deployment::DataCenter, flags, variables).await;
        let gets_one = async |can_be_asked| {
            let request = http_client()
                .post(world.server.url("/mcp"))
                .header("accept", "application/json, text/event-stream")
                .json(&initialize("2025-11-25", can_be_asked));
            session_of(&request.send().await.unwrap()).is_some()
        };
        assert!(gets_one(true).await);
        assert_eq!(
            gets_one(false).await,
            others_get_one,
            "{flags:?} {variables:?}"
        );
    }
}

#[tokio::test]
async fn a_destructive_call_is_made_once_the_person_has_said_yes_to_what_it_changes() {
    for deployment in DEPLOYMENTS {
        for way in WAYS {
            let site = Site::start(deployment, &[]).await;
            for (number, (tool, arguments, parts, deed)) in destructive().into_iter().enumerate() {
                let called = site.call(way, tool, &arguments, &reply("accept")).await;
                assert!(!is_error(&called.answer), "{way:?}: {}", called.answer);
                let [question] = called.questions.as_slice() else {
                    panic!("{way:?}: {:?}", called.questions);
                };
                let mut rest = question["message"].as_str().unwrap();
                for part in parts {
                    let behind = rest.split_once(part);
                    (_, rest) = behind.unwrap_or_else(|| panic!("{part:?} not in {question:#}"));
                }
                assert_eq!(question["requestedSchema"]["type"], "object");
                assert_eq!(site.deeds()[number..], [deed], "{way:?}");
            }
        }
    }
}

#[tokio::test]
async fn without_a_yes_nothing_is_changed_and_the_model_is_told_so() {
    let no = (
        reply("decline"),
        "was asked and said no: nothing was changed",
    );
    let closed = (
        reply("cancel"),
        "closed the question without an answer: nothing was changed",
    );
    let unwilling = (
        json!({"error": {"code": -32601, "message": "not now"}}),
        "refused: not now): nothing was changed",
    );
    for deployment in DEPLOYMENTS {
        for way in WAYS {
            let site = Site::start(deployment, &[]).await;
            for (tool, arguments, ..) in destructive() {
                for (reply, told) in [&no, &closed, &unwilling] {
                    // An error is no result, which is all there is to give in this way.
                    if matches!(way, Way::Repetition) && reply.get("error").is_some() {
                        continue;
                    }
                    let called = site.call(way, tool, &arguments, reply).await;
                    assert!(is_error(&called.answer), "{way:?}: {}", called.answer);
                    let text = text(&called.answer);
                    assert!(
                        text.contains(told) && text.contains("Next step: "),
                        "{text}"
                    );
                    assert_eq!(called.questions.len(), 1);
                }
            }
            assert_eq!(site.deeds(), [""; 0], "{way:?}");
        }
    }
}

#[tokio::test]
async fn nobody_is_asked_about_a_rehearsal_or_where_the_operator_or_the_host_does_not_want_it() {
    for way in WAYS {
        let site = Site::start(Deployment::DataCenter, &[]).await;
        for (tool, mut arguments, ..) in destructive() {
            arguments["dry_run"] = json!(true);
            let called = site.call(way, tool, &arguments, &reply("decline")).await;
            assert!(!is_error(&called.answer), "{}", called.answer);
            assert_eq!(called.questions, [""; 0]);
        }
        assert_eq!(site.deeds(), [""; 0]);

        let site = Site::start(Deployment::DataCenter, &["--confirm", "never"]).await;
        for (tool, arguments, ..) in destructive() {
            let called = site.call(way, tool, &arguments, &reply("decline")).await;
            assert!(!is_error(&called.answer), "{}", called.answer);
            assert_eq!(called.questions, [""; 0]);
        }
        assert_eq!(site.deeds().len(), 2);
    }
    let site = Site::start(Deployment::DataCenter, &[]).await;
    for (tool, arguments, ..) in destructive() {
        let answer = call_tool(&site.world.server, &site.token(), tool, &arguments).await;
        assert!(!is_error(&answer), "{answer}");
    }
    assert_eq!(site.deeds().len(), 2);
}

/// A yes is to the question as it was asked: when the page has another version by the time it comes, the
/// person is asked again.
#[tokio::test]
async fn a_yes_to_what_is_no_longer_so_changes_nothing() {
    let site = Site::start(Deployment::Cloud, &[]).await;
    let [_, (tool, arguments, ..)] = destructive();
    let mut message = call(1, tool, &arguments);
    let asked = site.call_once(message.clone()).await;
    let between = json!({"page_id": "98310", "content": "Ben was here.", "append": true});
    let ben = token_of(&people::ben(), site.deployment);
    let written = call_tool(&site.world.server, &ben, tool, &between).await;
    assert!(!is_error(&written), "{written}");

    let keys = |answer: &Value| -> Vec<String> {
        let requests = answer["result"]["inputRequests"].as_object().unwrap();
        requests.keys().cloned().collect()
    };
    let params = &mut message["params"];
    params["inputResponses"] = json!({&keys(&asked)[0]: {"action": "accept"}});
    params["requestState"] = asked["result"]["requestState"].clone();
    let asked_again = site.call_once(message).await;
    assert_ne!(keys(&asked_again), keys(&asked));
    assert_eq!(site.deeds(), ["changed page"]);
}

/// The server's own account is somebody else's: the person should know.
#[tokio::test]
async fn the_person_is_told_when_the_account_is_not_theirs() {
    let site = Site::start(Deployment::DataCenter, &[]).await;
    let token = site.token();
    let world = World::with(
        Deployment::DataCenter,
        &[],
        &[("JIRA_PERSONAL_TOKEN", &token)],
    )
    .await;
    let client = http_client();
    let mut stream = EventStream::open(&client, &world.server, &[])
        .await
        .unwrap();
    let handshake = initialize("2024-11-05", true);
    let agreed = stream.send(&client, &[], &handshake).await.answer();
    assert_eq!(agreed["result"]["protocolVersion"], "2024-11-05");
    let [(tool, arguments, ..), _] = destructive();
    let message = call(1, tool, &arguments);
    let question = stream.send(&client, &[], &message).await.answer();
    let message = question["params"]["message"].as_str().unwrap();
    assert!(
        message.contains("\nAccount: this server's own, not yours"),
        "{message}"
    );
}

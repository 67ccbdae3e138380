//! `GET /sse` as a reader of event streams sees it that we did not write.

use std::time::Duration;

use atlassian::Deployment;
use futures::StreamExt as _;
use reqwest_eventsource::{Error, Event, EventSource};
use sandbox::people;
use serde_json::{Value, json};
use tests::transport::{Headers, call, text};
use tests::world::{DEPLOYMENTS, Server, World, http_client, token_of};

const PATIENCE: Duration = Duration::from_secs(30);

/// An independent reader of the event stream.
struct Reader {
    events: EventSource,
    endpoint: String,
}

impl Reader {
    /// Opens a stream; its first event has to be the endpoint.
    async fn open(server: &Server, headers: Headers<'_>) -> Self {
        let client = reqwest_of_eventsource::Client::builder().no_proxy();
        let request = client.build().unwrap().get(server.url("/sse"));
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let mut events = EventSource::new(request).unwrap();
        assert!(matches!(next(&mut events).await, Ok(Event::Open)));
        let Ok(Event::Message(first)) = next(&mut events).await else {
            panic!("no first event");
        };
        assert_eq!(first.event, "endpoint");
        let stream = reqwest::Url::parse(&server.url("/sse")).unwrap();
        let endpoint = stream.join(&first.data).unwrap();
        Self {
            events,
            endpoint: endpoint.into(),
        }
    }

    /// The status and the sentence a POST to the endpoint is answered with.
    async fn post(&self, headers: Headers<'_>, message: &Value) -> (u16, String) {
        let request = http_client().post(&self.endpoint).json(message);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        let error = serde_json::from_str::<Value>(&body).unwrap_or_default();
        (
            status,
            error["error"]["message"]
                .as_str()
                .unwrap_or(&body)
                .to_owned(),
        )
    }

    /// The next event, which has to be a JSON-RPC message.
    async fn message(&mut self) -> Value {
        let Ok(Event::Message(event)) = next(&mut self.events).await else {
            panic!("no message");
        };
        assert_eq!(event.event, "message");
        serde_json::from_str(&event.data).unwrap_or_else(|error| panic!("{error}: {}", event.data))
    }
}

async fn next(events: &mut EventSource) -> Result<Event, Error> {
    let event = tokio::time::timeout(PATIENCE, events.next()).await;
    event
        .expect("an event within the test's patience")
        .expect("a stream that goes on")
}

/// B-16: there was no endpoint. B-17: every event was framed twice and its data no JSON. B-18: the
/// server sent notifications that only clients send, and invented ones.
#[tokio::test]
async fn b_16_b_17_b_18_an_independent_reader_gets_the_endpoint_and_then_its_answers() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let bearer = format!("Bearer {}", token_of(&people::ana(), deployment));
        let headers = [("authorization", bearer.as_str())];
        let mut reader = Reader::open(&world.server, &headers).await;
        assert!(
            reader.endpoint.starts_with(&world.server.url("/sse?")),
            "{}",
            reader.endpoint
        );

        let accepted = (202, String::new());
        let initialize = json!({"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": {
            "protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"},
        }});
        assert_eq!(reader.post(&headers, &initialize).await, accepted);
        let answer = reader.message().await;
        assert_eq!(answer["id"], "first");
        assert_eq!(answer["result"]["protocolVersion"], "2024-11-05");

        // B-19: a notification is not answered, so the next message answers the next request.
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(reader.post(&headers, &initialized).await, accepted);
        let message = call(7, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
        assert_eq!(reader.post(&headers, &message).await, accepted);
        let answer = reader.message().await;
        assert_eq!(answer["id"], 7);
        // Many lines in one event, and nothing of its framing in them.
        assert!(
            text(&answer).starts_with("# Jira Issue: DEMO-1\n\n<untrusted-")
                && text(&answer).contains(">\n**Title**: Checkout"),
            "{answer}"
        );
        assert!(!text(&answer).contains("data:"), "{answer}");
    }
}

/// B-17 and B-18 on the wire: the bytes of a stream, as they are.
#[tokio::test]
async fn b_17_b_18_an_event_is_framed_once_and_nothing_else_is_on_the_stream() {
    let world = World::start(Deployment::DataCenter).await;
    let client = http_client();
    let mut response = client.get(world.server.url("/sse")).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("cache-control"), "no-cache");
    assert_eq!(header("x-accel-buffering"), "no");
    let mut stream = String::new();
    let mut read_until_events = async |count: usize| {
        while stream.matches("\n\n").count() < count {
            let chunk = tokio::time::timeout(PATIENCE, response.chunk()).await;
            let chunk = chunk.unwrap().unwrap().expect("a stream that goes on");
            stream.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        stream.clone()
    };
    let first = read_until_events(1).await;
    let id = first
        .strip_prefix("event: endpoint\ndata: ?sessionId=")
        .and_then(|rest| rest.strip_suffix("\n\n"))
        .unwrap_or_else(|| panic!("{first:?}"));
    // 128 random bits in hexadecimal.
    assert!(
        id.len() >= 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{id}"
    );

    let endpoint = world.server.url(&format!("/sse?sessionId={id}"));
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let posted = client.post(endpoint).json(&ping).send().await.unwrap();
    assert_eq!(posted.status(), 202);
    assert_eq!(posted.bytes().await.unwrap(), "");
    let all = read_until_events(2).await;
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    assert_eq!(all, format!("{first}event: message\ndata: {answer}\n\n"));
}

/// B-28: what was meant for one reader could have reached all.
#[tokio::test]
async fn b_28_answers_reach_the_stream_they_were_asked_on_and_no_other() {
    let world = World::start(Deployment::DataCenter).await;
    let mut readers = Vec::new();
    for _ in 0..3 {
        readers.push(Reader::open(&world.server, &[]).await);
    }
    let ping = |id: usize| json!({"jsonrpc": "2.0", "id": id, "method": "ping"});
    for (at, reader) in readers.iter().enumerate() {
        assert_eq!(reader.post(&[], &ping(at)).await.0, 202);
    }
    for (at, reader) in readers.iter_mut().enumerate() {
        assert_eq!(reader.message().await["id"], at);
        // Had another's answer reached this stream, it would come before this one.
        assert_eq!(reader.post(&[], &ping(at + 10)).await.0, 202);
        assert_eq!(reader.message().await["id"], at + 10);
    }
}

#[tokio::test]
async fn b_01_a_stream_belongs_to_the_first_credential_seen_on_it() {
    let world = World::start(Deployment::DataCenter).await;
    let bearer = |person: sandbox::Person| format!("Bearer {}", person.personal_access_token);
    let (ana, ben) = (bearer(people::ana()), bearer(people::ben()));
    let (ana, ben) = (
        [("authorization", ana.as_str())],
        [("authorization", ben.as_str())],
    );
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});

    let opened_by_ana = Reader::open(&world.server, &ana).await;
    let opened_by_nobody = Reader::open(&world.server, &[]).await;
    assert_eq!(opened_by_nobody.post(&[], &ping).await.0, 202);
    for reader in [&opened_by_ana, &opened_by_nobody] {
        assert_eq!(reader.post(&ana, &ping).await.0, 202);
        let (status, sentence) = reader.post(&ben, &ping).await;
        assert_eq!(status, 403);
        assert!(
            sentence.contains("belongs to another credential"),
            "{sentence}"
        );
        let (status, sentence) = reader.post(&[], &ping).await;
        assert_eq!(status, 403);
        assert!(sentence.contains("this message brings none"), "{sentence}");
        assert_eq!(reader.post(&ana, &ping).await.0, 202);
    }
}

/// Asks until the server has noticed that the reader is gone.
async fn status_once_noticed(endpoint: &str, message: &Value) -> u16 {
    loop {
        let posted = http_client().post(endpoint).json(message).send().await;
        let status = posted.unwrap().status().as_u16();
        if status != 202 {
            return status;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stream_that_is_closed_or_never_was_is_not_found() {
    let world = World::start(Deployment::DataCenter).await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let reader = Reader::open(&world.server, &[]).await;
    let made_up = format!("{}0", reader.endpoint);
    assert_eq!(status_once_noticed(&made_up, &ping).await, 404);
    let endpoint = reader.endpoint.clone();
    drop(reader);
    let status = tokio::time::timeout(PATIENCE, status_once_noticed(&endpoint, &ping));
    assert_eq!(status.await.unwrap(), 404);
}

//! One message over each of the server's transports, as a plain client sends it.

use std::time::Duration;

use futures::{Stream, StreamExt as _};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use shared::sse::{DecodeError, Event, decode};

use crate::world::{Server, http_client};

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// POST, answered in the body.
    Post,
    /// The same within a batch of one.
    Batch,
    /// POST beside an event stream, answered on it.
    EventStream,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Post, Self::Batch, Self::EventStream];
}

/// Headers as they are sent, in order; a name may be there twice.
pub type Headers<'a> = &'a [(&'a str, &'a str)];

/// What came back for a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A JSON-RPC message.
    Answer(Value),
    /// An HTTP refusal and its body.
    Refused(StatusCode, Value),
}

impl Outcome {
    /// The JSON-RPC answer.
    ///
    /// # Panics
    /// When it was a refusal.
    #[must_use]
    pub fn answer(self) -> Value {
        match self {
            Self::Answer(answer) => answer,
            Self::Refused(status, body) => panic!("refused with {status}: {body}"),
        }
    }
}

/// A `tools/call` message.
#[must_use]
pub fn call(id: i64, tool: &str, arguments: &Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

/// The text of a `tools/call` answer.
#[must_use]
pub fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"]
        .as_str()
        .unwrap_or_else(|| panic!("no text in {answer}"))
}

/// Whether a `tools/call` answer says that the tool failed.
#[must_use]
pub fn is_error(answer: &Value) -> bool {
    answer["result"]["isError"]
        .as_bool()
        .unwrap_or_else(|| panic!("no result in {answer}"))
}

/// Sends one request and waits for what comes back.
pub async fn send(
    client: &Client,
    server: &Server,
    transport: Transport,
    headers: Headers<'_>,
    message: &Value,
) -> Outcome {
    match transport {
        Transport::Post => post(client, &server.url("/mcp"), headers, message).await,
        Transport::Batch => {
            match post(client, &server.url("/mcp"), headers, &json!([message])).await {
                Outcome::Answer(answers) => Outcome::Answer(answers[0].clone()),
                refused @ Outcome::Refused(..) => refused,
            }
        }
        Transport::EventStream => match EventStream::open(client, server, headers).await {
            Ok(mut stream) => stream.send(client, headers, message).await,
            Err(refused) => refused,
        },
    }
}

/// Calls a tool by one POST, for the owner of a token.
pub async fn call_tool(server: &Server, token: &str, tool: &str, arguments: &Value) -> Value {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let message = call(1, tool, arguments);
    let outcome = send(&http_client(), server, Transport::Post, &headers, &message).await;
    outcome.answer()
}

async fn post(client: &Client, url: &str, headers: Headers<'_>, message: &Value) -> Outcome {
    let response = with(client.post(url).json(message), headers)
        .send()
        .await
        .unwrap();
    let status = response.status();
    let body = response.json().await.unwrap();
    if status == StatusCode::OK {
        Outcome::Answer(body)
    } else {
        Outcome::Refused(status, body)
    }
}

fn with(request: RequestBuilder, headers: Headers<'_>) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    })
}

/// One open connection of the 2024-11-05 transport.
pub struct EventStream {
    endpoint: String,
    events: futures::stream::BoxStream<'static, Result<Event, DecodeError<reqwest::Error>>>,
}

/// How long a test waits for an event before it fails; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(30);

impl EventStream {
    /// Opens a connection and reads its endpoint.
    ///
    /// # Errors
    /// The refusal, when the server refuses.
    pub async fn open(
        client: &Client,
        server: &Server,
        headers: Headers<'_>,
    ) -> Result<Self, Outcome> {
        let url = server.url("/sse");
        let response = with(client.get(&url), headers).send().await.unwrap();
        if response.status() != StatusCode::OK {
            let status = response.status();
            return Err(Outcome::Refused(status, response.json().await.unwrap()));
        }
        let mut events = decode(response.bytes_stream(), 1 << 24).boxed();
        let first = next(&mut events).await;
        assert_eq!(first.kind, "endpoint");
        let endpoint = reqwest::Url::parse(&url)
            .unwrap()
            .join(&first.data)
            .unwrap()
            .to_string();
        Ok(Self { endpoint, events })
    }

    /// Posts one request and waits for the next message on the stream.
    pub async fn send(
        &mut self,
        client: &Client,
        headers: Headers<'_>,
        message: &Value,
    ) -> Outcome {
        match self.post(client, headers, message).await {
            None => Outcome::Answer(self.message().await),
            Some(refused) => refused,
        }
    }

    /// Posts one message; gives the refusal if it is refused.
    pub async fn post(
        &self,
        client: &Client,
        headers: Headers<'_>,
        message: &Value,
    ) -> Option<Outcome> {
        let request = with(client.post(&self.endpoint).json(message), headers);
        let response = request.send().await.unwrap();
        match response.status() {
            StatusCode::ACCEPTED => None,
            status => Some(Outcome::Refused(status, response.json().await.unwrap())),
        }
    }

    /// The next message on the stream.
    pub async fn message(&mut self) -> Value {
        let event = next(&mut self.events).await;
        assert_eq!(event.kind, "message");
        serde_json::from_str(&event.data).unwrap()
    }
}

async fn next(
    events: &mut (impl Stream<Item = Result<Event, DecodeError<reqwest::Error>>> + Unpin),
) -> Event {
    let event = tokio::time::timeout(PATIENCE, events.next()).await;
    event
        .expect("an event within the test's patience")
        .expect("a stream that goes on")
        .unwrap()
}

//! An application with three tools whose callers are named by a header, and a server running it.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::StreamExt as _;
use mcp::{
    AllowedHosts, Annotations, Answer, Application, CallContext, Effect, Entry, Failure,
    FingerprintKey, HttpSettings, Identified, Reach, Registry, RequestHead, ServerDescription,
    SessionPolicy, Tool, Unauthorized,
};
use reqwest::{RequestBuilder, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub(crate) struct Fixture {
    tools: Registry<Caller>,
    key: FingerprintKey,
    gate: Arc<Gate>,
}

/// What lets the tool `wait` go on, and how many calls of it have ended.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) open: Notify,
    pub(crate) entered: Notify,
    pub(crate) done: AtomicUsize,
}

pub(crate) struct Caller {
    name: String,
    gate: Arc<Gate>,
}

const READ: Annotations = Annotations {
    effect: Effect::ReadOnly,
    reach: Reach::ClosedWorld,
};

/// Says who calls.
#[derive(Deserialize, JsonSchema)]
struct Whoami {}

impl Tool<Caller> for Whoami {
    const NAME: &'static str = "whoami";
    const TITLE: &'static str = "Who am I";
    const DESCRIPTION: &'static str = "Says who calls.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        Ok(Answer::new(&*caller.name))
    }
}

/// Waits until it is let go.
#[derive(Deserialize, JsonSchema)]
struct Wait {}

impl Tool<Caller> for Wait {
    const NAME: &'static str = "wait";
    const TITLE: &'static str = "Wait";
    const DESCRIPTION: &'static str = "Waits until it is let go.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        caller.gate.entered.notify_one();
        caller.gate.open.notified().await;
        caller.gate.done.fetch_add(1, Ordering::SeqCst);
        Ok(Answer::new(format!("{} waited", caller.name)))
    }
}

/// Panics.
#[derive(Deserialize, JsonSchema)]
struct Panic {}

impl Tool<Caller> for Panic {
    const NAME: &'static str = "panic";
    const TITLE: &'static str = "Panic";
    const DESCRIPTION: &'static str = "Panics.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        panic!("as asked")
    }
}

const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<Whoami>(),
    Entry::of::<Wait>(),
    Entry::of::<Panic>(),
];

impl Application for Fixture {
    type Caller = Caller;

    fn description(&self) -> &ServerDescription {
        &ServerDescription {
            name: "fixture",
            title: "Fixture",
            version: "1.2.3",
            instructions: "Call whoami.",
        }
    }

    fn tools(&self) -> &Registry<Caller> {
        &self.tools
    }

    async fn identify(&self, head: RequestHead<'_>) -> Result<Identified<Caller>, Unauthorized> {
        let name = head
            .headers
            .get("x-name")
            .map(|value| value.to_str().unwrap());
        if name == Some("") {
            return Err(Unauthorized {
                message: "the X-Name header is empty".to_owned(),
            });
        }
        let fingerprint = name.map(|name| self.key.fingerprint(&[name.as_bytes()]));
        let name = name.unwrap_or("nobody").to_owned();
        Ok(Identified {
            caller: Caller {
                name,
                gate: Arc::clone(&self.gate),
            },
            fingerprint,
        })
    }
}

pub(crate) struct Server {
    address: SocketAddr,
    client: reqwest::Client,
    pub(crate) gate: Arc<Gate>,
    pub(crate) stop: CancellationToken,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let gate = Arc::new(Gate::default());
        let fixture = Fixture {
            tools: Registry::new(TOOLS),
            key: FingerprintKey::random().unwrap(),
            gate: Arc::clone(&gate),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = HttpSettings {
            allowed_hosts: AllowedHosts::new(address.ip(), []),
            max_body_bytes: 10_000,
            keep_alive: Duration::from_secs(15),
            page_size: NonZeroUsize::new(50).unwrap(),
            key: FingerprintKey::random().unwrap(),
            sessions: SessionPolicy::WhenNeeded,
            session_idle: Duration::from_secs(600),
        };
        let stop = CancellationToken::new();
        let (router, _count) = mcp::router(Arc::new(fixture), settings.clone(), stop.clone());
        let router = mcp::guarded(router, &settings);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::builder()
            .tls_certs_only([])
            .no_proxy()
            .build()
            .unwrap();
        Self {
            address,
            client,
            gate,
            stop,
        }
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client
            .post(format!("http://{}{path}", self.address))
            .body(body)
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{}{path}", self.address))
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.client.delete(format!("http://{}{path}", self.address))
    }

    /// Opens an event stream as a caller; gives the address to post to and the events after it.
    pub(crate) async fn open(&self, name: Option<&str>) -> (String, Events) {
        let response = as_caller(self.get("/sse"), name).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut events = Events(Box::pin(shared::sse::decode(
            response.bytes_stream(),
            1 << 20,
        )));
        let endpoint = events.next().await;
        assert_eq!(endpoint.kind, "endpoint");
        (format!("/sse{}", endpoint.data), events)
    }
}

pub(crate) fn as_caller(request: RequestBuilder, name: Option<&str>) -> RequestBuilder {
    match name {
        Some(name) => request.header("x-name", name),
        None => request,
    }
}

pub(crate) struct Events(
    std::pin::Pin<
        Box<
            dyn futures::Stream<
                    Item = Result<shared::sse::Event, shared::sse::DecodeError<reqwest::Error>>,
                > + Send,
        >,
    >,
);

impl Events {
    pub(crate) async fn next(&mut self) -> shared::sse::Event {
        self.try_next().await.expect("the stream has not ended")
    }

    pub(crate) async fn try_next(&mut self) -> Option<shared::sse::Event> {
        Some(self.0.next().await?.unwrap())
    }

    /// The next event as a JSON-RPC message.
    pub(crate) async fn message(&mut self) -> Value {
        let event = self.next().await;
        assert_eq!(event.kind, "message");
        serde_json::from_str(&event.data).unwrap()
    }
}

pub(crate) async fn json(response: Response) -> Value {
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

pub(crate) fn call(id: u32, tool: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}"}}}}"#)
}

/// The text a `tools/call` answered.
pub(crate) fn text(response: &Value) -> &str {
    response["result"]["content"][0]["text"].as_str().unwrap()
}

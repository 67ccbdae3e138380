//! An application whose callers are named by a header, and a server running it.

mod observed;
mod offers;
mod tools;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use futures::StreamExt as _;
use http::{HeaderMap, HeaderName};
use mcp::{
    AllowedHosts, Application, Changes, ClientLogging, Completions, Entry, FingerprintKey,
    HttpSettings, Identified, Limits, Observer, Prompts, Refused, Registry, RequestHead, Resources,
    ServerDescription, SessionPolicy, Unauthorized,
};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

pub(crate) struct Fixture {
    offers: Offers,
    tools: Registry<Caller>,
    changes: Changes,
    key: FingerprintKey,
    gate: Arc<Gate>,
    observed: observed::Observed,
}

/// What the application offers.
#[derive(Clone, Copy)]
pub(crate) enum Offers {
    ToolsOnly,
    Everything,
}

impl Offers {
    fn more(self) -> bool {
        matches!(self, Self::Everything)
    }
}

/// What lets the tool `wait` go on, and how many calls of it have ended.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) open: Notify,
    pub(crate) entered: Notify,
    pub(crate) done: AtomicUsize,
    pub(crate) dropped: Notify,
}

pub(crate) struct Caller {
    name: String,
    without: Vec<String>,
    gate: Arc<Gate>,
}

/// Names a tool that the caller does without.
static WITHOUT: [HeaderName; 1] = [HeaderName::from_static("x-without")];

fn without(headers: &HeaderMap) -> Result<Vec<String>, Refused> {
    let names = headers.get_all(&WITHOUT[0]).iter();
    let names = names.map(|name| match name.to_str() {
        Ok(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err(Refused::Malformed {
            message: "the X-Without header names no tool".to_owned(),
        }),
    });
    names.collect()
}

impl Application for Fixture {
    type Caller = Caller;

    fn description(&self) -> &ServerDescription {
        &ServerDescription {
            name: "fixture",
            title: "Fixture",
            version: "1.2.3",
        }
    }

    fn instructions(&self) -> std::borrow::Cow<'_, str> {
        "Call whoami.".into()
    }

    fn tools(&self) -> &Registry<Caller> {
        &self.tools
    }

    fn prompts(&self) -> Option<&dyn Prompts<Caller>> {
        self.offers.more().then_some(&offers::Offered)
    }

    fn resources(&self) -> Option<&dyn Resources<Caller>> {
        self.offers.more().then_some(&offers::Offered)
    }

    fn completions(&self) -> Option<&dyn Completions<Caller>> {
        self.offers.more().then_some(&offers::Offered)
    }

    fn changes(&self) -> Option<&Changes> {
        self.offers.more().then_some(&self.changes)
    }

    fn client_logging(&self) -> ClientLogging {
        match self.offers {
            Offers::ToolsOnly => ClientLogging::NotOffered,
            Offers::Everything => ClientLogging::Offered,
        }
    }

    fn observer(&self) -> Option<&dyn Observer<Caller>> {
        Some(&self.observed)
    }

    fn withheld(&self, caller: &Caller, tool: &Entry<Caller>) -> Option<&'static str> {
        let withheld = caller.without.iter().any(|name| name == tool.name());
        withheld.then_some("the caller does without")
    }

    fn binding_headers(&self) -> &[HeaderName] {
        &WITHOUT
    }

    fn narrowed(
        &self,
        caller: Arc<Caller>,
        opened_with: &HeaderMap,
    ) -> Result<Arc<Caller>, Refused> {
        let mut without = without(opened_with)?;
        without.extend(caller.without.iter().cloned());
        Ok(Arc::new(Caller {
            name: caller.name.clone(),
            gate: Arc::clone(&caller.gate),
            without,
        }))
    }

    async fn identify(&self, head: RequestHead<'_>) -> Result<Identified<Caller>, Refused> {
        let name = head
            .headers
            .get("x-name")
            .map(|value| value.to_str().unwrap());
        if name == Some("") {
            return Err(Refused::Unauthorized(Unauthorized {
                message: "the X-Name header is empty".to_owned(),
            }));
        }
        let fingerprint = name.map(|name| self.key.fingerprint(&[name.as_bytes()]));
        let name = name.unwrap_or("nobody").to_owned();
        Ok(Identified {
            caller: Caller {
                name,
                without: without(head.headers)?,
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
    pub(crate) changes: Changes,
    /// One line for each request that has ended.
    pub(crate) observed: UnboundedReceiver<String>,
}

/// Small enough to be reached by a test.
pub(crate) fn small() -> Limits {
    Limits {
        body_bytes: 10_000,
        ..Limits::default()
    }
}

impl Server {
    /// Three tools, as small programs have them.
    pub(crate) async fn start() -> Self {
        Self::offering(Offers::ToolsOnly).await
    }

    pub(crate) async fn offering(offers: Offers) -> Self {
        Self::with(offers, small()).await
    }

    pub(crate) async fn limited(limits: Limits) -> Self {
        Self::with(Offers::Everything, limits).await
    }

    async fn with(offers: Offers, limits: Limits) -> Self {
        let gate = Arc::new(Gate::default());
        let changes = Changes::default();
        let (sender, observed) = unbounded_channel();
        let fixture = Fixture {
            offers,
            tools: Registry::new(tools::TOOLS),
            changes: changes.clone(),
            key: FingerprintKey::random().unwrap(),
            gate: Arc::clone(&gate),
            observed: observed::Observed(sender),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = HttpSettings {
            allowed_hosts: AllowedHosts::new(address.ip(), []),
            limits,
            keep_alive: Duration::from_secs(15),
            page_size: NonZeroUsize::new(3).unwrap(),
            key: FingerprintKey::random().unwrap(),
            sessions: SessionPolicy::WhenNeeded,
            session_idle: Duration::from_secs(600),
        };
        let stop = CancellationToken::new();
        let (router, _count) = mcp::router(Arc::new(fixture), settings.clone(), stop.clone());
        let router = mcp::guarded(router, &settings);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            client: client(),
            gate,
            stop,
            changes,
            observed,
        }
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client
            .post(format!("http://{}{path}", self.address))
            .body(body)
    }

    /// Sends a request whose headers were changed after it was built.
    pub(crate) async fn execute(&self, request: reqwest::Request) -> Response {
        self.client.execute(request).await.unwrap()
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
        let mut events = events(response);
        let endpoint = events.next().await;
        assert_eq!(endpoint.kind, "endpoint");
        (format!("/sse{}", endpoint.data), events)
    }
}

/// Goes nowhere but to this machine.
fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder();
    builder.tls_certs_only([]).no_proxy().build().unwrap()
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

/// The events of a response that is a stream.
pub(crate) fn events(response: Response) -> Events {
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    Events(Box::pin(shared::sse::decode(
        response.bytes_stream(),
        1 << 20,
    )))
}

/// A request of revision 2026-07-28 as its clients send it.
pub(crate) fn stateless(server: &Server, method: &str, mut params: Value) -> RequestBuilder {
    let meta = serde_json::json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}
    });
    let named = params["_meta"].as_object().cloned().unwrap_or_default();
    params["_meta"] = meta;
    params["_meta"].as_object_mut().unwrap().extend(named);
    let name = params["name"].as_str().or(params["uri"].as_str());
    let name = name.map(str::to_owned);
    let body = serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let request = server
        .post("/mcp", body.to_string())
        .header("mcp-protocol-version", "2026-07-28")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-method", method);
    match name {
        Some(name) => request.header("mcp-name", name),
        None => request,
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

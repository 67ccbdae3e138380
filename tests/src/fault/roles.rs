//! What the servers of each transport have in common, so that a script holds only its fault.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Table, PoisonError, Weak};

use tokio::sync::Mutex;

use super::message::initialize_result;
use super::origin::Origin;
use super::reply::Reply;
use super::request::Request;

/// The revision every role settles on, but for 2024-11-05.
pub const REVISION: &str = "2025-11-25";

/// What a Streamable HTTP server does with the GET that opens the standing stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 405.
    Refused,
    /// The script answers it.
    Scripted,
}

/// A server that answers POSTs with JSON and keeps no session; the handshake is taken care of.
pub async fn plain<F, A>(script: F) -> Origin
where
    F: Fn(Request, Reply) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let script = Arc::new(script);
    Origin::start(move |request, reply| {
        let script = Arc::clone(&script);
        async move {
            match request.what().as_str() {
                "initialize" => {
                    let result = initialize_result(&request.rpc_id(), REVISION);
                    reply.json(&result).await;
                }
                "notifications/initialized" => reply.status(202).await,
                "GET" | "DELETE" => reply.status(405).await,
                _ => script(request, reply).await,
            }
        }
    })
    .await
}

/// The sessions of a Streamable HTTP server.
#[derive(Debug, Clone, Default)]
pub struct Sessions(Arc<Table<Known>>);

#[derive(Debug, Default)]
struct Known {
    issued: usize,
    live: Vec<String>,
}

impl Sessions {
    /// From now on every session made so far is unknown, as after a restart.
    pub fn forget(&self) {
        self.known().live.clear();
    }

    /// How many were made so far.
    #[must_use]
    pub fn issued(&self) -> usize {
        self.known().issued
    }

    /// How many were made and neither ended nor forgotten.
    #[must_use]
    pub fn live(&self) -> usize {
        self.known().live.len()
    }

    fn issue(&self) -> String {
        let mut known = self.known();
        known.issued += 1;
        let name = format!("session-{}", known.issued);
        known.live.push(name.clone());
        name
    }

    fn is_live(&self, request: &Request) -> bool {
        let named = request.header("mcp-session-id");
        let known = self.known();
        named.is_some_and(|named| known.live.iter().any(|live| live == named))
    }

    fn end(&self, request: &Request) {
        let named = request.header("mcp-session-id").unwrap_or_default();
        self.known().live.retain(|live| live != named);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A Streamable HTTP server with sessions: makes them, ends them, and knows no other (404).
pub async fn streamable<F, A>(standing: Standing, script: F) -> (Origin, Sessions)
where
    F: Fn(Request, Reply) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let sessions = Sessions::default();
    let (script, keeping) = (Arc::new(script), sessions.clone());
    let origin = Origin::start(move |request, reply| {
        let (script, sessions) = (Arc::clone(&script), keeping.clone());
        async move {
            match request.what().as_str() {
                "initialize" => {
                    let session = sessions.issue();
                    let headers = [
                        ("content-type", "application/json"),
                        ("mcp-session-id", &session),
                    ];
                    let result = initialize_result(&request.rpc_id(), REVISION);
                    reply.answer(200, &headers, result).await;
                }
                _ if !sessions.is_live(&request) => reply.status(404).await,
                "notifications/initialized" => reply.status(202).await,
                "DELETE" => {
                    sessions.end(&request);
                    reply.status(204).await;
                }
                "GET" if standing == Standing::Refused => reply.status(405).await,
                _ => script(request, reply).await,
            }
        }
    })
    .await;
    (origin, sessions)
}

/// An open event stream. Clones write to the same one; it closes when the last is dropped.
#[derive(Clone)]
pub struct Stream(Arc<Mutex<Option<Reply>>>);

impl Stream {
    /// On a reply whose head has been written.
    #[must_use]
    pub fn on(reply: Reply) -> Self {
        Self(Arc::new(Mutex::new(Some(reply))))
    }

    /// Writes bytes as they are.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) {
        if let Some(reply) = &mut *self.0.lock().await {
            reply.raw(bytes).await;
        }
    }

    /// Writes bytes in two parts.
    pub async fn split(&self, bytes: impl AsRef<[u8]>, at: usize) {
        if let Some(reply) = &mut *self.0.lock().await {
            reply.split(bytes, at).await;
        }
    }

    /// One `message` event.
    pub async fn message(&self, data: &str) {
        self.raw(format!("event: message\ndata: {data}\n\n")).await;
    }

    /// Closes the connection.
    pub async fn end(&self) {
        drop(self.0.lock().await.take());
    }

    /// Breaks the connection with a RST.
    pub async fn reset(&self) {
        if let Some(reply) = self.0.lock().await.take() {
            reply.reset();
        }
    }
}

/// The open streams of a 2024-11-05 server, by the session's number in the endpoint.
type Streams = Arc<Table<HashMap<usize, Weak<Mutex<Option<Reply>>>>>>;

/// The bytes before the number of the session in the endpoint.
const ENDPOINT: &str = "/messages?session=";

/// A 2024-11-05 server at `/sse`. The script gets every POST but the handshake's, its reply still to be
/// made, and the stream of its session.
pub async fn legacy<F, A>(script: F) -> Origin
where
    F: Fn(Request, Reply, Stream) -> A + Send + Sync + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let (script, streams) = (Arc::new(script), Streams::default());
    let issued = Arc::new(AtomicUsize::new(0));
    Origin::start(move |request, reply| {
        let (script, streams) = (Arc::clone(&script), Arc::clone(&streams));
        let number = issued.fetch_add(1, Ordering::Relaxed);
        async move {
            if request.method == "GET" {
                return hold_open(number, &streams, reply).await;
            }
            let Some(stream) = stream_of(&request, &streams) else {
                return reply.status(404).await;
            };
            match request.what().as_str() {
                "initialize" => {
                    reply.status(202).await;
                    let result = initialize_result(&request.rpc_id(), "2024-11-05");
                    stream.message(&result).await;
                }
                "notifications/initialized" => reply.status(202).await,
                _ => script(request, reply, stream).await,
            }
        }
    })
    .await
}

async fn hold_open(number: usize, streams: &Streams, mut reply: Reply) {
    reply.open_stream(&[]).await;
    let endpoint = format!("event: endpoint\ndata: {ENDPOINT}{number}\n\n");
    reply.raw(endpoint).await;
    let stream = Stream::on(reply);
    streams
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(number, Arc::downgrade(&stream.0));
    // The connection belongs to this task, so that it ends with the server.
    std::future::pending::<()>().await;
    drop(stream);
}

fn stream_of(request: &Request, streams: &Streams) -> Option<Stream> {
    let number = request.target.strip_prefix(ENDPOINT)?.parse().ok()?;
    let open = streams.lock().unwrap_or_else(PoisonError::into_inner);
    open.get(&number)?.upgrade().map(Stream)
}

/// The transports whose answers are events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eventful {
    /// The reply to the POST is a stream of its own, which ends with the script.
    Streamable,
    /// All answers come by one stream, which stays.
    Legacy,
}

impl Eventful {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Streamable, Self::Legacy];

    /// The path of its endpoint.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Streamable => "/mcp",
            Self::Legacy => "/sse",
        }
    }

    /// A server that answers what the handshake leaves by events.
    pub async fn origin<F, A>(self, script: F) -> Origin
    where
        F: Fn(Request, Stream) -> A + Send + Sync + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let script = Arc::new(script);
        if self == Self::Streamable {
            return plain(move |request, mut reply| {
                let script = Arc::clone(&script);
                async move {
                    reply.open_stream(&[]).await;
                    script(request, Stream::on(reply)).await;
                }
            })
            .await;
        }
        legacy(move |request, reply, stream| {
            let script = Arc::clone(&script);
            async move {
                reply.status(202).await;
                script(request, stream).await;
            }
        })
        .await
    }
}

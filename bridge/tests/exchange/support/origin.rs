//! A server that does to each request exactly what a test says, byte by byte, and remembers all.

use std::future::Future;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    /// A header by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        let first = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is sent twice");
        first
    }

    /// The method of the message in the body; empty when there is none.
    pub(crate) fn rpc_method(&self) -> String {
        let message: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        message["method"].as_str().unwrap_or_default().to_owned()
    }

    /// The raw id of the message in the body.
    pub(crate) fn rpc_id(&self) -> String {
        let message: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        message["id"].to_string()
    }
}

/// The answer to one request, on a connection of its own that closes when this is dropped.
pub(crate) struct Reply(BufReader<TcpStream>);

impl Reply {
    /// Writes bytes as they are. A client that has gone away is not an error.
    pub(crate) async fn raw(&mut self, bytes: impl AsRef<[u8]>) {
        let _gone = self.0.get_mut().write_all(bytes.as_ref()).await;
    }

    /// A whole answer.
    pub(crate) async fn answer(mut self, status: u16, headers: &[(&str, &str)], body: &str) {
        self.raw(head(status, headers)).await;
        self.raw(format!("content-length: {}\r\n\r\n{body}", body.len()))
            .await;
        let _gone = self.0.get_mut().shutdown().await;
    }

    /// A whole JSON answer.
    pub(crate) async fn json(self, body: &str) {
        self.answer(200, &[("content-type", "application/json")], body)
            .await;
    }

    /// The answer to `initialize` that begins a session of this name.
    pub(crate) async fn begin_session(self, id: &str) {
        let body = super::initialize_result("2025-06-18");
        self.in_session(id, &body).await;
    }

    /// A whole JSON answer that names a session.
    pub(crate) async fn in_session(self, id: &str, body: &str) {
        let headers = [("content-type", "application/json"), ("mcp-session-id", id)];
        self.answer(200, &headers, body).await;
    }

    /// A status alone.
    pub(crate) async fn status(self, status: u16) {
        self.answer(status, &[], "").await;
    }

    /// The beginning of an event stream; it ends with the connection.
    pub(crate) async fn open_stream(&mut self, headers: &[(&str, &str)]) {
        self.raw(head(200, headers)).await;
        self.raw("content-type: text/event-stream\r\n\r\n").await;
    }

    /// One event.
    pub(crate) async fn event(&mut self, kind: &str, data: &str) {
        self.raw(format!("event: {kind}\ndata: {data}\n\n")).await;
    }

    /// Waits until the client has closed the connection.
    pub(crate) async fn closed(&mut self) {
        let mut rest = Vec::new();
        let _gone = self.0.read_to_end(&mut rest).await;
    }
}

fn head(status: u16, headers: &[(&str, &str)]) -> String {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head
}

/// A server on a free port. Stops when it is dropped.
pub(crate) struct Origin {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Origin {
    /// Starts a server whose behaviour is one function.
    pub(crate) async fn start<F, A>(script: F) -> Self
    where
        F: Fn(Request, Reply) -> A + Send + Sync + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start_on(listener, script)
    }

    pub(crate) fn start_on<F, A>(listener: TcpListener, script: F) -> Self
    where
        F: Fn(Request, Reply) -> A + Send + Sync + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            let script = Arc::new(script);
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                let (script, record) = (Arc::clone(&script), Arc::clone(&record));
                connections.spawn(async move {
                    let mut connection = BufReader::new(connection);
                    if let Some(request) = read(&mut connection).await {
                        record.lock().unwrap().push(request.clone());
                        script(request, Reply(connection)).await;
                    }
                });
            }
        });
        Self {
            url,
            seen,
            tasks: Mutex::new(tasks),
        }
    }

    /// A server that answers each POST with JSON.
    pub(crate) async fn answering<F>(answer: F) -> Self
    where
        F: Fn(&Request) -> String + Send + Sync + 'static,
    {
        Self::start(move |request, reply| {
            let body = answer(&request);
            async move {
                match request.method.as_str() {
                    "POST" => reply.json(&body).await,
                    _ => reply.status(405).await,
                }
            }
        })
        .await
    }

    /// Ends the server and every connection to it, as a kill does. What it saw stays.
    pub(crate) async fn kill(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
        tasks.shutdown().await;
    }

    /// An address below this server.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Every request so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Method and path of every request so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests()
            .iter()
            .map(|r| format!("{} {}", r.method, r.path))
            .collect()
    }
}

async fn read(connection: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        connection
            .read_line(&mut line)
            .await
            .ok()
            .filter(|length| *length > 0)?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut first = lines.first()?.split(' ').map(str::to_owned);
    let (method, path) = (first.next()?, first.next()?);
    let headers: Vec<_> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    connection.read_exact(&mut body).await.ok()?;
    Some(Request {
        method,
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

//! A site of a few lines: answers as a script says and remembers what it was sent.
//! Knows HTTP/1.1 just well enough for that.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running listener; stops when dropped.
pub(crate) struct Listener {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What the script answers.
pub(crate) enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(String),
    /// Nothing, with the connection left open.
    Silence,
    /// What comes in the end.
    Later(Pin<Box<dyn Future<Output = Self> + Send>>),
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The names of all headers that were sent, in small letters.
    pub(crate) fn header_names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// `GET /path?query`.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// An answer with a JSON body.
pub(crate) fn json(body: &Value) -> Reply {
    reply(
        200,
        &[("Content-Type", "application/json")],
        &body.to_string(),
    )
}

/// An answer with headers and a body.
pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut text = format!(
        "HTTP/1.1 {status} Whatever\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    Reply::Bytes(format!("{text}Connection: close\r\n\r\n{body}"))
}

impl Listener {
    pub(crate) async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (record, script) = (Arc::clone(&seen), Arc::new(script));
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(answer(socket, Arc::clone(&record), Arc::clone(&script)));
            }
        });
        Self { url, seen, task }
    }

    /// A listener that gives everybody the same JSON.
    pub(crate) async fn saying(body: Value) -> Self {
        Self::start(move |_| json(&body)).await
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The request lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    /// The one request so far.
    pub(crate) fn only(&self) -> Seen {
        let mut seen = self.seen();
        assert_eq!(seen.len(), 1, "{:?}", self.lines());
        seen.remove(0)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer<F: Fn(&Seen) -> Reply>(
    socket: TcpStream,
    record: Arc<Mutex<Vec<Seen>>>,
    script: Arc<F>,
) {
    let mut socket = BufReader::new(socket);
    let Some(request) = read(&mut socket).await else {
        return;
    };
    record.lock().unwrap().push(request.clone());
    let mut reply = script(&request);
    if let Reply::Later(later) = reply {
        reply = later.await;
    }
    match reply {
        // The client may be gone, which is its right.
        Reply::Bytes(bytes) => drop(socket.write_all(bytes.as_bytes()).await),
        Reply::Silence | Reply::Later(_) => std::future::pending().await,
    }
}

async fn read(socket: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    socket
        .read_line(&mut line)
        .await
        .ok()
        .filter(|length| *length > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut seen = Seen {
        method,
        target,
        ..Seen::default()
    };
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        seen.headers
            .push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = seen
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.ok()?;
    seen.body = String::from_utf8(body).unwrap();
    Some(seen)
}

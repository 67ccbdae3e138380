//! One HTTP request as it arrived, with credentials as fingerprints; not what is answered to it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;

use super::SECRETS;

/// A request that has been read whole.
#[derive(Debug, Clone)]
pub struct Request {
    /// `POST`, `GET` or `DELETE`.
    pub method: String,
    /// Path and query, or the whole address where a proxy is asked.
    pub target: String,
    /// Lower-case names in order of arrival; a credential is replaced by its [`fingerprint`].
    headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// Which connection it came by, counted from the origin's start.
    pub connection: usize,
}

/// What stands for a credential in records: equal for equal values, and nothing can be read from it.
#[must_use]
pub fn fingerprint(value: &str) -> String {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    format!("fingerprint:{:016x}", hasher.finish())
}

impl Request {
    /// A header by its lower-case name.
    ///
    /// # Panics
    /// When it was sent twice, which no header of these tests may be.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        let first = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is sent twice");
        first
    }

    /// The names of the headers that carried a credential.
    #[must_use]
    pub fn credentials(&self) -> Vec<&str> {
        let carries = |(_, value): &&(String, String)| value.starts_with("fingerprint:");
        let carrying = self.headers.iter().filter(carries);
        carrying.map(|(name, _)| name.as_str()).collect()
    }

    /// The message in the body; null when there is none.
    #[must_use]
    pub fn message(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The JSON-RPC method; empty when there is none.
    #[must_use]
    pub fn rpc_method(&self) -> String {
        let message = self.message();
        message["method"].as_str().unwrap_or_default().to_owned()
    }

    /// The id as it was spelled; empty when there is none.
    #[must_use]
    pub fn rpc_id(&self) -> String {
        #[derive(Deserialize)]
        struct WithId {
            id: Box<RawValue>,
        }
        let message: Option<WithId> = serde_json::from_str(&self.body).ok();
        message.map_or_else(String::new, |message| message.id.get().to_owned())
    }

    /// What it is, in a word: the JSON-RPC method, `response`, `batch` or the HTTP method.
    #[must_use]
    pub fn what(&self) -> String {
        match self.message() {
            Value::Null => self.method.clone(),
            Value::Array(_) => "batch".to_owned(),
            message if message.get("method").is_none() => "response".to_owned(),
            _ => self.rpc_method(),
        }
    }

    /// All of it as one text, for a search.
    #[must_use]
    pub fn whole(&self) -> String {
        format!("{self:?}")
    }
}

/// Reads one request; `None` when the client has closed the connection instead.
pub(super) async fn read(connection: &mut BufReader<TcpStream>, number: usize) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        let read = connection.read_line(&mut line).await.ok()?;
        match line.trim_end() {
            _ if read == 0 => return None,
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut first = lines.first()?.split(' ').map(str::to_owned);
    let (method, target) = (first.next()?, first.next()?);
    let headers: Vec<_> = lines[1..].iter().filter_map(|line| header(line)).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(Some(0), |(_, value)| value.parse().ok())?];
    connection.read_exact(&mut body).await.ok()?;
    Some(Request {
        method,
        target,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        connection: number,
    })
}

/// Whatever these hold is a credential; other headers are judged by what they hold.
const CREDENTIAL_HEADERS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "x-jira-token",
    "x-confluence-token",
];

fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(": ")?;
    let is_credential = SECRETS.iter().any(|secret| value.contains(secret))
        || CREDENTIAL_HEADERS.contains(&&*name.to_ascii_lowercase());
    let value = if is_credential {
        fingerprint(value)
    } else {
        value.to_owned()
    };
    Some((name.to_ascii_lowercase(), value))
}

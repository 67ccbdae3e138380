//! What a script can do with the connection a request came by, byte by byte; not when.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// How long the parts of a split are apart, so that they are read apart.
const APART: Duration = Duration::from_millis(2);

/// The answer to one request. The connection closes when this is dropped.
///
/// A client that has gone away is no error of the script, so no verb fails.
pub struct Reply {
    connection: BufReader<TcpStream>,
    back: oneshot::Sender<BufReader<TcpStream>>,
}

impl Reply {
    /// On a connection that goes to the other end of `back` when it stays usable.
    pub(super) fn new(
        connection: BufReader<TcpStream>,
        back: oneshot::Sender<BufReader<TcpStream>>,
    ) -> Self {
        Self { connection, back }
    }

    /// Writes bytes as they are.
    pub async fn raw(&mut self, bytes: impl AsRef<[u8]>) {
        let _gone = self.try_raw(bytes).await;
    }

    /// The same, for a script that has to know whether the client still takes them.
    ///
    /// # Errors
    /// When it does not.
    pub async fn try_raw(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.connection.get_mut().write_all(bytes.as_ref()).await
    }

    /// Writes bytes in two parts, cut at an offset.
    pub async fn split(&mut self, bytes: impl AsRef<[u8]>, at: usize) {
        let (first, second) = bytes.as_ref().split_at(at);
        self.raw(first).await;
        sleep(APART).await;
        self.raw(second).await;
    }

    /// Writes bytes one by one.
    pub async fn drip(&mut self, bytes: impl AsRef<[u8]>) {
        for byte in bytes.as_ref() {
            self.raw([*byte]).await;
            tokio::task::yield_now().await;
        }
    }

    /// A whole answer, after which the connection closes.
    pub async fn answer(mut self, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) {
        self.raw(whole(status, headers, body.as_ref(), "close"))
            .await;
        let _gone = self.connection.get_mut().shutdown().await;
    }

    /// A whole JSON answer.
    pub async fn json(self, body: &str) {
        self.answer(200, &[("content-type", "application/json")], body)
            .await;
    }

    /// A status alone.
    pub async fn status(self, status: u16) {
        self.answer(status, &[], "").await;
    }

    /// A whole JSON answer, after which the same connection takes the next request.
    pub async fn json_and_keep(mut self, body: &str) {
        let json = [("content-type", "application/json")];
        self.raw(whole(200, &json, body.as_bytes(), "keep-alive"))
            .await;
        // The server may be going down.
        let _unused = self.back.send(self.connection);
    }

    /// The first bytes of a whole JSON answer, then the end of the connection.
    pub async fn cut(mut self, body: &str, after: usize) {
        let json = [("content-type", "application/json")];
        let bytes = whole(200, &json, body.as_bytes(), "close");
        self.raw(&bytes[..after.min(bytes.len() - 1)]).await;
    }

    /// The beginning of an event stream; it ends with the connection.
    pub async fn open_stream(&mut self, headers: &[(&str, &str)]) {
        self.raw(head(200, headers, "close")).await;
        self.raw("content-type: text/event-stream\r\n\r\n").await;
    }

    /// One `message` event.
    pub async fn message(&mut self, data: &str) {
        self.raw(format!("event: message\ndata: {data}\n\n")).await;
    }

    /// Says nothing until the client has closed the connection.
    pub async fn stall(&mut self) {
        let mut rest = Vec::new();
        let _gone = self.connection.read_to_end(&mut rest).await;
    }

    /// Closes the writing half and keeps reading until the client has closed the other.
    pub async fn half_close(mut self) {
        let _gone = self.connection.get_mut().shutdown().await;
        self.stall().await;
    }

    /// Ends the connection with a RST, as a crashed machine or a firewall does.
    pub fn reset(self) {
        let _gone = self.connection.get_ref().set_zero_linger();
    }
}

fn head(status: u16, headers: &[(&str, &str)], connection: &str) -> String {
    use std::fmt::Write as _;
    let mut head = format!("HTTP/1.1 {status} Scripted\r\nconnection: {connection}\r\n");
    for (name, value) in headers {
        // Writing to a string cannot fail.
        let _written = write!(head, "{name}: {value}\r\n");
    }
    head
}

fn whole(status: u16, headers: &[(&str, &str)], body: &[u8], connection: &str) -> Vec<u8> {
    let head = head(status, headers, connection);
    let mut bytes = format!("{head}content-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

//! Six kinds of clients that mean no good, each over connections of its own; not what they do to
//! others, which is measured by `just abuse` and held in `e2e/limits`.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep};

/// What such a client does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abuse {
    /// Asks again and again and reads no answer.
    SlowReader,
    /// Begins a request and sends a header every now and then.
    Slowloris,
    /// Sends a body of 100 MB.
    LargeBody,
    /// Sends 10,000 arrays in each other.
    DeepJson,
    /// Sends 100,000 bytes of headers.
    LargeHeaders,
    /// Sends what is no HTTP.
    RandomBytes,
}

const LARGE_BODY_BYTES: usize = 100_000_000;
const DEPTH: usize = 10_000;
const LARGE_HEADER_BYTES: usize = 100_000;
const RANDOM_BYTES: usize = 65_536;

impl Abuse {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::SlowReader,
        Self::Slowloris,
        Self::LargeBody,
        Self::DeepJson,
        Self::LargeHeaders,
        Self::RandomBytes,
    ];

    /// In a few words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SlowReader => "a slow reader",
            Self::Slowloris => "a slowloris",
            Self::LargeBody => "a 100 MB body",
            Self::DeepJson => "JSON 10,000 deep",
            Self::LargeHeaders => "100,000 header bytes",
            Self::RandomBytes => "random bytes",
        }
    }

    /// Goes on with some clients until what is returned is dropped.
    #[must_use]
    pub fn repeated(self, address: SocketAddr, clients: usize) -> JoinSet<()> {
        let mut all = JoinSet::new();
        for _ in 0..clients {
            all.spawn(async move {
                loop {
                    // Whatever the server does to end it is what it should do.
                    let _ended = self.once(address).await;
                }
            });
        }
        all
    }

    /// Does it on one connection until the server ends that; gives what the server said.
    ///
    /// # Errors
    /// When the server ends the connection in the middle.
    pub async fn once(self, address: SocketAddr) -> io::Result<String> {
        match self {
            Self::SlowReader => ask_and_never_read(address).await,
            Self::Slowloris => drip(address).await,
            Self::LargeBody => send_large_body(address).await,
            Self::DeepJson => {
                let body = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
                send(address, request(&body, "connection: close\r\n").as_bytes()).await
            }
            Self::LargeHeaders => {
                let headers = format!("x-large: {}\r\n", "x".repeat(LARGE_HEADER_BYTES));
                let headers = format!("connection: close\r\n{headers}");
                send(address, request("{}", &headers).as_bytes()).await
            }
            Self::RandomBytes => send(address, &noise()).await,
        }
    }
}

/// A POST.
#[must_use]
pub fn request(body: &str, headers: &str) -> String {
    let length = body.len();
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    )
}

/// Sends bytes and reads until the server ends the connection.
///
/// # Errors
/// When it ends in the middle.
pub async fn send(address: SocketAddr, bytes: &[u8]) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(bytes).await?;
    said(&mut stream).await
}

/// What the server says until it ends the connection.
///
/// # Errors
/// When it ends in the middle.
pub async fn said(stream: &mut TcpStream) -> io::Result<String> {
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

async fn ask_and_never_read(address: SocketAddr) -> io::Result<String> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    let mut stream = socket.connect(address).await?;
    let list = request(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, "");
    loop {
        stream.write_all(list.as_bytes()).await?;
    }
}

async fn drip(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(b"POST /mcp HTTP/1.1\r\nhost: localhost\r\n")
        .await?;
    loop {
        stream.write_all(b"x-one-more: header\r\n").await?;
        sleep(Duration::from_millis(50)).await;
    }
}

async fn send_large_body(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {LARGE_BODY_BYTES}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let (mut reads, mut writes) = stream.split();
    let part = vec![b' '; 65_536];
    let write = async {
        let mut left = LARGE_BODY_BYTES;
        while left > 0 {
            let length = part.len().min(left);
            writes.write_all(&part[..length]).await?;
            left -= length;
        }
        Ok::<_, io::Error>(())
    };
    let mut said = vec![0; 1024];
    // As a good client does: looks for an answer while it sends, and stops when there is one.
    let heard = tokio::select! {
        biased;
        heard = reads.read(&mut said) => heard?,
        written = write => written.map(|()| 0)?,
    };
    said.truncate(heard);
    stream.shutdown().await?;
    stream.read_to_end(&mut said).await?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

/// Bytes that mean nothing, and are the same each time.
fn noise() -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..RANDOM_BYTES).map(|_| byte()).collect()
}

//! The accept loop: connections in, served until they end, refused when there are too many, drained
//! when the server stops. Why it is our own: docs/decisions/0020-own-accept-loop.md.
//!
//! ```text
//! listener      accepts and counts
//!   tls           certificate and key, read again when their files change
//!   connection    handshake, HTTP/1.1, and the clock that ends it
//!   socket        tells what moves on the wire
//!   activity      what that means: until when the other end may take
//!   answer        one request: size of its headers, address of its peer, end of its answer
//!   refusal       what is answered before any route is looked for
//! ```
//!
//! What is known here is a connection. Who may have how many requests or streams is known to `mcp`.

mod activity;
mod answer;
mod connection;
pub(crate) mod refusal;
mod socket;
pub(crate) mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::open_files;
use activity::Activity;
pub(crate) use activity::Patience;
use answer::Answers;
use connection::Connections;
use socket::Socket;
use tls::Tls;

/// What one connection, and all of them together, may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConnectionLimits {
    /// The most connections at a time.
    pub(crate) connections: usize,
    /// The most bytes in the headers of one request.
    pub(crate) header_bytes: usize,
    /// How long the other end may take.
    pub(crate) patience: Patience,
}

/// How long accepting pauses when the system has no more files or memory for it.
const PAUSE: Duration = Duration::from_secs(1);

/// The most connections that are told at a time that there is no room; others are closed without a
/// word.
const MOST_REFUSALS: usize = 64;

/// How long the word may take.
const REFUSAL: Duration = Duration::from_secs(2);

/// Serves until `stop` is cancelled, then lets requests that have begun end until `patience` does.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    (mut limits, tls): (ConnectionLimits, Option<Arc<Tls>>),
    stop: CancellationToken,
    patience: impl Future<Output = ()>,
) {
    limits.connections = open_files::room_for(limits.connections);
    let answers = Answers {
        router: TowerToHyperService::new(router),
        max_header_bytes: limits.header_bytes,
    };
    let shared = Connections::new(answers, limits.patience, tls, stop.clone());
    let mut door = Door {
        shared: Arc::new(shared),
        limits,
        open: JoinSet::new(),
        refused: JoinSet::new(),
    };
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_ended) = door.open.join_next() => {}
            Some(_told) = door.refused.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => door.admit(stream, peer),
                Err(error) => pause_after(&error, &stop).await,
            },
        }
    }
    // Whoever comes now is refused by the system.
    drop(listener);
    let drained = async { while door.open.join_next().await.is_some() {} };
    tokio::select! {
        () = drained => {}
        () = patience => {}
    }
}

/// The connections there are. Dropping it ends them.
struct Door {
    shared: Arc<Connections>,
    limits: ConnectionLimits,
    open: JoinSet<()>,
    refused: JoinSet<()>,
}

impl Door {
    fn admit(&mut self, stream: TcpStream, peer: SocketAddr) {
        if self.open.len() < self.limits.connections {
            self.open
                .spawn(Arc::clone(&self.shared).serve(stream, peer));
            return;
        }
        let limit = self.limits.connections;
        tracing::warn!(%peer, "no room for a connection: there are {limit} (--max-connections)");
        if self.refused.len() < MOST_REFUSALS && !self.shared.is_encrypted() {
            self.refused.spawn(refuse(stream, self.limits));
        }
    }
}

/// Says that there is no room, whatever is asked.
async fn refuse(stream: TcpStream, limits: ConnectionLimits) {
    let activity = Arc::new(Activity::new(limits.patience));
    let mut socket = Socket::new(stream, activity);
    let told = async {
        socket
            .write_all(&refusal::no_room(limits.connections))
            .await?;
        socket.shutdown().await
    };
    if !matches!(timeout(REFUSAL, told).await, Ok(Ok(()))) {
        tracing::debug!("a connection was closed without a word");
    }
}

/// A connection that broke while it was accepted is nobody else's matter. Everything else, such as
/// too many open files, will be the same a moment later, and passes when connections end.
async fn pause_after(error: &io::Error, stop: &CancellationToken) {
    if matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    ) {
        return;
    }
    tracing::error!(
        %error,
        "no connection can be accepted; if there are too many open files, raise their number \
         (ulimit -n) above --max-connections"
    );
    tokio::select! {
        () = stop.cancelled() => {}
        () = sleep(PAUSE) => {}
    }
}

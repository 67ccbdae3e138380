//! One connection from its handshake to its end, whoever ends it.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout_at};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::activity::{Activity, Overdue, Patience};
use super::answer::Answers;
use super::socket::Socket;
use super::tls::Tls;

/// hyper refuses headers without a word. Ours are refused by size before that, with one, so its limit
/// is only there to bound what is read.
const HARD_LIMIT: usize = 4;

/// The same for how many there are, of which [`super::answer::MOST_HEADERS`] are taken. More than these
/// cannot be read at all, and hyper makes room for as many with each request.
const MOST_HEADERS_READ: usize = 512;

/// The least that hyper accepts for a buffer.
const LEAST_BUFFER_BYTES: usize = 8192;

/// What all connections share.
pub(super) struct Connections {
    http: http1::Builder,
    answers: Answers,
    patience: Patience,
    tls: Option<Arc<Tls>>,
    stop: CancellationToken,
}

/// How a connection ended.
enum Ended {
    Done(hyper::Result<()>),
    Overdue(Overdue),
}

impl Connections {
    pub(super) fn new(
        answers: Answers,
        patience: Patience,
        tls: Option<Arc<Tls>>,
        stop: CancellationToken,
    ) -> Self {
        let most = answers.max_header_bytes.saturating_mul(HARD_LIMIT);
        let mut http = http1::Builder::new();
        http.max_headers(MOST_HEADERS_READ)
            .max_header_size(most)
            .max_buf_size(most.max(LEAST_BUFFER_BYTES));
        Self {
            http,
            answers,
            patience,
            tls,
            stop,
        }
    }

    /// Whether connections begin with a TLS handshake.
    pub(super) fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Serves one connection until it ends or the server stops.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        // Nagle's algorithm would hold back each event of a stream for 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY cannot be set");
        }
        let activity = Arc::new(Activity::new(self.patience));
        let socket = Socket::new(stream, Arc::clone(&activity));
        match &self.tls {
            None => self.http(socket, peer, activity).await,
            // On the heap, so that connections without TLS need no room for it.
            Some(tls) => Box::pin(self.https(tls, socket, peer, activity)).await,
        }
    }

    async fn https(&self, tls: &Tls, socket: Socket, peer: SocketAddr, activity: Arc<Activity>) {
        let handshake = TlsAcceptor::from(tls.config()).accept(socket);
        let Some((deadline, _)) = activity.deadline() else {
            return;
        };
        let handshake = self
            .stop
            .run_until_cancelled(timeout_at(deadline, handshake));
        match handshake.await {
            Some(Ok(Ok(stream))) => self.http(stream, peer, activity).await,
            Some(Ok(Err(error))) => tracing::debug!(%peer, %error, "no TLS connection"),
            Some(Err(_late)) => tracing::debug!(%peer, "no TLS connection within --header-timeout"),
            None => {}
        }
    }

    async fn http<I>(&self, io: I, peer: SocketAddr, activity: Arc<Activity>)
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let answers = service_fn(|request| self.answers.answer(request, peer, &activity));
        let mut connection = pin!(self.http.serve_connection(TokioIo::new(io), answers));
        let mut stop = pin!(self.stop.cancelled());
        let mut is_told = false;
        let mut timer = pin!(sleep_until(Instant::now()));
        let ended = poll_fn(|cx| {
            if !is_told && stop.as_mut().poll(cx).is_ready() {
                is_told = true;
                connection.as_mut().graceful_shutdown();
            }
            // All that moves on a connection moves in here, so the deadline needs no other look.
            if let Poll::Ready(done) = connection.as_mut().poll(cx) {
                return Poll::Ready(Ended::Done(done));
            }
            poll_overdue(&activity, timer.as_mut(), cx).map(Ended::Overdue)
        });
        match ended.await {
            Ended::Done(Ok(())) => {}
            Ended::Done(Err(error)) => tracing::debug!(%peer, %error, "connection ended"),
            Ended::Overdue(why) => tracing::debug!(%peer, %why, "connection ended from here"),
        }
    }
}

fn poll_overdue(
    activity: &Activity,
    mut timer: Pin<&mut Sleep>,
    cx: &mut Context<'_>,
) -> Poll<Overdue> {
    let Some((deadline, why)) = activity.deadline() else {
        return Poll::Pending;
    };
    if timer.deadline() != deadline {
        timer.as_mut().reset(deadline);
    }
    timer.poll(cx).map(|()| why)
}

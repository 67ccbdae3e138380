//! The scripted server on its port; not what its scripts answer.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::SECRETS;
use super::reply::Reply;
use super::request::{Request, read};
use crate::leaks;

/// How long a test waits for requests before it fails; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

type Answering = Pin<Box<dyn Future<Output = ()> + Send>>;
type Script = Arc<dyn Fn(Request, Reply) -> Answering + Send + Sync>;

/// A server whose behaviour is one function. It stops when this is dropped.
pub struct Origin {
    address: SocketAddr,
    script: Script,
    seen: watch::Sender<Vec<Request>>,
    connections: Arc<AtomicUsize>,
    serving: JoinSet<()>,
    /// Never listens: nobody else gets the port while the server is down.
    _held: TcpSocket,
}

/// A socket at an address that others of this program may have, too.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    #[cfg(unix)]
    socket.set_reuseport(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

impl Origin {
    /// Starts it on a free port of this machine.
    pub async fn start<F, A>(script: F) -> Self
    where
        F: Fn(Request, Reply) -> A + Send + Sync + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let held = bound((Ipv4Addr::LOCALHOST, 0).into());
        let mut origin = Self {
            address: held.local_addr().unwrap(),
            script: Arc::new(move |request, reply| Box::pin(script(request, reply))),
            seen: watch::Sender::new(Vec::new()),
            connections: Arc::default(),
            serving: JoinSet::new(),
            _held: held,
        };
        origin.up();
        origin
    }

    /// A server that answers each POST with this JSON and offers no stream.
    pub async fn json<F>(answer: F) -> Self
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

    fn serve(&mut self, listener: TcpListener) {
        let (script, seen) = (Arc::clone(&self.script), self.seen.clone());
        let count = Arc::clone(&self.connections);
        self.serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                let _unimportant = connection.set_nodelay(true);
                let number = count.fetch_add(1, Ordering::Relaxed);
                let (script, seen) = (Arc::clone(&script), seen.clone());
                connections.spawn(talk(connection, number, script, seen));
            }
        });
    }

    /// Ends every connection and refuses others, as a killed server does. The port stays this server's.
    pub async fn down(&mut self) {
        self.serving.shutdown().await;
    }

    /// Listens again on the same port.
    pub fn up(&mut self) {
        self.serve(bound(self.address).listen(BACKLOG).unwrap());
    }

    /// An address below this server.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request so far, in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.seen.borrow().clone()
    }

    /// Lets go of the requests so far, for runs of which nobody will ask for them.
    pub fn forget(&self) {
        self.seen.send_modify(Vec::clear);
    }

    /// What each request so far was, see [`Request::what`].
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.seen.borrow().iter().map(Request::what).collect()
    }

    /// How many requests so far were this, see [`Request::what`].
    #[must_use]
    pub fn count(&self, what: &str) -> usize {
        let seen = self.seen.borrow();
        seen.iter().filter(|request| request.what() == what).count()
    }

    /// Waits until so many requests were this.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn until(&self, what: &str, count: usize) {
        let mut seen = self.seen.subscribe();
        let reached = seen
            .wait_for(|seen| seen.iter().filter(|request| request.what() == what).count() >= count);
        let reached = timeout(PATIENCE, reached).await;
        assert!(
            reached.is_ok(),
            "{count} × {what} did not come: {:?}",
            self.log()
        );
    }

    /// The invariant of every origin but the configured one.
    ///
    /// # Panics
    /// When any request to it held a credential in any form.
    pub fn assert_saw_no_secret(&self) {
        for request in self.requests() {
            assert_eq!(request.credentials(), [""; 0], "{}", request.target);
            leaks::assert_none("another origin", &request.whole(), &SECRETS, &[]);
        }
    }
}

/// One connection after the other request, as long as the script leaves it usable.
async fn talk(
    connection: TcpStream,
    number: usize,
    script: Script,
    seen: watch::Sender<Vec<Request>>,
) {
    let mut connection = BufReader::new(connection);
    while let Some(request) = read(&mut connection, number).await {
        let (back, kept) = oneshot::channel();
        seen.send_modify(|seen| seen.push(request.clone()));
        script(request, Reply::new(connection, back)).await;
        match kept.await {
            Ok(kept) => connection = kept,
            Err(_closed) => return,
        }
    }
}

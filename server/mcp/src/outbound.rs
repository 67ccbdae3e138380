//! Where messages beside an answer go, such as progress and questions; not over which transport.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tokio::sync::{Notify, mpsc};

/// How many messages may wait for a slow reader.
const QUEUE: usize = 64;

/// The way to whoever waits for an answer, as long as that answer is worked on.
#[derive(Debug, Clone)]
pub(crate) struct Outbound {
    way: Option<mpsc::Sender<String>>,
    /// Asks the transport to let go of the connection, where the client can come back.
    release: Option<Arc<Notify>>,
}

/// The message cannot reach the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Undeliverable;

impl Outbound {
    /// For a client that takes one answer and nothing else.
    pub(crate) fn nowhere() -> Self {
        Self {
            way: None,
            release: None,
        }
    }

    /// A way and its end. Each message is JSON without line breaks.
    pub(crate) fn channel() -> (Self, mpsc::Receiver<String>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self::to(sender), receiver)
    }

    pub(crate) fn to(sender: mpsc::Sender<String>) -> Self {
        Self {
            way: Some(sender),
            release: None,
        }
    }

    /// Adds a way to ask for the release of the connection.
    pub(crate) fn releasing(mut self, release: Arc<Notify>) -> Self {
        self.release = Some(release);
        self
    }

    /// Asks to let go of the connection; nothing happens where the client could not come back.
    pub(crate) fn release(&self) {
        if let Some(release) = &self.release {
            release.notify_one();
        }
    }

    /// Sends a notification, which is lost when the reader is gone or far behind.
    pub(crate) fn notify(&self, method: &str, params: &impl Serialize) {
        let message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        let taken = self
            .way
            .as_ref()
            .is_some_and(|sender| sender.try_send(message.to_string()).is_ok());
        if !taken {
            tracing::debug!(method, "a notification found no reader");
        }
    }

    /// Sends what must not be lost, waiting for a slow reader.
    pub(crate) async fn deliver(&self, message: String) -> Result<(), Undeliverable> {
        let sender = self.way.as_ref().ok_or(Undeliverable)?;
        sender.send(message).await.map_err(|_| Undeliverable)
    }

    /// Whether the client takes anything but one answer.
    pub(crate) fn is_open(&self) -> bool {
        self.way.as_ref().is_some_and(|sender| !sender.is_closed())
    }

    /// Waits until nobody reads any more; for ever if nobody ever did.
    pub(crate) async fn closed(&self) {
        match &self.way {
            Some(sender) => sender.closed().await,
            None => std::future::pending().await,
        }
    }
}

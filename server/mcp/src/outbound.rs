//! Where messages beside an answer go, such as progress and questions; not over which transport.

use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;

/// How many messages may wait for a slow reader.
const QUEUE: usize = 64;

/// The way to whoever waits for an answer, as long as that answer is worked on.
#[derive(Debug, Clone)]
pub(crate) struct Outbound(Option<mpsc::Sender<String>>);

/// The message cannot reach the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Undeliverable;

impl Outbound {
    /// For a client that takes one answer and nothing else.
    pub(crate) fn nowhere() -> Self {
        Self(None)
    }

    /// A way and its end. Each message is JSON without line breaks.
    pub(crate) fn channel() -> (Self, mpsc::Receiver<String>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self(Some(sender)), receiver)
    }

    pub(crate) fn to(sender: mpsc::Sender<String>) -> Self {
        Self(Some(sender))
    }

    /// Sends a notification, which is lost when the reader is gone or far behind.
    pub(crate) fn notify(&self, method: &str, params: &impl Serialize) {
        let message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        let taken = self
            .0
            .as_ref()
            .is_some_and(|sender| sender.try_send(message.to_string()).is_ok());
        if !taken {
            tracing::debug!(method, "a notification found no reader");
        }
    }

    /// Sends what must not be lost, waiting for a slow reader.
    pub(crate) async fn deliver(&self, message: String) -> Result<(), Undeliverable> {
        let sender = self.0.as_ref().ok_or(Undeliverable)?;
        sender.send(message).await.map_err(|_| Undeliverable)
    }

    /// Waits until nobody reads any more; for ever if nobody ever did.
    pub(crate) async fn closed(&self) {
        match &self.0 {
            Some(sender) => sender.closed().await,
            None => std::future::pending().await,
        }
    }
}

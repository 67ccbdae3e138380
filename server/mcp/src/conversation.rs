//! What is known of a client that keeps a connection or a session: what it can do, what it was asked,
//! what it listens to. Nothing here says who it is.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use ::http::HeaderMap;
use serde_json::{Map, Value, json};
use shared::jsonrpc::RequestId;
use shared::protocol::method;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::level::Level;
use crate::outbound::Outbound;

/// What a client says it can do: the members of `capabilities` (MCP schema, `ClientCapabilities`).
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ClientCapabilities(pub(crate) Map<String, Value>);

impl ClientCapabilities {
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(Value::is_object)
    }
}

/// The state of one conversation.
#[derive(Debug)]
pub(crate) struct Conversation {
    /// Tells conversations of this process apart.
    pub(crate) number: u64,
    state: Mutex<State>,
    opened_with: OnceLock<HeaderMap>,
    questions: AtomicI64,
    ended: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    capabilities: ClientCapabilities,
    level: Option<Level>,
    resources: HashSet<String>,
    asked: HashMap<RequestId, oneshot::Sender<Result<Value, Refused>>>,
}

/// A client answered a question with an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refused {
    pub(crate) message: String,
}

impl Conversation {
    pub(crate) fn new() -> Self {
        static CONVERSATIONS: AtomicU64 = AtomicU64::new(0);
        Self {
            number: CONVERSATIONS.fetch_add(1, Ordering::Relaxed),
            state: Mutex::default(),
            opened_with: OnceLock::new(),
            questions: AtomicI64::new(1),
            ended: CancellationToken::new(),
        }
    }

    /// Keeps the headers of the opening request that hold for all that come later.
    pub(crate) fn open_with(&self, binding: HeaderMap) {
        // The first request opens; nothing that comes later changes what it said.
        let _kept = self.opened_with.set(binding);
    }

    /// The headers of the opening request that hold for this one, too.
    pub(crate) fn opened_with(&self) -> Option<&HeaderMap> {
        self.opened_with.get().filter(|binding| !binding.is_empty())
    }

    pub(crate) fn introduce(&self, capabilities: ClientCapabilities) {
        self.lock().capabilities = capabilities;
    }

    pub(crate) fn capabilities(&self) -> ClientCapabilities {
        self.lock().capabilities.clone()
    }

    pub(crate) fn set_level(&self, level: Level) {
        self.lock().level = Some(level);
    }

    /// What the client set, else what happens but nothing finer.
    pub(crate) fn level(&self) -> Level {
        self.lock().level.unwrap_or(Level::Info)
    }

    pub(crate) fn subscribe(&self, uri: String) {
        self.lock().resources.insert(uri);
    }

    pub(crate) fn unsubscribe(&self, uri: &str) {
        self.lock().resources.remove(uri);
    }

    pub(crate) fn is_subscribed(&self, uri: &str) -> bool {
        self.lock().resources.contains(uri)
    }

    /// Asks the client and waits for its answer.
    pub(crate) async fn ask(
        &self,
        outbound: &Outbound,
        method: &str,
        params: Value,
    ) -> Result<Value, Refused> {
        let id = self.questions.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        self.lock().asked.insert(RequestId::from(id), sender);
        let question = Question {
            of: self,
            id,
            outbound,
        };
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        let gone = |why: &str| Refused {
            message: why.to_owned(),
        };
        if outbound.deliver(message.to_string()).await.is_err() {
            return Err(gone(
                "the client cannot be asked: nothing reads this answer's stream",
            ));
        }
        let answer = tokio::select! {
            biased;
            answer = answer => answer.ok(),
            () = outbound.closed() => None,
            () = self.ended.cancelled() => None,
        };
        drop(question);
        answer.unwrap_or_else(|| Err(gone("the client has gone before it answered")))
    }

    /// Ends the conversation: whoever waits for an answer gets none.
    pub(crate) fn end(&self) {
        self.ended.cancel();
    }

    /// Waits for its end.
    pub(crate) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Takes an answer of the client; one that nobody waits for is dropped.
    pub(crate) fn answered(&self, id: &RequestId, answer: Result<Value, Refused>) {
        let waiting = self.lock().asked.remove(id);
        match waiting {
            Some(waiting) => {
                // Whoever asked may have been cancelled meanwhile.
                waiting.send(answer).ok();
            }
            None => tracing::debug!("an answer came to no question"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while holding it, and each member is valid at any point.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open question. Dropping it before it is answered takes it back.
struct Question<'a> {
    of: &'a Conversation,
    id: i64,
    outbound: &'a Outbound,
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        let open = self.of.lock().asked.remove(&RequestId::from(self.id));
        if open.is_some() {
            let params = json!({"requestId": self.id, "reason": "the call that asked has ended"});
            self.outbound.notify(method::CANCELLED, &params);
        }
    }
}

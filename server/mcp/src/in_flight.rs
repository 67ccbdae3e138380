//! The requests being worked on, so that they can be cancelled; not what is done with them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::jsonrpc::RequestId;
use tokio_util::sync::CancellationToken;

use crate::http::fingerprint::Fingerprint;

/// Within what an id names one request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// One connection or session, by its number.
    Conversation(u64),
    /// No session: everything that the same credential sends, or everything without one.
    Credential(Option<Fingerprint>),
}

type Key = (Scope, RequestId);

/// All requests being worked on.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    open: Mutex<Open>,
    entries: AtomicU64,
}

/// The number of each entry and what cancels it.
type Open = HashMap<Key, Vec<(u64, CancellationToken)>>;

/// A request being worked on. Dropping it ends that.
#[derive(Debug)]
pub(crate) struct Entry {
    key: Key,
    number: u64,
    requests: Arc<InFlight>,
    /// Cancelled when the client no longer wants an answer.
    pub(crate) cancelled: CancellationToken,
}

impl InFlight {
    pub(crate) fn enter(self: &Arc<Self>, scope: Scope, id: RequestId) -> Entry {
        let number = self.entries.fetch_add(1, Ordering::Relaxed);
        let (key, cancelled) = ((scope, id), CancellationToken::new());
        let mut open = self.lock();
        let same = open.entry(key.clone()).or_default();
        same.push((number, cancelled.clone()));
        drop(open);
        Entry {
            key,
            number,
            requests: Arc::clone(self),
            cancelled,
        }
    }

    /// Cancels the one request of that id. Two of them cannot be told apart, so neither is cancelled.
    pub(crate) fn cancel(&self, scope: Scope, id: &RequestId) {
        match self.lock().get(&(scope, id.clone())).map(Vec::as_slice) {
            Some([(_, one)]) => one.cancel(),
            Some(_) => tracing::info!("two open requests have the id to be cancelled; both go on"),
            None => {}
        }
    }

    fn leave(&self, entry: &Entry) {
        let mut open = self.lock();
        if let Some(same) = open.get_mut(&entry.key) {
            same.retain(|(number, _)| *number != entry.number);
            if same.is_empty() {
                open.remove(&entry.key);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // No code panics while holding it, and a map of tokens is valid at any point.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.requests.leave(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Scope = Scope::Credential(None);

    #[test]
    fn of_two_open_requests_with_one_id_neither_is_cancelled() {
        let in_flight = Arc::new(InFlight::default());
        let id = RequestId::from(1);
        let first = in_flight.enter(NOBODY, id.clone());
        let second = in_flight.enter(NOBODY, id.clone());
        in_flight.cancel(NOBODY, &id);
        assert!(!first.cancelled.is_cancelled() && !second.cancelled.is_cancelled());
        drop(first);
        in_flight.cancel(NOBODY, &id);
        assert!(second.cancelled.is_cancelled());
        drop(second);
        assert!(in_flight.lock().is_empty());
    }

    #[test]
    fn a_request_is_cancelled_from_within_its_scope_only() {
        let in_flight = Arc::new(InFlight::default());
        let id = RequestId::from(1);
        let entry = in_flight.enter(Scope::Conversation(1), id.clone());
        in_flight.cancel(NOBODY, &id);
        in_flight.cancel(Scope::Conversation(2), &id);
        in_flight.cancel(Scope::Conversation(1), &RequestId::from(2));
        assert!(!entry.cancelled.is_cancelled());
        in_flight.cancel(Scope::Conversation(1), &id);
        assert!(entry.cancelled.is_cancelled());
    }
}

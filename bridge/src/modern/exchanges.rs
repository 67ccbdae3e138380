//! The requests of this era that are open: one POST each, and closing its stream is how a request is
//! cancelled (2026-07-28, "Cancellation"). One that is lost is asked anew under another id; which ones
//! are is decided elsewhere.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use shared::jsonrpc::RequestId;
use tokio_util::sync::CancellationToken;

/// The open requests by id.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    table: Mutex<HashMap<RequestId, Closing>>,
    /// Ids of ours, each with the exchange it stands for.
    aliases: Mutex<HashMap<RequestId, Closing>>,
    next_number: AtomicU64,
}

/// How an exchange learns that the host no longer wants it.
#[derive(Debug, Clone)]
pub(crate) struct Closing {
    id: RequestId,
    /// Tells it from a later one with the same id.
    number: u64,
    closed: CancellationToken,
}

impl Closing {
    /// Carries out a step of the exchange; `None` when the host has cancelled it.
    pub(crate) async fn unless_closed<T>(&self, step: impl Future<Output = T>) -> Option<T> {
        self.closed.run_until_cancelled(step).await
    }
}

impl Exchanges {
    pub(super) fn begin(&self, id: RequestId) -> Closing {
        let closing = Closing {
            id: id.clone(),
            number: self.next_number.fetch_add(1, Ordering::Relaxed),
            closed: CancellationToken::new(),
        };
        self.table().insert(id, closing.clone());
        closing
    }

    pub(super) fn is_open(&self, id: &RequestId) -> bool {
        self.table().contains_key(id)
    }

    /// Whether there was something to close.
    pub(super) fn close(&self, id: &RequestId) -> bool {
        let table = self.table();
        let closing = table.get(id);
        if let Some(closing) = closing {
            closing.closed.cancel();
        }
        closing.is_some()
    }

    /// From now on this id stands for the open request with that one. `false` when none is open.
    pub(super) fn rename(&self, id: &RequestId, alias: RequestId) -> bool {
        let open = self.table().get(id).cloned();
        let is_open = open.is_some();
        self.aliases().extend(open.map(|closing| (alias, closing)));
        is_open
    }

    /// The host's id of the request that an id of ours stands for.
    pub(super) fn original(&self, alias: &RequestId) -> Option<RequestId> {
        self.aliases().get(alias).map(|closing| closing.id.clone())
    }

    /// An exchange is over, which says nothing about a later one with the same id.
    pub(super) fn end(&self, closing: &Closing) {
        self.aliases()
            .retain(|_, open| open.number != closing.number);
        let mut table = self.table();
        let listed = table.get(&closing.id).map(|listed| listed.number);
        if listed == Some(closing.number) {
            table.remove(&closing.id);
        }
    }

    fn aliases(&self) -> MutexGuard<'_, HashMap<RequestId, Closing>> {
        self.aliases
            .lock()
            .expect("no holder of the aliases panics")
    }

    fn table(&self) -> MutexGuard<'_, HashMap<RequestId, Closing>> {
        self.table.lock().expect("no holder of the table panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_is_cancelled_before_it_is_sent_finds_out() {
        let exchanges = Exchanges::default();
        let id = RequestId::from(1);
        let closing = exchanges.begin(id.clone());
        assert_eq!(closing.unless_closed(async { 7 }).await, Some(7));
        assert!(exchanges.close(&id));
        assert_eq!(closing.unless_closed(async { 7 }).await, None);
        exchanges.end(&closing);
        assert!(!exchanges.close(&id));
    }

    #[test]
    fn the_end_of_a_cancelled_request_does_not_end_the_next_one_with_its_id() {
        let exchanges = Exchanges::default();
        let id = RequestId::from(1);
        let cancelled = exchanges.begin(id.clone());
        exchanges.close(&id);
        let next = exchanges.begin(id.clone());
        exchanges.end(&cancelled);
        assert!(exchanges.is_open(&id));
        exchanges.end(&next);
        assert!(!exchanges.is_open(&id));
    }

    #[test]
    fn an_alias_stands_for_its_request_as_long_as_that_is_open() {
        let exchanges = Exchanges::default();
        let (id, alias) = (RequestId::from(1), RequestId::from(2));
        assert!(!exchanges.rename(&id, alias.clone()), "nothing is open");
        let closing = exchanges.begin(id.clone());
        assert!(exchanges.rename(&id, alias.clone()));
        assert_eq!(exchanges.original(&alias), Some(id));
        exchanges.end(&closing);
        assert_eq!(exchanges.original(&alias), None);
    }
}

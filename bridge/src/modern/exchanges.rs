//! The requests of this era that are open: one POST each, and closing its stream is how a request is
//! cancelled (2026-07-28, "Cancellation").

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use shared::jsonrpc::RequestId;
use tokio_util::sync::CancellationToken;

/// What a request is for, as far as the bridge treats it differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `tools/list`: its answer teaches which arguments are repeated in headers.
    ToolsList,
    /// `subscriptions/listen`: stays open until one side closes it.
    Subscription,
    /// Anything else.
    Other,
}

impl Purpose {
    pub(super) fn of(method: &str) -> Self {
        match method {
            "tools/list" => Self::ToolsList,
            "subscriptions/listen" => Self::Subscription,
            _ => Self::Other,
        }
    }
}

/// The open requests by id.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    table: Mutex<HashMap<RequestId, Exchange>>,
    next_number: AtomicU64,
}

#[derive(Debug)]
struct Exchange {
    purpose: Purpose,
    closing: Closing,
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
    pub(super) fn begin(&self, id: RequestId, purpose: Purpose) -> Closing {
        let closing = Closing {
            id: id.clone(),
            number: self.next_number.fetch_add(1, Ordering::Relaxed),
            closed: CancellationToken::new(),
        };
        let exchange = Exchange {
            purpose,
            closing: closing.clone(),
        };
        self.table().insert(id, exchange);
        closing
    }

    pub(super) fn purpose(&self, id: &RequestId) -> Option<Purpose> {
        self.table().get(id).map(|exchange| exchange.purpose)
    }

    /// Whether there was something to close.
    pub(super) fn close(&self, id: &RequestId) -> bool {
        let table = self.table();
        let exchange = table.get(id);
        if let Some(exchange) = exchange {
            exchange.closing.closed.cancel();
        }
        exchange.is_some()
    }

    /// An exchange is over, which says nothing about a later one with the same id.
    pub(super) fn end(&self, closing: &Closing) {
        let mut table = self.table();
        let listed = table
            .get(&closing.id)
            .map(|exchange| exchange.closing.number);
        if listed == Some(closing.number) {
            table.remove(&closing.id);
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<RequestId, Exchange>> {
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
        let closing = exchanges.begin(id.clone(), Purpose::Other);
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
        let cancelled = exchanges.begin(id.clone(), Purpose::Other);
        exchanges.close(&id);
        let next = exchanges.begin(id.clone(), Purpose::ToolsList);
        exchanges.end(&cancelled);
        assert_eq!(exchanges.purpose(&id), Some(Purpose::ToolsList));
        exchanges.end(&next);
        assert_eq!(exchanges.purpose(&id), None);
    }

    #[test]
    fn what_a_request_is_for_is_known_while_it_is_open() {
        let exchanges = Exchanges::default();
        let id = RequestId::from(1);
        exchanges.begin(id.clone(), Purpose::of("subscriptions/listen"));
        assert_eq!(exchanges.purpose(&id), Some(Purpose::Subscription));
        assert_eq!(exchanges.purpose(&RequestId::from(2)), None);
        assert_eq!(Purpose::of("tools/list"), Purpose::ToolsList);
    }
}

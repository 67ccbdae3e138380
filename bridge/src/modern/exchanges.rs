//! The requests of this era that are open: one POST each, and closing its stream is how a request is
//! cancelled (2026-07-28, "Cancellation").

use std::collections::HashMap;
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
pub(super) struct Exchanges(Mutex<HashMap<RequestId, Exchange>>);

#[derive(Debug)]
struct Exchange {
    purpose: Purpose,
    closing: CancellationToken,
}

impl Exchanges {
    pub(super) fn begin(&self, id: RequestId, purpose: Purpose) {
        let closing = CancellationToken::new();
        self.table().insert(id, Exchange { purpose, closing });
    }

    pub(super) fn closing(&self, id: &RequestId) -> Option<CancellationToken> {
        let table = self.table();
        table.get(id).map(|exchange| exchange.closing.clone())
    }

    pub(super) fn purpose(&self, id: &RequestId) -> Option<Purpose> {
        self.table().get(id).map(|exchange| exchange.purpose)
    }

    /// Whether there was something to close. It stays in the table until its delivery ends: a request
    /// that still waits to be sent has to find out.
    pub(super) fn close(&self, id: &RequestId) -> bool {
        let table = self.table();
        let exchange = table.get(id);
        if let Some(exchange) = exchange {
            exchange.closing.cancel();
        }
        exchange.is_some()
    }

    pub(super) fn end(&self, id: &RequestId) {
        self.table().remove(id);
    }

    fn table(&self) -> MutexGuard<'_, HashMap<RequestId, Exchange>> {
        self.0.lock().expect("no holder of the table panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_cancelled_before_it_is_sent_finds_out() {
        let exchanges = Exchanges::default();
        let id = RequestId::from(1);
        exchanges.begin(id.clone(), Purpose::of("tools/call"));
        assert!(exchanges.close(&id));
        assert!(exchanges.closing(&id).unwrap().is_cancelled());
        exchanges.end(&id);
        assert!(exchanges.closing(&id).is_none() && !exchanges.close(&id));
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

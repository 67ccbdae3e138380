//! The table of requests the host still waits for: the one place that decides whether an answer is
//! owed; not what the answer is.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::{Arc, Mutex, MutexGuard};

use shared::jsonrpc::RequestId;
use tokio::sync::watch;

use crate::gathering::Gathering;

/// Every request of the host between its line and the line that answers it.
#[derive(Debug)]
pub(crate) struct Pending {
    table: Mutex<HashMap<RequestId, Entry>>,
    changed: watch::Sender<()>,
}

/// How a request is to be answered.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    /// What its answer teaches the bridge.
    pub(crate) role: Role,
    /// The batch it came in, whose answers leave together.
    pub(crate) batch: Option<Arc<Gathering>>,
}

/// What the answer to a request teaches the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The revision the session speaks.
    Initialize,
    /// Nothing.
    Ordinary,
}

#[derive(Debug)]
struct Entry {
    ticket: Ticket,
    state: State,
    carrier: Option<CarrierId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    /// Someone is writing the answer.
    Claimed,
}

/// A connection that was to bring answers and takes them along when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CarrierId(pub(crate) u64);

/// The same id is already waiting for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AlreadyWaiting;

impl Pending {
    pub(crate) fn new() -> Self {
        Self {
            table: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    /// Notes that the host waits for an answer.
    pub(crate) fn register(&self, id: RequestId, ticket: Ticket) -> Result<(), AlreadyWaiting> {
        match self.table().entry(id) {
            Slot::Occupied(_) => Err(AlreadyWaiting),
            Slot::Vacant(slot) => {
                slot.insert(Entry {
                    ticket,
                    state: State::Waiting,
                    carrier: None,
                });
                Ok(())
            }
        }
    }

    /// The right to answer a request. `None` when it was answered before, or never asked.
    pub(crate) fn claim(&self, id: &RequestId) -> Option<Claim<'_>> {
        let mut table = self.table();
        // The key keeps the host's spelling of the id; the server's may differ.
        let (id, _) = table.get_key_value(id)?;
        let id = id.clone();
        let entry = table.get_mut(&id)?;
        if entry.state == State::Claimed {
            return None;
        }
        entry.state = State::Claimed;
        let ticket = entry.ticket.clone();
        Some(Claim {
            pending: self,
            id,
            ticket,
        })
    }

    /// Notes which connection the answers are to come by.
    pub(crate) fn carried_by(&self, ids: &[RequestId], carrier: CarrierId) {
        let mut table = self.table();
        for id in ids {
            if let Some(entry) = table.get_mut(id) {
                entry.carrier = Some(carrier);
            }
        }
    }

    /// The requests whose answers were to come by a connection.
    pub(crate) fn waiting_on(&self, carrier: CarrierId) -> Vec<RequestId> {
        self.waiting_where(|entry| entry.carrier == Some(carrier))
    }

    /// All requests without an answer.
    pub(crate) fn waiting(&self) -> Vec<RequestId> {
        self.waiting_where(|_| true)
    }

    /// Waits until a request has its answer.
    pub(crate) async fn settled(&self, id: &RequestId) {
        self.until(|table| !table.contains_key(id)).await;
    }

    /// Waits until no request is without its answer.
    pub(crate) async fn all_settled(&self) {
        self.until(HashMap::is_empty).await;
    }

    fn waiting_where(&self, is_meant: impl Fn(&Entry) -> bool) -> Vec<RequestId> {
        let table = self.table();
        let meant = table
            .iter()
            .filter(|(_, entry)| entry.state == State::Waiting && is_meant(entry));
        meant.map(|(id, _)| id.clone()).collect()
    }

    async fn until(&self, is_reached: impl Fn(&HashMap<RequestId, Entry>) -> bool) {
        let mut changes = self.changed.subscribe();
        while !is_reached(&self.table()) {
            // The sender lives as long as this table.
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<RequestId, Entry>> {
        self.table.lock().expect("no holder of the table panics")
    }
}

/// The right, and the duty, to answer one request. The request counts as waiting until this is
/// dropped, which belongs after the answer is on its way.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    pending: &'a Pending,
    id: RequestId,
    ticket: Ticket,
}

impl Claim<'_> {
    /// The id as the host wrote it.
    pub(crate) fn id(&self) -> &RequestId {
        &self.id
    }

    pub(crate) fn ticket(&self) -> &Ticket {
        &self.ticket
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.pending.table().remove(&self.id);
        self.pending.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordinary() -> Ticket {
        Ticket {
            role: Role::Ordinary,
            batch: None,
        }
    }

    fn waiting_for(ids: &[i64]) -> Pending {
        let pending = Pending::new();
        for id in ids {
            pending.register(RequestId::from(*id), ordinary()).unwrap();
        }
        pending
    }

    #[test]
    fn only_one_answer_is_owed_even_while_it_is_being_written() {
        let pending = waiting_for(&[1]);
        let claim = pending.claim(&RequestId::from(1));
        assert!(claim.is_some());
        assert!(pending.claim(&RequestId::from(1)).is_none());
        drop(claim);
        assert!(pending.claim(&RequestId::from(1)).is_none());
        assert!(pending.claim(&RequestId::from(2)).is_none(), "never asked");
    }

    #[test]
    fn an_id_in_flight_cannot_be_used_again_and_an_answered_one_can() {
        let pending = waiting_for(&[1]);
        assert_eq!(
            pending.register(RequestId::from(1), ordinary()),
            Err(AlreadyWaiting)
        );
        drop(pending.claim(&RequestId::from(1)));
        assert_eq!(pending.register(RequestId::from(1), ordinary()), Ok(()));
    }

    #[test]
    fn a_connection_takes_only_its_own_requests_along() {
        let pending = waiting_for(&[1, 2, 3]);
        pending.carried_by(&[RequestId::from(1)], CarrierId(7));
        pending.carried_by(&[RequestId::from(2)], CarrierId(8));
        assert_eq!(pending.waiting_on(CarrierId(7)), [RequestId::from(1)]);
        let _claim = pending.claim(&RequestId::from(1));
        assert_eq!(pending.waiting_on(CarrierId(7)), []);
        assert_eq!(pending.waiting().len(), 2);
    }

    #[tokio::test]
    async fn a_request_is_settled_when_its_claim_is_dropped() {
        let pending = Arc::new(waiting_for(&[1, 2]));
        let claim = pending.claim(&RequestId::from(1)).unwrap();
        let (first, second) = (RequestId::from(1), RequestId::from(2));
        let settled = pending.settled(&first);
        tokio::pin!(settled);
        assert!(futures::poll!(settled.as_mut()).is_pending());
        drop(claim);
        settled.await;
        let all = pending.all_settled();
        tokio::pin!(all);
        assert!(futures::poll!(all.as_mut()).is_pending());
        drop(pending.claim(&second));
        all.await;
    }
}

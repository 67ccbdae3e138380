//! The table of requests the host still waits for: the one place that decides whether an answer is
//! owed; not what the answer is.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use shared::jsonrpc::RequestId;
use shared::protocol::method;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::gathering::Gathering;
use crate::outgoing::Outgoing;
use crate::progress;
use crate::wishes::is_wish;

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
    /// The token under which the host wants to hear of its progress.
    pub(crate) progress_token: Option<RequestId>,
    /// The request itself, if the session's end undoes what it does.
    pub(crate) wish: Option<Bytes>,
}

impl Ticket {
    /// What the host's own request wants.
    pub(crate) fn for_request(message: &Outgoing) -> Self {
        let is_wish = message.role == Role::Wish;
        Self {
            progress_token: progress::wanted_by(&message.bytes),
            wish: is_wish.then(|| message.bytes.clone()),
            ..Self::of(message.role)
        }
    }

    /// A request on its own, without a token for its progress.
    pub(crate) fn of(role: Role) -> Self {
        Self {
            role,
            batch: None,
            progress_token: None,
            wish: None,
        }
    }
}

/// What the answer to a request teaches the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The revision the session speaks.
    Initialize,
    /// Which tools may run twice.
    ToolsList,
    /// What the host wants of the session, and the server has granted.
    Wish,
    /// Nothing, and it comes only when the server ends what the request began.
    Subscription,
    /// Nothing.
    Ordinary,
}

/// The request of revision 2026-07-28 whose reply stays open.
const SUBSCRIPTIONS_LISTEN: &str = "subscriptions/listen";

impl Role {
    /// By the method of the request.
    pub(crate) fn of_request(name: &str) -> Self {
        match name {
            method::INITIALIZE => Self::Initialize,
            method::TOOLS_LIST => Self::ToolsList,
            SUBSCRIPTIONS_LISTEN => Self::Subscription,
            wish if is_wish(wish) => Self::Wish,
            _ => Self::Ordinary,
        }
    }
}

#[derive(Debug)]
struct Entry {
    ticket: Ticket,
    state: State,
    /// Cancelled when it has its answer.
    settled: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    /// Someone is writing the answer.
    Claimed,
}

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

    /// Whether a request that waits has this token for its progress.
    pub(crate) fn reports_to(&self, token: &RequestId) -> bool {
        let table = self.table();
        let mut tokens = table
            .values()
            .filter_map(|entry| entry.ticket.progress_token.as_ref());
        tokens.any(|wanted| wanted == token)
    }

    /// Notes that the host waits for an answer.
    pub(crate) fn register(&self, id: RequestId, ticket: Ticket) -> Result<(), AlreadyWaiting> {
        match self.table().entry(id) {
            Slot::Occupied(_) => Err(AlreadyWaiting),
            Slot::Vacant(slot) => {
                slot.insert(Entry {
                    ticket,
                    state: State::Waiting,
                    settled: CancellationToken::new(),
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

    /// Those of these requests that have no answer.
    pub(crate) fn waiting_among(&self, ids: &[RequestId]) -> Vec<RequestId> {
        let table = self.table();
        let waits = |id: &&RequestId| {
            let entry = table.get(*id);
            entry.is_some_and(|entry| entry.state == State::Waiting)
        };
        ids.iter().filter(waits).cloned().collect()
    }

    /// All requests without an answer.
    pub(crate) fn waiting(&self) -> Vec<RequestId> {
        let table = self.table();
        let waiting = table
            .iter()
            .filter(|(_, entry)| entry.state == State::Waiting);
        waiting.map(|(id, _)| id.clone()).collect()
    }

    /// What the answer to a request teaches, while it waits for one.
    pub(crate) fn role(&self, id: &RequestId) -> Option<Role> {
        self.table().get(id).map(|entry| entry.ticket.role)
    }

    /// Waits until a request has its answer.
    pub(crate) async fn settled(&self, id: &RequestId) {
        let settled = self.table().get(id).map(|entry| entry.settled.clone());
        if let Some(settled) = settled {
            settled.cancelled().await;
        }
    }

    /// Waits until these requests have their answers.
    pub(crate) async fn all_settled(&self, ids: &[RequestId]) {
        for id in ids {
            self.settled(id).await;
        }
    }

    /// Waits until every request has its answer that will ever have one: a subscription is only
    /// answered when it ends.
    pub(crate) async fn idle(&self) {
        let mut changes = self.changed.subscribe();
        let is_idle = |entry: &Entry| entry.ticket.role == Role::Subscription;
        while !self.table().values().all(is_idle) {
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
        if let Some(entry) = self.pending.table().remove(&self.id) {
            entry.settled.cancel();
        }
        self.pending.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordinary() -> Ticket {
        Ticket::of(Role::Ordinary)
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
    fn an_answer_being_written_is_no_longer_waited_for() {
        let pending = waiting_for(&[1, 2]);
        let both = [RequestId::from(1), RequestId::from(2), RequestId::from(3)];
        let _claim = pending.claim(&RequestId::from(1));
        assert_eq!(pending.waiting_among(&both), [RequestId::from(2)]);
        assert_eq!(pending.waiting(), [RequestId::from(2)]);
    }

    #[tokio::test]
    async fn a_subscription_is_not_waited_for() {
        let pending = waiting_for(&[1]);
        let role = Role::of_request("subscriptions/listen");
        let ticket = Ticket::of(role);
        pending.register(RequestId::from(2), ticket).unwrap();
        let idle = pending.idle();
        tokio::pin!(idle);
        assert!(futures::poll!(idle.as_mut()).is_pending());
        drop(pending.claim(&RequestId::from(1)));
        idle.await;
        assert_eq!(pending.waiting(), [RequestId::from(2)]);
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
        let all = pending.idle();
        tokio::pin!(all);
        assert!(futures::poll!(all.as_mut()).is_pending());
        drop(pending.claim(&second));
        all.await;
    }
}

//! What the server asked the host and still waits for: whose answers may be sent, and to which
//! session; not the answers.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use shared::jsonrpc::{ErrorCode, ErrorObject, RequestId, Response};
use tokio::sync::mpsc;

use crate::outgoing::{Kind, Outgoing};

/// How many refusals may wait to be sent after the host has closed its side.
const QUEUED_REFUSALS: usize = 64;

/// The open requests of the server.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    open: HashSet<RequestId>,
    /// Asked in a session that is over. Their answers must not reach the new one, which may have
    /// used the same id for another question.
    stale: HashSet<RequestId>,
    /// Where refusals go once the host can no longer answer.
    refusals: Option<mpsc::Sender<Outgoing>>,
}

/// Who answers a request of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answerer {
    /// It is passed on.
    Host,
    /// The host has closed its side; the server is told so.
    Bridge,
}

impl Asked {
    /// Takes note of a request of the server.
    pub(crate) fn note(&self, id: RequestId) -> Answerer {
        let mut state = self.state();
        let refusals = state.refusals.clone();
        let answerer = match refusals {
            None => Answerer::Host,
            Some(refusals) => {
                refuse(&refusals, id.clone());
                Answerer::Bridge
            }
        };
        state.open.insert(id);
        answerer
    }

    /// Whether a message may be sent: an answer only where one is due.
    pub(crate) fn lets_pass(&self, message: &Outgoing) -> bool {
        let undue = message.answers.as_ref().filter(|id| !self.take(id));
        if let Some(id) = undue {
            tracing::debug!(
                id = id.as_json(),
                "dropped an answer that this session did not ask for"
            );
        }
        undue.is_none()
    }

    /// Whether an answer may be sent: once, and only to the session that asked.
    fn take(&self, id: &RequestId) -> bool {
        let mut state = self.state();
        !state.stale.remove(id) && state.open.remove(id)
    }

    /// The session that asked is over.
    pub(crate) fn expire(&self) {
        let mut state = self.state();
        let open = std::mem::take(&mut state.open);
        state.stale.extend(open);
    }

    /// The host has closed its side: what is open, and whatever comes, gets a refusal, to be taken
    /// from the returned channel.
    pub(crate) fn close(&self) -> mpsc::Receiver<Outgoing> {
        let (refusals, receiver) = mpsc::channel(QUEUED_REFUSALS);
        let mut state = self.state();
        for id in &state.open {
            refuse(&refusals, id.clone());
        }
        state.refusals = Some(refusals);
        receiver
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse(refusals: &mpsc::Sender<Outgoing>, id: RequestId) {
    let text = "the host has closed its side of the bridge and answers no more requests";
    let error = ErrorObject::new(ErrorCode::INTERNAL_ERROR, text);
    let response = Response::<()>::error(Some(id.clone()), error);
    let bytes = serde_json::to_vec(&response).expect("an error object is serialisable");
    let message = Outgoing {
        answers: Some(id),
        ..Outgoing::without_requests(Bytes::from(bytes), Kind::Response)
    };
    if refusals.try_send(message).is_err() {
        tracing::debug!("a request of the server is left without an answer at the end");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: i64) -> RequestId {
        RequestId::from(number)
    }

    #[test]
    fn an_answer_is_sent_once_and_only_if_it_was_asked_for() {
        let asked = Asked::default();
        assert_eq!(asked.note(id(1)), Answerer::Host);
        assert!(asked.take(&id(1)));
        assert!(!asked.take(&id(1)) && !asked.take(&id(2)));
    }

    #[test]
    fn an_answer_for_a_session_that_is_over_does_not_reach_the_next_one() {
        let asked = Asked::default();
        asked.note(id(1));
        asked.expire();
        asked.note(id(1));
        assert!(!asked.take(&id(1)), "the old question's");
        assert!(asked.take(&id(1)), "the new one's");
    }

    #[test]
    fn after_the_end_of_the_host_every_request_is_refused() {
        let asked = Asked::default();
        asked.note(id(1));
        let mut refusals = asked.close();
        assert_eq!(asked.note(id(2)), Answerer::Bridge);
        for expected in [1, 2] {
            let refusal = refusals.try_recv().unwrap();
            assert_eq!(refusal.answers, Some(id(expected)));
            let text = format!(r#"{{"jsonrpc":"2.0","id":{expected},"error":"#);
            assert!(refusal.bytes.starts_with(text.as_bytes()));
            assert!(asked.take(&id(expected)), "it may be sent");
        }
    }
}

//! The one request of the bridge itself, whose answer the host must not see.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use shared::jsonrpc::{Envelope, Kind, Message, RequestId};
use tokio::sync::oneshot;

/// How it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Result,
    Error,
}

/// Waits for at most one such answer at a time.
#[derive(Debug, Default)]
pub(super) struct Hidden(Mutex<Option<Waiting>>);

#[derive(Debug)]
struct Waiting {
    id: RequestId,
    answered: oneshot::Sender<Outcome>,
}

impl Hidden {
    /// From now on the answer to this request is kept from the host. Dropping the hidden requests, or
    /// [`Hidden::give_up`], ends the wait.
    pub(super) fn expect(&self, id: RequestId) -> oneshot::Receiver<Outcome> {
        let (answered, answer) = oneshot::channel();
        *self.waiting() = Some(Waiting { id, answered });
        answer
    }

    /// No answer will come any more.
    pub(super) fn give_up(&self) {
        *self.waiting() = None;
    }

    /// Whether a message is the awaited answer, which is then taken.
    pub(super) fn takes(&self, message: &Bytes) -> bool {
        let mut slot = self.waiting();
        let Some(outcome) = slot
            .as_ref()
            .and_then(|waiting| outcome(message, &waiting.id))
        else {
            return false;
        };
        if let Some(waiting) = slot.take() {
            // Whoever waited may have given up.
            let _unheard = waiting.answered.send(outcome);
        }
        true
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a message answers a request, if it does.
fn outcome(message: &Bytes, id: &RequestId) -> Option<Outcome> {
    let Ok(Message::Single(raw)) = Message::parse(message) else {
        return None;
    };
    let envelope = Envelope::parse(raw).ok()?;
    let answers =
        envelope.kind() == Ok(Kind::Response) && envelope.id.to_request_id().as_ref() == Some(id);
    answers.then_some(match envelope.result {
        Some(_) => Outcome::Result,
        None => Outcome::Error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_awaited_answer_is_taken_and_only_once() {
        let hidden = Hidden::default();
        let answer = Bytes::from(r#"{"jsonrpc":"2.0","id":0,"result":{}}"#);
        assert!(!hidden.takes(&answer), "nothing is awaited");
        let mut awaited = hidden.expect(RequestId::from(0));
        for other in [
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":0,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/x"}"#,
            "[]",
            "<html>",
        ] {
            assert!(!hidden.takes(&Bytes::from(other)), "{other}");
        }
        assert!(hidden.takes(&answer));
        assert_eq!(awaited.try_recv(), Ok(Outcome::Result));
        assert!(!hidden.takes(&answer));
    }

    #[test]
    fn an_error_is_an_answer_and_giving_up_is_none() {
        let hidden = Hidden::default();
        let mut awaited = hidden.expect(RequestId::from(0));
        assert!(hidden.takes(&Bytes::from(r#"{"jsonrpc":"2.0","id":0,"error":{}}"#)));
        assert_eq!(awaited.try_recv(), Ok(Outcome::Error));
        let mut awaited = hidden.expect(RequestId::from(0));
        hidden.give_up();
        assert!(awaited.try_recv().is_err());
    }
}

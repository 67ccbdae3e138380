//! The loop: lines of the host in, messages to the server out, until one side ends; then the goodbye.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;

use bytes::Bytes;
use shared::jsonrpc::RequestId;
use tokio::io::AsyncRead;
use tokio::time::{Sleep, sleep, timeout};

use crate::courier::Courier;
use crate::gathering::Gathering;
use crate::host::{Cancelled, Host};
use crate::outgoing::{Effect, Kind, Outgoing, Sorted, sort, sort_too_long};
use crate::pending::{Role, Ticket};
use crate::reply::{Failure, GivenUp};
use crate::settings::Timing;
use crate::signals::Stop;
use crate::stdio::{Line, Lines, Writer};
use crate::trace::{Sender, Trace};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The host closed its output and has its answers.
    InputEnded,
    /// The host closed its input, so nobody reads any more.
    OutputClosed,
    /// The bridge was asked to stop.
    Stopped(Stop),
}

impl Ending {
    /// The exit code: 0, or 128 and the number of the signal.
    #[must_use]
    pub fn exit_code(self) -> i32 {
        match self {
            Self::InputEnded | Self::OutputClosed => 0,
            Self::Stopped(stop) => stop.exit_code(),
        }
    }
}

/// Everything the loop works with.
pub(crate) struct Pump<R, S> {
    pub(crate) lines: Lines<R>,
    pub(crate) host: Host,
    pub(crate) trace: Trace,
    pub(crate) writer: Writer,
    pub(crate) courier: Courier,
    pub(crate) stop: Pin<Box<S>>,
    pub(crate) timing: Timing,
    pub(crate) max_message_bytes: usize,
}

impl<R, S> Pump<R, S>
where
    R: AsyncRead + Unpin,
    S: Future<Output = Stop>,
{
    /// Runs until the end of the input, of the output, or a request to stop.
    pub(crate) async fn run(mut self) -> Ending {
        let ending = self.forward().await;
        let mut drained = pin!(sleep(self.timing.drain));
        let (ending, failure) = match ending {
            Ending::InputEnded => self.drain(drained.as_mut()).await,
            ending => (ending, Failure::GivenUp(GivenUp::Stopped)),
        };
        let unanswered = self.host.pending().waiting();
        if ending != Ending::OutputClosed {
            self.answer(&unanswered, &failure).await;
        }
        // Nothing of this may hold the process up; the host kills what does not end by itself. But one
        // that has only closed its side and reads slowly gets the answers to all it has asked.
        let goodbye = self.courier.close(ending, &unanswered);
        let (mut stop, farewell) = (self.stop, self.timing.farewell);
        let patience = async {
            if ending == Ending::InputEnded {
                tokio::select! {
                    () = drained => {}
                    _ = &mut stop => {}
                }
            }
            sleep(farewell).await;
        };
        tokio::join!(goodbye, self.writer.finish(patience));
        ending
    }

    async fn forward(&mut self) -> Ending {
        loop {
            let read = tokio::select! {
                biased;
                stop = &mut self.stop => return Ending::Stopped(stop),
                () = self.writer.gone() => return Ending::OutputClosed,
                read = self.lines.next() => read,
            };
            if let Ok(Some(Line::Whole(line) | Line::TooLong(line))) = &read {
                self.trace.note(Sender::Host, line);
            }
            let sorted = match read {
                Ok(Some(Line::Whole(line))) => sort(&line),
                Ok(Some(Line::TooLong(start))) => sort_too_long(&start, self.max_message_bytes),
                Ok(None) => return Ending::InputEnded,
                Err(error) => return unreadable(&error),
            };
            tokio::select! {
                biased;
                stop = &mut self.stop => return Ending::Stopped(stop),
                () = self.writer.gone() => return Ending::OutputClosed,
                () = accept(&self.host, &self.courier, sorted) => {}
            }
        }
    }

    /// Waits for the answers still owed, within a bound; returns what to tell requests without one.
    async fn drain(&mut self, mut drained: Pin<&mut Sleep>) -> (Ending, Failure) {
        let drain = self.timing.drain;
        // The host can answer nothing any more, and the server may wait for it with its own answer.
        let mut refusals = self.host.asked().close();
        loop {
            tokio::select! {
                biased;
                stop = &mut self.stop => return (Ending::Stopped(stop), Failure::GivenUp(GivenUp::Stopped)),
                () = self.writer.gone() => return (Ending::OutputClosed, Failure::GivenUp(GivenUp::Stopped)),
                Some(refusal) = refusals.recv() => self.courier.take(refusal).await,
                () = self.host.pending().idle() => {
                    return (Ending::InputEnded, Failure::GivenUp(GivenUp::SubscriptionEnded));
                }
                () = &mut drained => return (Ending::InputEnded, Failure::GivenUp(GivenUp::DrainEnded { drain })),
            }
        }
    }

    /// Gives requests that still wait their error. A host that does not read cannot hold this up.
    async fn answer(&self, waiting: &[RequestId], failure: &Failure) {
        let answering = self.host.fail(waiting, failure);
        if timeout(self.timing.farewell, answering).await.is_err() {
            tracing::debug!("the host does not read its last answers");
        }
    }
}

fn unreadable(error: &io::Error) -> Ending {
    tracing::warn!(%error, "standard input cannot be read");
    Ending::InputEnded
}

/// Does what a line asks for. Waits only when too many messages are under way.
async fn accept(host: &Host, courier: &Courier, sorted: Sorted) {
    match sorted {
        Sorted::Batch { whole, elements } => accept_batch(host, courier, whole, elements).await,
        single => {
            if admit(host, &single, None) {
                handle(host, courier, single).await;
            }
        }
    }
}

/// The answers to a batch reach the host as one array. The batch itself reaches the server as it is
/// where that is allowed, else element by element.
async fn accept_batch(host: &Host, courier: &Courier, whole: Bytes, elements: Vec<Sorted>) {
    let batch = Arc::new(Gathering::default());
    let count = elements.len();
    // All are admitted before the first can be answered, so that the array waits for all.
    let admitted: Vec<_> = elements
        .into_iter()
        .filter(|element| admit(host, element, Some(&batch)))
        .collect();
    let requests: Vec<_> = admitted
        .iter()
        .map_while(requests_of)
        .flatten()
        .cloned()
        .collect();
    let is_sound = admitted.len() == count && admitted.iter().all(|e| requests_of(e).is_some());
    if is_sound && host.session().has_batches() {
        let message = Outgoing {
            bytes: whole,
            kind: Kind::Batch,
            requests,
            effect: Effect::of_batch(admitted.iter().filter_map(effect_of)),
            role: Role::Ordinary,
            answers: None,
        };
        return courier.take(message).await;
    }
    for element in admitted {
        handle(host, courier, element).await;
    }
}

/// The requests of something that can be sent as it is.
fn requests_of(sorted: &Sorted) -> Option<&Vec<RequestId>> {
    match sorted {
        Sorted::Forward(message) => Some(&message.requests),
        _ => None,
    }
}

fn effect_of(sorted: &Sorted) -> Option<&Effect> {
    match sorted {
        Sorted::Forward(message) if !message.requests.is_empty() => Some(&message.effect),
        _ => None,
    }
}

/// Notes the requests in it. `false` when one of them is under way already: whatever answer comes
/// would be taken for the first one's, so the second is neither sent nor answered.
fn admit(host: &Host, sorted: &Sorted, batch: Option<&Arc<Gathering>>) -> bool {
    let (ids, ticket) = match sorted {
        Sorted::Forward(message) => (&message.requests[..], Ticket::for_request(message)),
        Sorted::Refuse(id, _) => (std::slice::from_ref(id), Ticket::of(Role::Ordinary)),
        Sorted::Cancel(..) | Sorted::Ignore(_) | Sorted::Batch { .. } => return true,
    };
    ids.iter().all(|id| {
        let ticket = Ticket {
            batch: batch.cloned(),
            ..ticket.clone()
        };
        let is_new = host.pending().register(id.clone(), ticket).is_ok();
        if !is_new {
            tracing::warn!(
                id = id.as_json(),
                "a request reuses the id of one that is under way"
            );
        } else if let Some(batch) = batch {
            batch.expect_one();
        }
        is_new
    })
}

async fn handle(host: &Host, courier: &Courier, admitted: Sorted) {
    match admitted {
        Sorted::Forward(message) => courier.take(message).await,
        Sorted::Cancel(message, id) => {
            if host.cancel(&id).await == Cancelled::ByMessage {
                courier.take(message).await;
            }
        }
        Sorted::Refuse(id, error) => {
            tracing::warn!(error = error.message, "a request of the host is refused");
            host.refuse(&id, error).await;
        }
        Sorted::Ignore(why) => tracing::warn!(why, "a line of the host is ignored"),
        Sorted::Batch { .. } => tracing::warn!("a batch within a batch is ignored"),
    }
}

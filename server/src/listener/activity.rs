//! What one connection is doing and until when it may; not how that is noticed or what becomes of it.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long the other end may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    /// From the first byte of a request, or from the beginning of the connection, to the end of its
    /// headers; the TLS handshake included.
    pub(crate) head: Duration,
    /// Between two requests.
    pub(crate) idle: Duration,
    /// To take any of what is written.
    pub(crate) write: Duration,
}

/// How long what is still on its way to a closed connection is read and dropped, so that the last
/// answer is not lost to a reset.
const LINGER: Duration = Duration::from_secs(2);

/// What a connection is doing. Its socket and its service tell, its watchdog asks.
#[derive(Debug)]
pub(super) struct Activity {
    patience: Patience,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    phase: Phase,
    /// Since when nothing that is written has been taken.
    stalled: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// The headers of a request are expected.
    Head(Instant),
    /// A request is answered. However long that takes: an event stream is an answer.
    Answering,
    /// Nothing, since then.
    Idle(Instant),
    /// All is said; what still comes in is dropped.
    Closing(Instant),
}

/// Why a connection is ended from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overdue {
    Head,
    Idle,
    Write,
    Closing,
}

impl fmt::Display for Overdue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Head => "no complete headers within --header-timeout",
            Self::Idle => "no request within --idle-timeout",
            Self::Write => "nothing of an answer was read within --write-timeout",
            Self::Closing => "the other end did not close",
        })
    }
}

impl Activity {
    /// A connection that has just begun: its first request is due.
    pub(super) fn new(patience: Patience) -> Self {
        let state = State {
            phase: Phase::Head(Instant::now()),
            stalled: None,
        };
        Self {
            patience,
            state: Mutex::new(state),
        }
    }

    /// When the connection is to be ended, and why.
    pub(super) fn deadline(&self) -> Option<(Instant, Overdue)> {
        let State { phase, stalled } = *self.lock();
        let of_phase = match phase {
            Phase::Head(since) => Some((since + self.patience.head, Overdue::Head)),
            Phase::Answering => None,
            Phase::Idle(since) => Some((since + self.patience.idle, Overdue::Idle)),
            Phase::Closing(since) => Some((since + LINGER, Overdue::Closing)),
        };
        let of_write = stalled.map(|since| (since + self.patience.write, Overdue::Write));
        [of_phase, of_write]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    /// Bytes have come in. After a pause they are the beginning of a request.
    pub(super) fn has_read(&self) {
        let mut state = self.lock();
        if let Phase::Idle(_) = state.phase {
            state.phase = Phase::Head(Instant::now());
        }
    }

    /// Bytes have gone out.
    pub(super) fn has_written(&self) {
        self.lock().stalled = None;
    }

    /// Bytes wait to go out.
    pub(super) fn waits_to_write(&self) {
        self.lock().stalled.get_or_insert_with(Instant::now);
    }

    /// A request has come and is answered from now on.
    pub(super) fn answers(&self) {
        self.lock().phase = Phase::Answering;
    }

    /// Its answer is complete, or given up.
    pub(super) fn has_answered(&self) {
        let mut state = self.lock();
        if let Phase::Answering = state.phase {
            state.phase = Phase::Idle(Instant::now());
        }
    }

    /// All is said.
    pub(super) fn closes(&self) {
        let mut state = self.lock();
        if !matches!(state.phase, Phase::Closing(_)) {
            state.phase = Phase::Closing(Instant::now());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while holding it, and any state is a valid one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PATIENCE: Patience = Patience {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(100),
        write: Duration::from_secs(30),
    };

    /// Seconds from now, and why.
    fn deadline(activity: &Activity) -> Option<(u64, Overdue)> {
        let (at, why) = activity.deadline()?;
        Some((at.duration_since(Instant::now()).as_secs(), why))
    }

    #[tokio::test(start_paused = true)]
    async fn headers_are_due_from_the_first_byte_and_more_bytes_gain_no_time() {
        let activity = Activity::new(PATIENCE);
        assert_eq!(deadline(&activity), Some((10, Overdue::Head)));
        advance(SECOND).await;
        activity.has_read();
        assert_eq!(deadline(&activity), Some((9, Overdue::Head)));
        activity.answers();
        activity.has_answered();
        assert_eq!(deadline(&activity), Some((100, Overdue::Idle)));
        advance(SECOND).await;
        activity.has_read();
        assert_eq!(deadline(&activity), Some((10, Overdue::Head)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_takes_as_long_as_it_takes_unless_nobody_reads_it() {
        let activity = Activity::new(PATIENCE);
        activity.answers();
        assert_eq!(deadline(&activity), None);
        activity.has_read();
        assert_eq!(deadline(&activity), None);
        activity.waits_to_write();
        advance(SECOND).await;
        activity.waits_to_write();
        assert_eq!(deadline(&activity), Some((29, Overdue::Write)));
        activity.has_written();
        assert_eq!(deadline(&activity), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_closing_connection_lingers_for_a_moment() {
        let activity = Activity::new(PATIENCE);
        activity.answers();
        activity.closes();
        activity.has_answered();
        assert_eq!(deadline(&activity), Some((2, Overdue::Closing)));
    }
}

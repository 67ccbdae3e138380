//! Making a connection or a session again: one at a time, for everybody who waits for it; not how it
//! is made.

use std::sync::PoisonError;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};

use crate::reply::{Failure, Unusable};
use crate::settings::Timing;

use super::backoff::{Backoff, dice};

/// The gate that everybody passes, and what came of the last attempt.
#[derive(Debug, Default)]
pub(super) struct Renewal {
    gate: Mutex<()>,
    last_failure: std::sync::Mutex<Option<(Instant, Failure)>>,
}

impl Renewal {
    /// Waits while a session is being made.
    pub(super) async fn passed(&self) {
        drop(self.gate.lock().await);
    }

    /// The right to make a session; everybody else waits until it is given back.
    pub(super) async fn begin(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().await
    }

    /// Notes that the server cannot be reached, for those who wait as well.
    pub(super) fn failed(&self, failure: &Failure) {
        let is_shared = matches!(
            failure,
            Failure::Unreachable { .. } | Failure::SessionLost { .. }
        );
        if is_shared {
            *self.last() = Some((Instant::now(), failure.clone()));
        }
    }

    /// The failure of somebody else's attempt, if it is younger than the message and the time of the
    /// message is over: two hundred of them need not find out one after the other.
    pub(super) fn is_still_down(&self, send_by: Instant, timing: &Timing) -> Result<(), Failure> {
        match &*self.last() {
            Some((at, failure))
                if Instant::now() >= send_by && *at + timing.connect_wait > send_by =>
            {
                Err(failure.clone())
            }
            _ => Ok(()),
        }
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Failure)>> {
        self.last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The patience with a server that may be on its way back.
pub(super) struct Patience {
    started: Instant,
    backoff: Backoff,
}

impl Patience {
    pub(super) fn until(send_by: Instant) -> Self {
        let started = Instant::now();
        Self {
            started,
            backoff: Backoff::new(send_by.duration_since(started)),
        }
    }

    /// Waits for the next attempt; returns the failure when there is none, because the time is over
    /// or the failure is one that stays.
    pub(super) async fn after(&mut self, failure: Failure) -> Result<(), Failure> {
        let delay = self.backoff.delay(self.started.elapsed(), dice());
        match delay.filter(|_| may_pass(&failure)) {
            Some(delay) => sleep(delay).await,
            None => return Err(as_lost_session(failure)),
        }
        Ok(())
    }
}

/// Whether the server may only be on its way back.
pub(super) fn may_pass(failure: &Failure) -> bool {
    match failure {
        Failure::Refused(refusal) => refusal.is_put_off(),
        Failure::Interrupted { .. } | Failure::SessionLost { .. } => true,
        Failure::Unusable { why, .. } => matches!(why, Unusable::CutShort { .. }),
        // Unreachable was tried as long as there was time.
        _ => false,
    }
}

/// The host's message was not sent, so nothing is unknown about it.
fn as_lost_session(failure: Failure) -> Failure {
    match failure {
        Failure::Interrupted { detail }
        | Failure::Unusable {
            why: Unusable::CutShort { detail },
            ..
        } => Failure::SessionLost { detail },
        failure => failure,
    }
}

//! A 2024-11-05 stream that is lost while the host asks for nothing: opened again all the same, for
//! what the server says unasked has no other way to the host. A message does not wait for this, it
//! opens the stream itself.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::reply::Failure;
use crate::settings::Timing;

use super::backoff::{Backoff, dice};
use super::legacy::Legacy;
use super::renewal::may_pass;
use super::{Link, Upstream};

impl Upstream {
    /// Opens this stream again when it is lost.
    ///
    /// As long as the server may come back this goes on, with growing pauses of random length so that
    /// the bridges of one server do not return together. Where it would need a person, the host's next
    /// message tries again and tells.
    pub(super) fn keep_open(self: &Arc<Self>, stream: &Legacy) {
        self.keep_open_with(stream, pauses(self.wire.timing()));
    }

    /// The same for a stream that was opened after these pauses.
    fn keep_open_with(self: &Arc<Self>, stream: &Legacy, before: Backoff) {
        let (upstream, lost) = (Arc::clone(self), stream.lost());
        let opened = Instant::now();
        let redialling = async move {
            lost.cancelled().await;
            let mut pauses = after(opened.elapsed(), before, upstream.wire.timing());
            while let Some(pause) = pauses.next(dice()) {
                sleep(pause).await;
                match upstream.redial(&pauses).await {
                    Ok(()) => return,
                    Err(failure) if !may_pass_unasked(&failure) => {
                        let why = upstream.host.explain(&failure);
                        return tracing::warn!("the event stream stays closed: {why}");
                    }
                    Err(_) => {}
                }
            }
        };
        tokio::spawn(self.end.clone().run_until_cancelled_owned(redialling));
    }

    /// Tries once, if nobody has done it since: messages that come meanwhile wait for the outcome.
    async fn redial(self: &Arc<Self>, pauses: &Backoff) -> Result<(), Failure> {
        let mut link = self.link.lock().await;
        let Some(Link::Legacy(lost)) = link.clone() else {
            return Ok(());
        };
        // Without a handshake there is no session in which the server could say anything.
        let handshake = self.host.session().handshake();
        let Some(handshake) = handshake.filter(|_| lost.is_lost()) else {
            return Ok(());
        };
        let legacy = self.open(&lost, Some(&handshake), Instant::now()).await?;
        self.keep_open_with(&legacy, pauses.clone());
        *link = Some(Link::Legacy(legacy));
        Ok(())
    }
}

fn pauses(timing: &Timing) -> Backoff {
    Backoff::between(timing.resume_pause, timing.longest_retry)
}

/// The pauses after a stream that lived so long: a server that closes every stream at once is asked
/// for another one ever more rarely.
fn after(lived: Duration, before: Backoff, timing: &Timing) -> Backoff {
    if lived < timing.longest_retry {
        before
    } else {
        pauses(timing)
    }
}

fn may_pass_unasked(failure: &Failure) -> bool {
    match failure {
        Failure::Unreachable { cause, .. } => cause.may_heal(),
        failure => may_pass(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_go_on_growing_after_a_stream_that_did_not_live_and_begin_anew_after_one_that_did() {
        let timing = Timing::default();
        let next_after = |lived| {
            let mut before = pauses(&timing);
            let _first = before.next(1000);
            after(lived, before, &timing).next(1000)
        };
        assert_eq!(next_after(Duration::ZERO), Some(timing.resume_pause * 2));
        assert_eq!(next_after(timing.longest_retry), Some(timing.resume_pause));
    }
}

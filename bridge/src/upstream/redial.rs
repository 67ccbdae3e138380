//! A 2024-11-05 stream that is lost while the host asks for nothing: opened again all the same, for
//! what the server says unasked has no other way to the host. A message does not wait for this, it
//! opens the stream itself.

use std::sync::Arc;

use tokio::time::{Instant, sleep};

use crate::reply::Failure;

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
        let (upstream, lost) = (Arc::clone(self), stream.lost());
        let redialling = async move {
            lost.cancelled().await;
            let timing = upstream.wire.timing();
            let mut pauses = Backoff::between(timing.resume_pause, timing.longest_retry);
            while let Some(pause) = pauses.next(dice()) {
                sleep(pause).await;
                match upstream.redial().await {
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
    async fn redial(self: &Arc<Self>) -> Result<(), Failure> {
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
        self.keep_open(&legacy);
        *link = Some(Link::Legacy(legacy));
        Ok(())
    }
}

fn may_pass_unasked(failure: &Failure) -> bool {
    match failure {
        Failure::Unreachable { cause, .. } => cause.may_heal(),
        failure => may_pass(failure),
    }
}

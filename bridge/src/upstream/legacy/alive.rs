//! Whether the other end of the event stream is still there; not when that is asked.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::question::ping;

use super::Legacy;
use super::hidden::Outcome;

impl Legacy {
    /// Whether the server answers a question on the stream. Before the host has shaken hands there is
    /// no session to ask in.
    pub(in crate::upstream) async fn is_alive(self: &Arc<Self>) -> bool {
        if self.host.session().handshake().is_none() {
            return false;
        }
        matches!(
            timeout(self.wire.timing().wake, self.ping()).await,
            Ok(Ok(_))
        )
    }

    /// Asks the server whether it is there. Its answer is a sign of life like any other, and keeps
    /// what stands between from closing a connection that looks unused.
    pub(super) fn ping(self: &Arc<Self>) -> oneshot::Receiver<Outcome> {
        let legacy = Arc::clone(self);
        let (id, message) = ping();
        let answer = self.pings.expect(id);
        let asking = async move {
            let posted = legacy.post(message, Instant::now());
            tokio::select! {
                () = legacy.lost.cancelled() => {}
                posted = posted => {
                    tracing::debug!(was_taken = posted.is_ok(), "asked for a sign of life");
                }
            }
        };
        tokio::spawn(asking);
        answer
    }
}

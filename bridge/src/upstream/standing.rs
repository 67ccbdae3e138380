//! The standing stream of Streamable HTTP: what the server has to say unasked.

use std::sync::Arc;

use tokio::time::{Instant, sleep};

use crate::reply::Failure;

use super::streamable::{Resumable, Resumed, Streamable, reopen};

/// Keeps a stream open as long as the server offers one.
pub(super) async fn listen(streamable: Arc<Streamable>) {
    let mut stream = Resumable::new(streamable.wire());
    let idle = streamable.wire().timing().idle;
    let mut pause = stream.pause();
    let mut was_offered = false;
    loop {
        let last_id = stream.last_id();
        let is_resumed = last_id.is_some();
        match reopen(&streamable, last_id, Instant::now()).await {
            Ok(Resumed::Stream(response)) => {
                was_offered = true;
                let redialled = streamable.redialled();
                stream.read(&streamable, response, idle, redialled).await;
                if stream.is_other_transport() {
                    return;
                }
                pause = stream.pause();
            }
            // The server does not know that event any more; it may still offer a stream.
            Ok(_) if is_resumed => {
                stream.forget();
                continue;
            }
            Ok(Resumed::UnknownSession(lost)) if was_offered => {
                // A new session opens a stream of its own and ends this one.
                return renew(&streamable, &lost).await;
            }
            Ok(_) => return tracing::debug!("the server offers no standing stream"),
            // The server may be restarting.
            Err(
                Failure::Unreachable { .. } | Failure::Interrupted { .. } | Failure::Refused(_),
            ) => {
                pause = (pause * 2).min(streamable.wire().timing().longest_retry);
            }
            Err(_) => return,
        }
        sleep(pause).await;
    }
}

async fn renew(streamable: &Streamable, lost: &http::HeaderValue) {
    let send_by = Instant::now() + streamable.wire().timing().connect_wait;
    if let Err(failure) = streamable.renew(lost, send_by).await {
        // The next message of the host tries again.
        tracing::debug!("{}", streamable.host().explain(&failure));
    }
}

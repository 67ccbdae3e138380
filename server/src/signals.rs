//! What asks the program to end, per platform; all platform code of the server lives here.

use tokio_util::sync::CancellationToken;

/// A token that is cancelled when the program is asked to end: interrupted from the keyboard or, on
/// Unix, terminated.
#[must_use]
pub fn stop() -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    tokio::spawn(async move {
        asked_to_end().await;
        tracing::info!("asked to end");
        cancel.cancel();
    });
    stop
}

#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                () = interrupted() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM is not watched");
            interrupted().await;
        }
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    interrupted().await;
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "interrupts are not watched");
        std::future::pending::<()>().await;
    }
}

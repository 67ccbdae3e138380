//! What asks the program to end or to read its settings again, per platform; all platform code of the
//! server lives here.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What a running server listens to.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// Cancelled when the server shall end, in good order.
    pub stop: CancellationToken,
    /// Cancelled when it shall end at once.
    pub stop_now: CancellationToken,
    /// Notified when it shall read its settings again.
    pub reload: Arc<Notify>,
}

/// A server that is only asked to end.
impl From<CancellationToken> for Signals {
    fn from(stop: CancellationToken) -> Self {
        Self {
            stop,
            ..Self::default()
        }
    }
}

impl Signals {
    /// Those of this process. Interrupted from the keyboard or, on Unix, terminated, it ends in good
    /// order, and at once when asked again. SIGHUP, which only Unix has, reads the settings again.
    #[must_use]
    pub fn of_process() -> Self {
        let signals = Self::default();
        let Self { stop, stop_now, .. } = signals.clone();
        let mut ends = Ends::watch();
        tokio::spawn(async move {
            ends.next().await;
            tracing::info!("asked to end");
            stop.cancel();
            ends.next().await;
            tracing::warn!("asked again to end: calls that have begun are dropped");
            stop_now.cancel();
        });
        watch_hang_ups(Arc::clone(&signals.reload));
        signals
    }
}

/// A token that is cancelled when the program is asked to end, for programs without a server.
#[must_use]
pub fn stop() -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    let mut ends = Ends::watch();
    tokio::spawn(async move {
        ends.next().await;
        cancel.cancel();
    });
    stop
}

/// What asks the program to end.
struct Ends {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Ends {
    fn watch() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = signal(SignalKind::terminate())
            .inspect_err(|error| tracing::warn!(%error, "SIGTERM is not watched"));
        Self {
            terminate: terminate.ok(),
        }
    }

    async fn next(&mut self) {
        match &mut self.terminate {
            Some(terminate) => tokio::select! {
                _ = terminate.recv() => {}
                () = interrupted() => {}
            },
            None => interrupted().await,
        }
    }
}

#[cfg(not(unix))]
impl Ends {
    fn watch() -> Self {
        Self {}
    }

    async fn next(&mut self) {
        interrupted().await;
    }
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "interrupts are not watched");
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
fn watch_hang_ups(reload: Arc<Notify>) {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::hangup()) {
        Ok(mut hang_ups) => drop(tokio::spawn(async move {
            while hang_ups.recv().await.is_some() {
                reload.notify_one();
            }
        })),
        Err(error) => tracing::warn!(%error, "SIGHUP is not watched"),
    }
}

#[cfg(not(unix))]
fn watch_hang_ups(_: Arc<Notify>) {}

//! How the operating system asks the process to stop; the one module that differs by platform.

use std::future;
use std::io;

/// A request to stop from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Ctrl-C or SIGINT.
    Interrupt,
    /// SIGTERM, or the console or the system going down.
    Terminate,
}

impl Stop {
    /// What a shell expects of a process ended this way: 128 and the number of the signal.
    #[must_use]
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Waits for the first request to stop.
pub async fn stop() -> Stop {
    match wait().await {
        Ok(stop) => stop,
        Err(error) => {
            tracing::warn!(%error, "signals cannot be received; the end of standard input still can");
            future::pending().await
        }
    }
}

/// Calls `again` each time the system asks the process to read its files again: SIGHUP, on Unix only.
#[cfg(unix)]
pub(crate) async fn reread(again: impl Fn()) {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::hangup()) {
        Ok(mut hangup) => {
            while hangup.recv().await.is_some() {
                again();
            }
        }
        Err(error) => tracing::debug!(%error, "SIGHUP cannot be received"),
    }
}

/// There is no such signal here.
#[cfg(windows)]
pub(crate) async fn reread(_again: impl Fn()) {
    future::pending().await
}

#[cfg(unix)]
async fn wait() -> io::Result<Stop> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(tokio::select! {
        _ = interrupt.recv() => Stop::Interrupt,
        _ = terminate.recv() => Stop::Terminate,
    })
}

#[cfg(windows)]
async fn wait() -> io::Result<Stop> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
    let (mut c, mut pause) = (ctrl_c()?, ctrl_break()?);
    let (mut close, mut shutdown) = (ctrl_close()?, ctrl_shutdown()?);
    Ok(tokio::select! {
        _ = c.recv() => Stop::Interrupt,
        _ = pause.recv() => Stop::Interrupt,
        _ = close.recv() => Stop::Terminate,
        _ = shutdown.recv() => Stop::Terminate,
    })
}

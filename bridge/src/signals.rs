//! How the operating system asks the process to stop; the one module that differs by platform.

use std::future;
use std::io;
use std::time::Duration;

/// A request to stop from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Ctrl-C or SIGINT.
    Interrupt,
    /// SIGTERM, or the console or the system going down.
    Terminate,
    /// SIGHUP, where it has no other meaning: the terminal was closed.
    HangUp,
    /// The program that started this one is gone, so nobody reads any more.
    Orphaned,
}

/// What SIGHUP means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnHangUp {
    /// To read the files of the credentials again.
    Reread,
    /// To stop: no credential comes from a file.
    Stop,
}

impl Stop {
    /// What a shell expects of a process ended this way: 128 and the number of the signal.
    #[must_use]
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::HangUp => 129,
            // Nobody is left to read it.
            Self::Orphaned => 0,
        }
    }
}

/// The program that started this one.
///
/// It is to be asked for before anything else is done: a host that is killed earlier than that is not
/// noticed here. Its place has then been taken by process 1 or a reaper, which in a container may as
/// well be the host itself. Such a bridge ends when its standard input does, which a dead host holds
/// open only if it gave the other end to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent {
    #[cfg(unix)]
    id: u32,
}

impl Parent {
    /// The one there is now.
    #[must_use]
    pub fn now() -> Self {
        Self {
            #[cfg(unix)]
            id: std::os::unix::process::parent_id(),
        }
    }
}

/// Waits for the first request to stop. Looks every `parent_watch` whether `parent` is still there.
pub async fn stop(parent: Parent, parent_watch: Duration, on_hang_up: OnHangUp) -> Stop {
    let signal = tokio::select! {
        signal = wait(on_hang_up) => signal,
        () = orphaned(parent, parent_watch) => Ok(Stop::Orphaned),
    };
    match signal {
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
async fn wait(on_hang_up: OnHangUp) -> io::Result<Stop> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let hung_up = match on_hang_up {
        OnHangUp::Stop => Some(signal(SignalKind::hangup())?),
        OnHangUp::Reread => None,
    };
    let hung_up = async {
        match hung_up {
            Some(mut hung_up) => hung_up.recv().await,
            None => future::pending().await,
        }
    };
    Ok(tokio::select! {
        _ = interrupt.recv() => Stop::Interrupt,
        _ = terminate.recv() => Stop::Terminate,
        _ = hung_up => Stop::HangUp,
    })
}

/// There is no such signal here.
#[cfg(windows)]
async fn wait(_on_hang_up: OnHangUp) -> io::Result<Stop> {
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

/// Waits until the parent is another one than at first: whoever loses its parent is given to process
/// 1 or to a reaper. A parent that was process 1 from the start, as in a container, stays for ever.
/// The kernel's own signal for this follows the thread that started us, not the process.
#[cfg(unix)]
async fn orphaned(parent: Parent, parent_watch: Duration) {
    while Parent::now() == parent {
        tokio::time::sleep(parent_watch).await;
    }
    tracing::debug!("the program that started this one is gone");
}

/// Windows gives nobody a new parent; there, a host that goes away closes standard input.
#[cfg(windows)]
async fn orphaned(_parent: Parent, _parent_watch: Duration) {
    future::pending().await
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_parent_that_was_gone_before_the_watch_began_is_missed_at_once() {
        // Nobody is started by process 0.
        let gone = Parent { id: 0 };
        let stop = stop(gone, Duration::from_secs(3600), OnHangUp::Reread);
        assert_eq!(stop.await, Stop::Orphaned);
    }
}

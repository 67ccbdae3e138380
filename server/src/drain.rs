//! The end in good order: first the server says that it ends, then it takes nothing new, then what has
//! begun may end. Who asks for it is known to `signals`.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::signals::Signals;

/// How long calls that have begun may take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// A token that is cancelled when nothing new is taken any more: `delay` after the server was asked to
/// end, so that whoever sends it requests can learn of it meanwhile.
pub(crate) fn closing(signals: &Signals, delay: Duration) -> CancellationToken {
    let closing = CancellationToken::new();
    let (close, signals) = (closing.clone(), signals.clone());
    tokio::spawn(async move {
        signals.stop.cancelled().await;
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = signals.stop_now.cancelled() => {}
        }
        close.cancel();
    });
    closing
}

/// Ends when calls that are still going on are not waited for any longer.
pub(crate) async fn patience(closing: &CancellationToken, signals: &Signals) {
    closing.cancelled().await;
    tokio::select! {
        () = tokio::time::sleep(PATIENCE) => {
            tracing::warn!("calls that did not end in time are dropped");
        }
        () = signals.stop_now.cancelled() => {}
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_closes_after_the_delay_and_is_patient_then() {
        let (signals, started) = (Signals::default(), Instant::now());
        let closing = closing(&signals, Duration::from_secs(5));
        signals.stop.cancel();
        closing.cancelled().await;
        assert_eq!(started.elapsed(), Duration::from_secs(5));
        patience(&closing, &signals).await;
        assert_eq!(started.elapsed(), Duration::from_secs(5) + PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_delay_and_patience_at_once() {
        let (signals, started) = (Signals::default(), Instant::now());
        let closing = closing(&signals, Duration::from_secs(5));
        signals.stop.cancel();
        signals.stop_now.cancel();
        patience(&closing, &signals).await;
        assert_eq!(started.elapsed(), Duration::ZERO);
    }
}

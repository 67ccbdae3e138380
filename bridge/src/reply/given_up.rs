//! A request that nobody waits for any more: what a person should know about it.

use std::time::Duration;

use super::OUTCOME_UNKNOWN;

/// Why the wait for an answer ended, although it could still come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GivenUp {
    /// The host closed its side and the time for answers is over.
    DrainEnded { drain: Duration },
    /// The host closed its side, which ends what it subscribed to.
    SubscriptionEnded,
    /// The person set a limit, and it is over.
    CallTimeout { limit: Duration },
    /// The bridge was asked to stop.
    Stopped,
}

impl GivenUp {
    pub(super) fn sentence(self, host: &str) -> String {
        match self {
            Self::DrainEnded { drain } => format!(
                "the host closed its input and {host} did not answer within {} s; {OUTCOME_UNKNOWN}",
                drain.as_secs_f64()
            ),
            Self::SubscriptionEnded => format!(
                "the host closed its input, which ends this subscription at {host}; subscribe again \
                 with the next start"
            ),
            Self::CallTimeout { limit } => format!(
                "{host} did not answer within {} s, the limit set by --call-timeout; \
                 {OUTCOME_UNKNOWN}",
                limit.as_secs_f64()
            ),
            Self::Stopped => {
                format!("the bridge was stopped before {host} answered; {OUTCOME_UNKNOWN}")
            }
        }
    }
}

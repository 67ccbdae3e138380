//! Which failed tries are repeated, how often, and after which pause (B-60).
//! Sending and waiting are the parent's work; what upstream asked for is read in `wait`.

use std::time::Duration;

use http::Method;
use tls::TlsFailure;

use super::backoff;
use crate::error::{ConnectFailure, Error};

/// How often a call is sent at most.
pub(super) const TRIES: u32 = 3;

/// The least that is waited where upstream names a time: gateways send a bogus 0 now and then, and
/// who follows it is refused again.
const FLOOR: Duration = Duration::from_secs(1);

/// Whether a call may be sent again after it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// If its method promises to change nothing. Holds unless something else is said, so that a
    /// write is never sent twice by oversight.
    ByMethod,
    /// Yes: it only asks, whatever its method.
    Always,
    /// No: whoever waits wants to know how things are now.
    Never,
}

impl Repeat {
    /// How often a call with this method is sent at most.
    pub(super) fn tries(self, method: &Method) -> u32 {
        match self {
            Self::Always => TRIES,
            Self::ByMethod if method.is_safe() => TRIES,
            Self::ByMethod | Self::Never => 1,
        }
    }
}

/// How long to pause before the next try, or `None` where another try would fare no better.
///
/// `failures` counts the failed tries, `random` is the jitter.
pub(super) fn pause(error: &Error, failures: u32, random: u64) -> Option<Duration> {
    let asked = match error {
        // Without a time to wait, another request can only lengthen the refusal.
        Error::RateLimited { retry_after, .. } => Some((*retry_after)?),
        Error::Unavailable {
            status: 502..=504,
            retry_after,
            ..
        } => *retry_after,
        Error::NoAnswer { .. }
        | Error::FileHost {
            status: 502..=504, ..
        }
        | Error::Unreachable {
            cause:
                ConnectFailure::Refused
                | ConnectFailure::Reset
                | ConnectFailure::Tls(TlsFailure::HungUp),
            ..
        } => None,
        _ => return None,
    };
    let jitter = backoff::delay(failures, random);
    Some(asked.map_or(jitter, |time| time.max(FLOOR).saturating_add(jitter)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Service;

    const SERVICE: Service = Service::Jira;

    fn limited(seconds: Option<u64>) -> Error {
        Error::RateLimited {
            service: SERVICE,
            retry_after: seconds.map(Duration::from_secs),
            tries: 1,
        }
    }

    fn unavailable(status: u16, seconds: Option<u64>) -> Error {
        Error::Unavailable {
            service: SERVICE,
            status,
            message: None,
            retry_after: seconds.map(Duration::from_secs),
            tries: 1,
        }
    }

    fn unreachable(cause: ConnectFailure) -> Error {
        Error::Unreachable {
            service: SERVICE,
            cause,
            detail: String::new(),
            tries: 1,
        }
    }

    #[test]
    fn b_60_a_time_that_upstream_names_is_kept_and_never_less_than_a_second() {
        for (error, seconds) in [
            (limited(Some(7)), 7),
            (limited(Some(0)), 1),
            (unavailable(503, Some(30)), 30),
            (unavailable(503, Some(0)), 1),
        ] {
            let least = pause(&error, 1, 0);
            assert_eq!(least, Some(Duration::from_secs(seconds)), "{error:?}");
            assert!(pause(&error, 1, u64::MAX) > least, "{error:?}");
        }
        let endless = limited(Some(u64::MAX));
        assert!(pause(&endless, 1, u64::MAX).is_some());
    }

    #[test]
    fn b_60_a_passing_trouble_is_tried_again_after_a_growing_pause() {
        for error in [
            unavailable(502, None),
            unavailable(503, None),
            unavailable(504, None),
            unreachable(ConnectFailure::Refused),
            unreachable(ConnectFailure::Reset),
            unreachable(ConnectFailure::Tls(TlsFailure::HungUp)),
        ] {
            assert_eq!(
                pause(&error, 2, u64::MAX),
                Some(backoff::delay(2, u64::MAX)),
                "{error:?}"
            );
        }
    }

    #[test]
    fn what_would_fail_again_is_not_repeated() {
        for error in [
            limited(None),
            unavailable(500, Some(1)),
            unavailable(501, None),
            unreachable(ConnectFailure::Tls(TlsFailure::NotTls)),
            unreachable(ConnectFailure::Name),
            Error::CaptchaRequired { service: SERVICE },
        ] {
            assert_eq!(pause(&error, 1, 0), None, "{error:?}");
        }
    }

    #[test]
    fn b_60_only_calls_that_change_nothing_are_repeated() {
        for (repeat, method, tries) in [
            (Repeat::ByMethod, Method::GET, TRIES),
            (Repeat::ByMethod, Method::POST, 1),
            (Repeat::ByMethod, Method::PUT, 1),
            (Repeat::ByMethod, Method::DELETE, 1),
            (Repeat::Always, Method::POST, TRIES),
            (Repeat::Never, Method::GET, 1),
        ] {
            assert_eq!(repeat.tries(&method), tries, "{repeat:?} {method}");
        }
    }
}

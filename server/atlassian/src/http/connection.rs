//! Turns reqwest's failures into ours.
//! Answers that did arrive are judged in `refusal` and `body`.

use std::error::Error as StdError;
use std::io;

use super::Call;
use crate::error::{ConnectFailure, Error};

/// What a failed exchange means. The text never holds the address, whose query may say more than
/// an error should.
pub(super) fn failure(call: &Call<'_>, error: &reqwest::Error) -> Error {
    let service = call.site.service;
    if error.is_timeout() {
        let timeouts = &call.site.timeouts;
        let after = if error.is_connect() {
            timeouts.connect
        } else {
            timeouts.read
        };
        let tries = 1;
        return Error::TimedOut {
            service,
            after,
            tries,
        };
    }
    let detail = root_cause(error);
    if error.is_connect() {
        return Error::Unreachable {
            service,
            cause: classify(error),
            detail,
            tries: 1,
        };
    }
    if error.is_body() || error.is_decode() {
        return Error::Interrupted { service, detail };
    }
    Error::NoAnswer {
        service,
        detail,
        tries: 1,
    }
}

fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(StdError::source(error), |&error| error.source())
}

fn root_cause(error: &reqwest::Error) -> String {
    chain(error)
        .last()
        .map_or_else(|| "no further reason".to_owned(), ToString::to_string)
}

fn classify(error: &reqwest::Error) -> ConnectFailure {
    for cause in chain(error) {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        match kind {
            Some(io::ErrorKind::ConnectionRefused) => return ConnectFailure::Refused,
            Some(io::ErrorKind::ConnectionReset) => return ConnectFailure::Reset,
            _ => {}
        }
        // hyper-util and rustls keep their error types private; their words are all there is.
        let text = cause.to_string();
        if text.contains("dns error") {
            return ConnectFailure::Name;
        }
        if ["certificate", "handshake", "corrupt message", "tls"]
            .iter()
            .any(|w| text.contains(w))
        {
            return ConnectFailure::Tls;
        }
    }
    ConnectFailure::Other
}

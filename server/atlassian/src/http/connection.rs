//! Turns reqwest's failures into ours.
//! Answers that did arrive are judged in `refusal` and `body`.

use std::error::Error as StdError;
use std::io;

use tls::TlsFailure;

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
    let tls = TlsFailure::of(error);
    // In TLS 1.3 a site says so when the handshake is over for us; it reads no request of a client it
    // does not accept.
    if error.is_connect() || tls == Some(TlsFailure::ClientCertificate) {
        let reason = tls.as_ref().map(|failure| format!("it {failure}"));
        return Error::Unreachable {
            service,
            detail: reason.unwrap_or_else(|| root_cause(error)),
            cause: tls.map_or_else(|| classify(error), ConnectFailure::Tls),
            tries: 1,
        };
    }
    let detail = root_cause(error);
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
    if error.is_dns() {
        return ConnectFailure::Name;
    }
    let io = chain(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    let known = |kind| match kind {
        io::ErrorKind::ConnectionRefused => Some(ConnectFailure::Refused),
        io::ErrorKind::ConnectionReset => Some(ConnectFailure::Reset),
        _ => None,
    };
    let known = io.map(io::Error::kind).find_map(known);
    known.unwrap_or(ConnectFailure::Other)
}

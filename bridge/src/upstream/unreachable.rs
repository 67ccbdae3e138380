//! Why no connection came about, read from the error of the HTTP client; not what to do about it.

use std::error::Error;
use std::io;

use tls::TlsFailure;

use crate::reply::Unreachable;

/// The cause, if nothing can have been sent; `None` when the request may have reached the server.
pub(super) fn cause_if_unsent(error: &reqwest::Error) -> Option<Unreachable> {
    let tls = TlsFailure::of(error);
    // In TLS 1.3 the server says so when the handshake is over for the client; it reads no request of
    // a client it does not accept.
    if tls == Some(TlsFailure::ClientCertificate) {
        return tls.map(Unreachable::Tls);
    }
    if !error.is_connect() {
        return None;
    }
    // Tunnels have no type of their own that reqwest shows.
    let text = chain(error).to_ascii_lowercase();
    if text.contains("tunnel error: failed to create underlying connection") {
        return Some(Unreachable::ProxyGone);
    }
    if error.is_dns() {
        return Some(Unreachable::Dns);
    }
    if error.is_timeout() {
        return Some(Unreachable::TimedOut);
    }
    if let Some(failure) = tls {
        return Some(Unreachable::Tls(failure));
    }
    if text.contains("proxy auth") {
        return Some(Unreachable::ProxyCredential);
    }
    if text.contains("tunnel") || text.contains("proxy") {
        return Some(Unreachable::Proxy);
    }
    match io_kind(error) {
        Some(io::ErrorKind::ConnectionRefused) => Some(Unreachable::ConnectionRefused),
        _ => Some(Unreachable::Other),
    }
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    causes(error)
        .find_map(|cause| cause.downcast_ref::<io::Error>())
        .map(io::Error::kind)
}

/// The causes of an error in one line. reqwest's own text comes without the URL, whose query may hold
/// a key.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = cause.to_string();
        // Wrappers repeat what they wrap.
        if parts.last().is_none_or(|last| !last.ends_with(&text)) {
            parts.push(text);
        }
    }
    if parts.is_empty() {
        "no further details".to_owned()
    } else {
        parts.join(": ")
    }
}

type Cause<'a> = &'a (dyn Error + 'static);

fn causes(error: &reqwest::Error) -> impl Iterator<Item = Cause<'_>> {
    fn next<'a>(cause: &Cause<'a>) -> Option<Cause<'a>> {
        (*cause).source()
    }
    std::iter::successors(error.source(), next)
}

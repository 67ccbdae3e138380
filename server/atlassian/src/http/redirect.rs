//! Which answers are redirects, and where they lead.
//! Whether the target may be visited is decided by the caller.

use http::{Method, StatusCode, header};
use url::Url;

/// More than this many redirects in one call are a loop.
pub(super) const LIMIT: usize = 3;

/// The target of a redirect that keeps the method: 307 and 308 always, 301 and 302 for GET only
/// (RFC 9110 section 15.4 lets clients turn a POST into a GET there, and we never do).
pub(super) fn target(method: &Method, from: &Url, response: &reqwest::Response) -> Option<Url> {
    let keeps_method = match response.status() {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => *method == Method::GET,
        _ => false,
    };
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    keeps_method.then(|| from.join(location).ok())?
}

//! Which answers are redirects, where they lead, and as whom the target is visited.
//! Whether it may be visited is decided by the caller and in `outside`.

use http::{Method, StatusCode, header};
use url::Url;

use crate::error::{ConnectFailure, Error};

/// More than this many redirects in one call are a loop.
pub(super) const LIMIT: usize = 3;

/// As whom a place is visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// As the caller, with credential and trace: the origin where the call began.
    Known,
    /// As nobody, with nothing of ours but the name of the program: any other origin, and every place
    /// behind it. Who was led away may be led back to where a credential would do harm.
    Stranger,
}

/// A place on the way of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) url: Url,
    pub(super) standing: Standing,
}

impl Stop {
    /// Where a call begins.
    pub(super) fn first(url: &Url) -> Self {
        Self {
            url: url.clone(),
            standing: Standing::Known,
        }
    }

    /// The place that this one redirects to, in a call that began at `first`.
    pub(super) fn next(&self, first: &Url, url: Url) -> Self {
        let standing = if url.origin() == first.origin() {
            self.standing
        } else {
            Standing::Stranger
        };
        Self { url, standing }
    }

    /// Scheme, host and port of a place that is not the site.
    pub(super) fn outside(&self) -> Option<String> {
        let origin = || self.url.origin().ascii_serialization();
        (self.standing == Standing::Stranger).then(origin)
    }

    /// The failure to reach this place, which names it where it is not the site.
    pub(super) fn blame(&self, error: Error) -> Error {
        match (self.outside(), error) {
            (
                Some(host),
                Error::Unreachable {
                    service,
                    detail,
                    tries,
                    ..
                },
            ) => Error::Unreachable {
                service,
                // Advice on the address of the site would lead astray.
                cause: ConnectFailure::Other,
                detail: format!("{host}, where its files are: {detail}"),
                tries,
            },
            (_, error) => error,
        }
    }
}

/// The target of a redirect that keeps the method: 307 and 308 always, 301, 302 and 303 for GET only
/// (RFC 9110 section 15.4 lets clients turn a POST into a GET there, and we never do). One with a user
/// name or password is none: reqwest would make a credential of them.
pub(super) fn target(method: &Method, from: &Url, response: &reqwest::Response) -> Option<Url> {
    let keeps_method = match response.status() {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => {
            *method == Method::GET
        }
        _ => false,
    };
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let target = keeps_method.then(|| from.join(location).ok())??;
    let anonymous = target.username().is_empty() && target.password().is_none();
    anonymous.then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn who_has_left_the_origin_stays_a_stranger() {
        let first = url("https://a.example/x");
        let within = Stop::first(&first).next(&first, url("https://a.example:443/y"));
        assert_eq!((within.standing, within.outside()), (Standing::Known, None));
        let away = within.next(&first, url("https://b.example/z?ticket=1"));
        assert_eq!(away.outside().as_deref(), Some("https://b.example"));
        let back = away.next(&first, url("https://a.example/y"));
        assert_eq!(back.standing, Standing::Stranger);
    }

    #[test]
    fn a_failure_of_another_host_is_not_told_as_one_of_the_site() {
        let first = url("https://a.example/x");
        let failure = || Error::Unreachable {
            service: crate::site::Service::Jira,
            cause: ConnectFailure::Refused,
            detail: "connection refused".to_owned(),
            tries: 1,
        };
        assert_eq!(Stop::first(&first).blame(failure()), failure());
        let away = Stop::first(&first).next(&first, url("https://b.example/z"));
        let told = away.blame(failure());
        assert!(told.to_string().contains("https://b.example"), "{told}");
        assert!(!told.next_step().contains("is Jira running"), "{told:?}");
    }
}

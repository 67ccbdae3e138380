//! Counted places, of which nobody may take all: for requests under way, event streams and sessions.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use shared::jsonrpc::{ErrorCode, ErrorObject};

use super::fingerprint::Fingerprint;
use super::reply;

/// The network part of an IPv6 address: whoever has one address of a network has all of them.
const NETWORK: u128 = !(u64::MAX as u128);

/// Who takes a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    Credential(Fingerprint),
    /// Without a credential. Behind a proxy this is the proxy's address: what a request says about
    /// where it comes from is not believed.
    Address(Option<IpAddr>),
}

/// Places of one kind.
#[derive(Debug)]
pub(crate) struct Places {
    kind: Kind,
    most: usize,
    most_each: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<Holder, usize>,
}

/// What the places are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Stream,
    Session,
}

/// A place that is taken, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    pub(super) holder: Holder,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoPlace {
    kind: Kind,
    scope: Scope,
    most: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    All,
    Credential,
    Address,
}

impl Holder {
    pub(super) fn of(credential: Option<Fingerprint>, peer: Option<SocketAddr>) -> Self {
        let network = |peer: SocketAddr| match peer.ip().to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & NETWORK)),
            v4 @ IpAddr::V4(_) => v4,
        };
        credential.map_or_else(|| Self::Address(peer.map(network)), Self::Credential)
    }
}

impl Places {
    pub(super) fn new(kind: Kind, most: usize, most_each: usize) -> Arc<Self> {
        Arc::new(Self {
            kind,
            most,
            most_each,
            taken: Mutex::default(),
        })
    }

    /// Takes a place.
    pub(super) fn take(self: &Arc<Self>, holder: Holder) -> Result<Place, NoPlace> {
        let mut taken = self.lock();
        let no_place = |scope, most| NoPlace {
            kind: self.kind,
            scope,
            most,
        };
        if taken.all >= self.most {
            return Err(no_place(Scope::All, self.most));
        }
        let by = taken.by.entry(holder).or_default();
        if *by >= self.most_each {
            let scope = match holder {
                Holder::Credential(_) => Scope::Credential,
                Holder::Address(_) => Scope::Address,
            };
            return Err(no_place(scope, self.most_each));
        }
        *by += 1;
        taken.all += 1;
        Ok(Place {
            places: Arc::clone(self),
            holder,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // No code panics while holding it, and counts are valid at any point.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        if let Some(by) = taken.by.get_mut(&self.holder) {
            *by -= 1;
            if *by == 0 {
                taken.by.remove(&self.holder);
            }
        }
    }
}

impl NoPlace {
    fn message(self) -> String {
        let Self { kind, scope, most } = self;
        let (what, flag, wait) = match kind {
            Kind::Request => (
                "requests under way",
                "--max-requests",
                "try again when one has ended",
            ),
            Kind::Stream => (
                "event streams open",
                "--max-sse",
                "close one, or try again later",
            ),
            Kind::Session => (
                "sessions in use",
                "--max-sessions",
                "end one with DELETE, or try again later",
            ),
        };
        let (who, flag) = match scope {
            Scope::All => ("the server", flag.to_owned()),
            Scope::Credential => ("this credential", format!("{flag}-per-credential")),
            Scope::Address => (
                "this address, from which no credential comes,",
                format!("{flag}-per-credential"),
            ),
        };
        format!("{who} has {most} {what}, as many as {flag} allows: {wait}")
    }

    /// 429 where the sender takes too much, 503 where all together do.
    pub(super) fn into_response(self) -> Response {
        let status = match self.scope {
            Scope::All => StatusCode::SERVICE_UNAVAILABLE,
            Scope::Credential | Scope::Address => StatusCode::TOO_MANY_REQUESTS,
        };
        let message = self.message();
        tracing::warn!(%status, reason = message, "request refused");
        let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, message);
        let mut response = reply::error(status, None, error);
        // Requests end soon, the others when somebody goes home.
        let seconds = match self.kind {
            Kind::Request => HeaderValue::from_static("1"),
            Kind::Stream | Kind::Session => HeaderValue::from_static("30"),
        };
        response.headers_mut().insert(RETRY_AFTER, seconds);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::FingerprintKey;
    use super::*;

    fn from(address: &str) -> Holder {
        Holder::of(None, Some(address.parse().unwrap()))
    }

    #[test]
    fn nobody_takes_more_than_their_share_and_all_together_not_more_than_there_is() {
        let key = FingerprintKey::random().unwrap();
        let ana = Holder::of(Some(key.fingerprint(&[b"ana"])), None);
        let places = Places::new(Kind::Stream, 3, 2);
        let first = places.take(ana).unwrap();
        let _second = places.take(ana).unwrap();
        let refused = places.take(ana).unwrap_err();
        assert_eq!(refused.into_response().status(), 429);
        assert_eq!(
            refused.message(),
            "this credential has 2 event streams open, as many as --max-sse-per-credential allows: \
             close one, or try again later"
        );
        let _third = places.take(from("10.0.0.1:1")).unwrap();
        let refused = places.take(from("10.0.0.2:1")).unwrap_err();
        let response = refused.into_response();
        assert_eq!(
            (response.status(), &response.headers()["retry-after"]),
            (
                StatusCode::SERVICE_UNAVAILABLE,
                &HeaderValue::from_static("30")
            )
        );
        assert!(refused.message().contains("as many as --max-sse allows"));
        drop(first);
        let _again = places.take(ana).unwrap();
    }

    #[test]
    fn what_is_given_back_leaves_nothing_behind() {
        let places = Places::new(Kind::Request, 9, 9);
        let taken: Vec<_> = ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.2:1"]
            .map(|address| places.take(from(address)).unwrap())
            .into();
        assert_eq!(places.lock().by.len(), 2);
        drop(taken);
        assert_eq!(places.lock().all, 0);
        assert!(places.lock().by.is_empty());
    }

    #[test]
    fn without_a_credential_it_is_the_address_that_counts_and_in_ipv6_its_network() {
        assert_eq!(from("10.0.0.1:1"), from("10.0.0.1:2"));
        assert_ne!(from("10.0.0.1:1"), from("10.0.0.2:1"));
        assert_eq!(from("[::ffff:10.0.0.1]:1"), from("10.0.0.1:1"));
        assert_eq!(from("[2001:db8:0:1::1]:1"), from("[2001:db8:0:1::2]:1"));
        assert_ne!(from("[2001:db8:0:1::1]:1"), from("[2001:db8:0:2::1]:1"));
    }
}

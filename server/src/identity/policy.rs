//! When the server's own credentials serve a request.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::header::{FORWARDED, HOST, HeaderMap, HeaderName, VIA};
use mcp::RequestHead;
use shared::credentials::PresentedCredentials;
use url::{Host, Url};

/// When the credentials in the server's environment are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// For each service the request names no credential for.
    Hybrid,
    /// Only when the request brings no credential at all.
    Fallback,
    /// Never.
    HeadersOnly,
    /// Nobody chose: as [`Policy::Hybrid`], for programs on this machine only (fault B-06: whoever
    /// reached the Python server acted as its operator).
    Local,
}

/// A policy that is none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be one of hybrid, fallback, headers-only")]
pub struct UnknownPolicy;

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownPolicy> {
        match text.to_ascii_lowercase().as_str() {
            "hybrid" => Ok(Self::Hybrid),
            "fallback" => Ok(Self::Fallback),
            "headers-only" => Ok(Self::HeadersOnly),
            _ => Err(UnknownPolicy),
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Hybrid => "hybrid",
            Self::Fallback => "fallback",
            Self::HeadersOnly => "headers-only",
            Self::Local => "hybrid for this machine only",
        })
    }
}

/// Whether the environment may serve the services a request names no credential for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnvironmentUse {
    Allowed,
    Denied(Denial),
}

/// Why the environment does not serve a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denial {
    /// The operator chose `headers-only`.
    HeadersOnly,
    /// The operator chose `fallback` and the request brings a credential for the other service.
    BringsAnother,
    /// Nobody chose, and the request does not come from this machine.
    NotLocal,
}

impl Policy {
    pub(super) fn environment_use(
        self,
        head: RequestHead<'_>,
        presented: &PresentedCredentials,
    ) -> EnvironmentUse {
        match self {
            Self::Hybrid => EnvironmentUse::Allowed,
            Self::Fallback if presented.is_empty() => EnvironmentUse::Allowed,
            Self::Fallback => EnvironmentUse::Denied(Denial::BringsAnother),
            Self::HeadersOnly => EnvironmentUse::Denied(Denial::HeadersOnly),
            Self::Local if is_local(head) => EnvironmentUse::Allowed,
            Self::Local => EnvironmentUse::Denied(Denial::NotLocal),
        }
    }
}

/// A loopback peer is not enough: behind a proxy on the same machine everybody is one. Proxies show
/// themselves by the name they are called by or by what they add.
fn is_local(head: RequestHead<'_>) -> bool {
    head.peer
        .is_some_and(|peer: SocketAddr| is_loopback(peer.ip()))
        && has_loopback_host(head.headers)
        && !FORWARDING
            .iter()
            .any(|name| head.headers.contains_key(name))
}

const FORWARDING: [HeaderName; 9] = [
    FORWARDED,
    VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-original-forwarded-for"),
    HeaderName::from_static("cf-connecting-ip"),
];

fn has_loopback_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let url = host
        .to_str()
        .ok()
        .and_then(|host| Url::parse(&format!("http://{host}/")).ok());
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => is_loopback(address.into()),
        None => false,
    }
}

/// An IPv4 peer of a socket that listens on IPv6 appears as `::ffff:127.0.0.1`.
fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(peer: &str, headers: &[(&'static str, &str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        is_local(RequestHead {
            headers: &headers,
            peer: Some(peer.parse().unwrap()),
        })
    }

    #[test]
    fn a_program_on_this_machine_is_local() {
        for (peer, host) in [
            ("127.0.0.1:5", "localhost:8000"),
            ("127.0.0.1:5", "127.0.0.1"),
            ("[::1]:5", "[::1]:8000"),
            ("[::ffff:127.0.0.1]:5", "localhost"),
        ] {
            assert!(local(peer, &[("host", host)]), "{peer} {host}");
        }
    }

    #[test]
    fn whoever_comes_from_elsewhere_or_through_a_proxy_is_not() {
        assert!(!local("192.168.1.7:5", &[("host", "localhost")]));
        assert!(!local("127.0.0.1:5", &[("host", "mcp.corp.example")]));
        assert!(!local("127.0.0.1:5", &[]));
        for name in FORWARDING {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "localhost".parse().unwrap());
            headers.insert(&name, "x".parse().unwrap());
            let peer = Some("127.0.0.1:5".parse().unwrap());
            assert!(
                !is_local(RequestHead {
                    headers: &headers,
                    peer
                }),
                "{name}"
            );
        }
        let headers = HeaderMap::from_iter([(HOST, "localhost".parse().unwrap())]);
        assert!(!is_local(RequestHead {
            headers: &headers,
            peer: None
        }));
    }

    /// What the policy says to a program on this machine that presents these headers.
    fn lent(policy: Policy, peer: &str, headers: &[(&'static str, &str)]) -> EnvironmentUse {
        let headers: HeaderMap = headers
            .iter()
            .chain(&[("host", "localhost")])
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let head = RequestHead {
            headers: &headers,
            peer: Some(peer.parse().unwrap()),
        };
        policy.environment_use(head, &PresentedCredentials::read(&headers).unwrap())
    }

    /// B-06: whoever reached the Python server acted as its operator.
    #[test]
    fn b_06_each_policy_lends_to_those_it_names_and_to_nobody_else() {
        use EnvironmentUse::{Allowed, Denied};
        let (here, elsewhere) = ("127.0.0.1:5", "192.168.1.7:5");
        let for_jira = ("x-jira-token", "a");
        for (policy, from_elsewhere, with_another) in [
            (Policy::Hybrid, Allowed, Allowed),
            (Policy::Fallback, Allowed, Denied(Denial::BringsAnother)),
            (
                Policy::HeadersOnly,
                Denied(Denial::HeadersOnly),
                Denied(Denial::HeadersOnly),
            ),
            (Policy::Local, Denied(Denial::NotLocal), Allowed),
        ] {
            assert_eq!(lent(policy, elsewhere, &[]), from_elsewhere, "{policy}");
            assert_eq!(lent(policy, here, &[for_jira]), with_another, "{policy}");
        }
    }

    #[test]
    fn a_policy_is_read_by_its_name_in_any_case_and_shown_by_it() {
        for policy in [Policy::Hybrid, Policy::Fallback, Policy::HeadersOnly] {
            let name = policy.to_string();
            assert_eq!(name.parse(), Ok(policy));
            assert_eq!(name.to_uppercase().parse(), Ok(policy));
        }
        assert_eq!("none".parse::<Policy>(), Err(UnknownPolicy));
        assert_eq!(Policy::Local.to_string(), "hybrid for this machine only");
    }
}

//! Who may see the credentials on their way, and hence how connections are made; not what is sent.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs as _};

use url::Host;

use super::{Credentials, Resolve, StartError, Target};

/// How connections reach the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Whether the proxies of the environment apply.
    pub proxy: ProxyUse,
    /// The only addresses the host name may stand for; empty when DNS decides. A name that was found
    /// to be this machine must not become another one by the next look-up.
    pub pinned: Vec<IpAddr>,
}

/// Whether the proxies of the environment apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyUse {
    /// As `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say.
    Environment,
    /// Not at all: the server is this machine.
    Never,
}

/// Asks the operating system for the addresses of a host name.
///
/// # Errors
/// When the name is unknown or no resolver answers.
pub fn addresses_of(name: &str) -> io::Result<Vec<IpAddr>> {
    Ok((name, 0)
        .to_socket_addrs()?
        .map(|address| address.ip())
        .collect())
}

/// Decides how connections reach the server, and refuses to start where a credential would travel
/// unencrypted to another machine that `allow_http` does not name.
pub(super) fn route(
    target: &Target,
    credentials: &Credentials,
    allow_http: &[String],
    resolve: Resolve<'_>,
) -> Result<Route, StartError> {
    if is_this_machine_by_name(&target.host()) {
        let pinned = match target.host() {
            Host::Domain(name) if !credentials.are_absent() => loopback_addresses(name, resolve),
            _ => Some(Vec::new()),
        };
        if let Some(pinned) = pinned {
            return Ok(Route {
                proxy: ProxyUse::Never,
                pinned,
            });
        }
    }
    let open = Route {
        proxy: ProxyUse::Environment,
        pinned: Vec::new(),
    };
    if target.is_https() || credentials.are_absent() {
        return Ok(open);
    }
    if let Host::Domain(name) = target.host()
        && let Some(pinned) = loopback_addresses(name, resolve)
    {
        return Ok(Route {
            proxy: ProxyUse::Never,
            pinned,
        });
    }
    let host = target.host().to_string();
    if allow_http.iter().any(|allowed| names(allowed, &host)) {
        return Ok(open);
    }
    Err(StartError::setting(format!(
        "your credentials would travel unencrypted to {target}; use https://, or allow this host \
         with --allow-http {host}"
    )))
}

fn names(allowed: &str, host: &str) -> bool {
    let bare = |text: &str| text.trim_matches(['[', ']']).to_ascii_lowercase();
    bare(allowed) == bare(host)
}

fn is_this_machine_by_name(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.to_canonical().is_loopback(),
    }
}

/// The addresses of a name if all of them are this machine.
fn loopback_addresses(name: &str, resolve: Resolve<'_>) -> Option<Vec<IpAddr>> {
    match resolve(name) {
        Ok(addresses) => {
            let are_loopback = addresses
                .iter()
                .all(|address| address.to_canonical().is_loopback());
            (are_loopback && !addresses.is_empty()).then_some(addresses)
        }
        // RFC 6761, section 6.3: `localhost` means this machine even where no resolver says so.
        Err(_) if name.eq_ignore_ascii_case("localhost") => {
            Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])
        }
        Err(_) => None,
    }
}

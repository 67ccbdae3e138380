//! The HTTP client: one pool, no redirects of its own, no retries of its own, and TLS only where it
//! is used.

use std::net::SocketAddr;

use reqwest::ClientBuilder;

use crate::reply::Failure;
use crate::settings::{Network, ProxyUse, Route, Target, Timing};

use super::unreachable::chain;

/// The most connections that are kept for later: what a burst of calls opened beyond it is closed again,
/// and does not fill the server's places for as long as the host runs.
const MOST_IDLE: usize = 32;

const USER_AGENT: &str = concat!("mcp-jira-confluence-bridge/", env!("CARGO_PKG_VERSION"));

/// Builds the client. For `http://` it needs no CA certificates on the machine.
pub(super) fn build(
    target: &Target,
    route: &Route,
    network: &Network,
    timing: &Timing,
) -> Result<reqwest::Client, Failure> {
    let mut client = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        // Also harmless repetitions are ours to decide: a call that may have run must not run twice.
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(most_idle(target, route))
        .connect_timeout(timing.connect)
        .tcp_keepalive(timing.keepalive)
        .tcp_keepalive_interval(timing.keepalive)
        .tcp_nodelay(true);
    match (route.proxy, &network.proxy) {
        (ProxyUse::Never, _) => client = client.no_proxy(),
        (ProxyUse::Environment, Some(proxy)) => {
            client = client.proxy(reqwest::Proxy::all(proxy.url().clone()).map_err(unusable)?);
        }
        (ProxyUse::Environment, None) => {}
    }
    if !route.pinned.is_empty()
        && let Some(name) = target.base().domain()
    {
        let port = target.base().port_or_known_default().unwrap_or_default();
        let addresses: Vec<_> = route
            .pinned
            .iter()
            .map(|ip| SocketAddr::new(*ip, port))
            .collect();
        client = client.resolve_to_addrs(name, &addresses);
    }
    trust(client, target, network)?.build().map_err(unusable)
}

/// How many connections are kept for later. Where a proxy may forward each request by itself, none: such
/// proxies close theirs behind an answer without saying so (tinyproxy), and what is sent on it meanwhile is
/// lost.
fn most_idle(target: &Target, route: &Route) -> usize {
    match (target.is_https(), route.proxy) {
        (false, ProxyUse::Environment) => 0,
        _ => MOST_IDLE,
    }
}

/// Who is believed to be the server, and what it is shown.
fn trust(
    client: ClientBuilder,
    target: &Target,
    network: &Network,
) -> Result<ClientBuilder, Failure> {
    if !target.is_https() {
        // The client loads the system's certificates when it is built, used or not, and fails where
        // there are none. An empty set of its own makes it trust nobody, which is enough here.
        return Ok(client.tls_certs_only([]));
    }
    let config = tls::client_config(&network.authorities, network.identity.as_ref());
    let config = config.map_err(|error| Failure::NoCertificates {
        detail: error.to_string(),
    })?;
    Ok(client.tls_backend_preconfigured(config))
}

#[expect(clippy::needless_pass_by_value, reason = "the form `map_err` wants")]
fn unusable(error: reqwest::Error) -> Failure {
    Failure::NoCertificates {
        detail: chain(&error),
    }
}

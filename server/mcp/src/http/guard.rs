//! What is refused before anything else is looked at: requests under a foreign name and requests that
//! a web page could have made a browser send (DNS rebinding, cross-site requests).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderValue, Method, StatusCode};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use url::{Host, Url};

use super::reply;

/// The names and addresses a server answers to, without ports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts {
    names: Vec<AllowedHost>,
    literals: Literals,
}

/// One name or address a server answers to, in lower case and without a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost(Host<String>);

/// What is not a host name or address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a host name or an IP address; leave out scheme, port and path")]
pub struct InvalidAllowedHost;

/// Which IP addresses count as names of this server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Literals {
    /// The loopback ones.
    #[default]
    Loopback,
    /// All: a server that listens everywhere has addresses it does not know. Rebinding needs a name,
    /// so an address is no door for it.
    All,
}

impl FromStr for AllowedHost {
    type Err = InvalidAllowedHost;

    fn from_str(text: &str) -> Result<Self, InvalidAllowedHost> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(host_of(address)));
        }
        Host::parse(text).map(Self).map_err(|_| InvalidAllowedHost)
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

fn host_of(address: IpAddr) -> Host<String> {
    match address {
        IpAddr::V4(v4) => Host::Ipv4(v4),
        IpAddr::V6(v6) => Host::Ipv6(v6),
    }
}

impl AllowedHosts {
    /// The loopback names, the address listened on, and what else is named.
    pub fn new(listening_on: IpAddr, names: impl IntoIterator<Item = AllowedHost>) -> Self {
        let own = (!listening_on.is_unspecified()).then(|| AllowedHost(host_of(listening_on)));
        let literals = if listening_on.is_unspecified() {
            Literals::All
        } else {
            Literals::Loopback
        };
        Self {
            names: names.into_iter().chain(own).collect(),
            literals,
        }
    }

    fn allows(&self, host: &Host<String>) -> bool {
        let is_own_literal = match (host, self.literals) {
            (Host::Domain(name), _) => name == "localhost",
            (Host::Ipv4(_) | Host::Ipv6(_), Literals::All) => true,
            (Host::Ipv4(v4), Literals::Loopback) => v4.is_loopback(),
            (Host::Ipv6(v6), Literals::Loopback) => v6.is_loopback(),
        };
        is_own_literal || self.names.iter().any(|AllowedHost(name)| name == host)
    }
}

/// Why a request is refused at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Refusal {
    #[error(
        "the Host header does not name this server; start it with --allowed-host for that name"
    )]
    ForeignHost,
    #[error(
        "the Origin header names a page of another site; start the server with --allowed-host for its name if it is yours"
    )]
    ForeignOrigin,
    #[error("a POST with an Origin header must have Content-Type: application/json")]
    SimpleRequest,
}

/// Lets a request through or answers it with 403 and a sentence.
pub(super) async fn check(hosts: &AllowedHosts, request: Request, next: Next) -> Response {
    match refusal(hosts, &request) {
        None => next.run(request).await,
        Some(refusal) => {
            tracing::warn!(path = request.uri().path(), %refusal, "request refused");
            let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, refusal.to_string());
            reply::error(StatusCode::FORBIDDEN, None, error)
        }
    }
}

fn refusal(hosts: &AllowedHosts, request: &Request) -> Option<Refusal> {
    let headers = request.headers();
    let mut named = headers
        .get_all(HOST)
        .iter()
        .map(host_from_header)
        .peekable();
    let authority = request.uri().authority();
    if named.peek().is_none() && authority.is_none() {
        return Some(Refusal::ForeignHost);
    }
    let in_target = authority.map(|authority| host_from_text(authority.as_str()));
    if !named
        .chain(in_target)
        .all(|host| host.is_some_and(|host| hosts.allows(&host)))
    {
        return Some(Refusal::ForeignHost);
    }
    let mut origins = headers.get_all(ORIGIN).iter().peekable();
    origins.peek()?;
    if !origins.all(|origin| origin_host(origin).is_some_and(|host| hosts.allows(&host))) {
        return Some(Refusal::ForeignOrigin);
    }
    // A form or a text body needs no preflight, so a page can send one across sites.
    let is_simple = request.method() == Method::POST && !is_json(headers.get(CONTENT_TYPE));
    is_simple.then_some(Refusal::SimpleRequest)
}

fn host_from_header(value: &HeaderValue) -> Option<Host<String>> {
    host_from_text(value.to_str().ok()?)
}

/// Reads `host`, `host:port`, `[v6]` or `[v6]:port`.
fn host_from_text(text: &str) -> Option<Host<String>> {
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    let is_authority_only =
        url.username().is_empty() && url.password().is_none() && url.path() == "/";
    let has_more = url.query().is_some() || url.fragment().is_some();
    (is_authority_only && !has_more).then(|| url.host().map(|host| host.to_owned()))?
}

/// The host of an origin; `null` and anything that is not http or https has none.
fn origin_host(value: &HeaderValue) -> Option<Host<String>> {
    let url = Url::parse(value.to_str().ok()?).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.host().map(|host| host.to_owned()))?
}

fn is_json(content_type: Option<&HeaderValue>) -> bool {
    content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests;

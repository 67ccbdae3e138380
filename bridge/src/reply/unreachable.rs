//! A connection that did not come about: what a person should know about it.

use std::time::Duration;

use tls::TlsFailure;

use super::Context;

/// What kept a connection from coming about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreachable {
    /// Nothing listens there.
    ConnectionRefused,
    /// The name is unknown.
    Dns,
    /// The server's certificate, ours, or TLS itself is the problem.
    Tls(TlsFailure),
    /// No answer in time.
    TimedOut,
    /// There is no connection to the proxy.
    ProxyGone,
    /// The proxy refuses to connect.
    Proxy,
    /// The proxy wants to know who connects (407).
    ProxyCredential,
    /// Anything else.
    Other,
}

impl Unreachable {
    /// Whether it may be different in a moment. Certificates and proxies do not change their minds; what
    /// hangs up may be a gateway whose server is just being replaced.
    pub(crate) fn may_heal(&self) -> bool {
        match self {
            Self::ConnectionRefused
            | Self::Dns
            | Self::TimedOut
            | Self::ProxyGone
            | Self::Tls(TlsFailure::HungUp)
            | Self::Other => true,
            Self::Tls(_) | Self::Proxy | Self::ProxyCredential => false,
        }
    }

    pub(super) fn sentence(&self, waited: Duration, context: &Context) -> String {
        let Context { server, host, .. } = context;
        let tried = match waited.as_secs() {
            0 => String::new(),
            seconds => format!(", tried for {seconds} s"),
        };
        match self {
            Self::ConnectionRefused => format!(
                "nothing listens at {server} (connection refused{tried}); start the server or \
                 correct the URL (argument or SSE_SERVER_URL)"
            ),
            Self::Dns => format!(
                "the host name of {server} cannot be found (DNS{tried}); check the URL (argument or \
                 SSE_SERVER_URL), the network and the VPN"
            ),
            Self::Tls(failure) => format!("{host} {failure}; {}", after(failure)),
            Self::TimedOut => format!(
                "{host} cannot be reached (timed out{tried}); check the network, the VPN and the \
                 proxy"
            ),
            Self::ProxyGone => format!(
                "the proxy before {host} cannot be reached{tried}; check --proxy (BRIDGE_PROXY), else \
                 HTTPS_PROXY or HTTP_PROXY, the network and the VPN, or name the host with --no-proxy or \
                 in NO_PROXY"
            ),
            Self::Proxy => format!(
                "the proxy refuses to connect to {host}; check --proxy (BRIDGE_PROXY), else \
                 HTTPS_PROXY or HTTP_PROXY, or name the host with --no-proxy or in NO_PROXY"
            ),
            Self::ProxyCredential => proxy_credential(host),
            Self::Other => format!(
                "{server} cannot be reached{tried}; check the URL (argument or SSE_SERVER_URL), the \
                 network and the proxy"
            ),
        }
    }
}

/// What a person can do about it.
fn after(failure: &TlsFailure) -> &'static str {
    match failure {
        TlsFailure::UnknownIssuer(_) => {
            "if that is the CA of your organisation, name its PEM file with --ca-file (BRIDGE_CA_FILE) or \
             install it in the system's trust store"
        }
        TlsFailure::SelfSigned(_) => {
            "if it is the right one, name its PEM file with --ca-file (BRIDGE_CA_FILE)"
        }
        TlsFailure::BadSignature => {
            "if your organisation has renewed its CA, name the new PEM file with --ca-file \
             (BRIDGE_CA_FILE) or install it in the system's trust store"
        }
        TlsFailure::AuthorityItself => {
            "have it use one that is its own (CA:FALSE), and name the PEM file of who issued it with \
             --ca-file (BRIDGE_CA_FILE)"
        }
        TlsFailure::Expired(_) => "have it renewed, or set the clock of this machine",
        TlsFailure::NotYetValid(_) => "set the clock of this machine, or wait until then",
        TlsFailure::WrongName(_) => {
            "call the server by a name that its certificate is for (argument or SSE_SERVER_URL), or have \
             it issued anew for this one"
        }
        TlsFailure::ClientCertificate => {
            "name one with --client-cert and --client-key (BRIDGE_CLIENT_CERT, BRIDGE_CLIENT_KEY)"
        }
        TlsFailure::NotTls | TlsFailure::HungUp => {
            "check scheme, host and port of the URL (argument or SSE_SERVER_URL)"
        }
        TlsFailure::Other(_) => {
            "check host and port of the URL (argument or SSE_SERVER_URL), and what stands in between"
        }
    }
}

/// The sentence for 407, which a proxy may answer to a request or before there is one.
pub(super) fn proxy_credential(host: &str) -> String {
    format!(
        "the proxy wants a user and password (407) before reaching {host}; put them into the \
         address of --proxy (BRIDGE_PROXY), or of HTTPS_PROXY or HTTP_PROXY"
    )
}

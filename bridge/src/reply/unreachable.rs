//! A connection that did not come about: what a person should know about it.

use std::time::Duration;

use super::Context;

/// What kept a connection from coming about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreachable {
    /// Nothing listens there.
    ConnectionRefused,
    /// The name is unknown.
    Dns,
    /// The server's certificate, or TLS itself, is the problem.
    Tls,
    /// No answer in time.
    TimedOut,
    /// The proxy refuses to connect.
    Proxy,
    /// Anything else.
    Other,
}

impl Unreachable {
    pub(super) fn sentence(self, waited: Duration, context: &Context) -> String {
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
            Self::Tls => format!(
                "no trusted TLS connection to {host} is possible; check that it speaks https, and if \
                 its certificate comes from a CA of your organisation, install that CA in the \
                 system's trust store"
            ),
            Self::TimedOut => format!(
                "{host} cannot be reached (timed out{tried}); check the network, the VPN and the \
                 proxy"
            ),
            Self::Proxy => format!(
                "the proxy refuses to connect to {host}; check HTTPS_PROXY or HTTP_PROXY with its \
                 user and password, or add the host to NO_PROXY"
            ),
            Self::Other => format!(
                "{server} cannot be reached{tried}; check the URL (argument or SSE_SERVER_URL), the \
                 network and the proxy"
            ),
        }
    }
}

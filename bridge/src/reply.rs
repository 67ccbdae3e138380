//! The error a host gets when its request could not be answered by the server: one sentence for a
//! person, details for a program. All of them are made here, none of them is decided here.

mod refusal;

use std::time::Duration;

use serde_json::{Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject};

use crate::settings::Settings;

pub(crate) use refusal::Refusal;

/// Why a request has no answer from the server.
///
/// URLs in here are without query, texts of the server without our secrets.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// No connection came about, so nothing was sent.
    Unreachable {
        cause: Unreachable,
        detail: String,
        waited: Duration,
    },
    /// HTTPS is wanted and this machine has no certificates to trust.
    NoCertificates { detail: String },
    /// The request was sent, and the connection broke before an answer came.
    Interrupted { detail: String },
    /// The server answered with an HTTP error.
    Refused(Refusal),
    /// The server points elsewhere, and the bridge does not go there.
    Redirected { status: u16, to: String },
    /// A success without the answer in it.
    Empty { status: u16, url: String },
    /// A web page where an answer was expected.
    WebPage { url: String },
    /// Neither JSON nor an event stream.
    WrongContent { content_type: String, url: String },
    /// JSON that does not answer this request.
    NotTheAnswer { url: String },
    /// The answer is larger than the bridge takes.
    TooLarge { max_bytes: usize },
    /// The stream or body that was to bring the answer ended without it.
    CutShort { url: String, detail: String },
    /// No address has an MCP endpoint. Each attempt with its outcome.
    NoTransport { attempts: Vec<String> },
    /// The 2024-11-05 stream names an endpoint elsewhere.
    ForeignEndpoint { endpoint: String },
    /// The session ended with its event stream and a new one cannot take its place.
    SessionLost { detail: String },
    /// The host closed its side and the time for answers is over.
    DrainEnded { drain: Duration },
    /// The bridge was asked to stop.
    Stopped,
}

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

/// What sentences refer to: the server as a person knows it and where the credentials came from.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The address as given, without query.
    pub(crate) server: String,
    /// Its host and port.
    pub(crate) host: String,
    /// The variables and flags that hold credentials.
    pub(crate) sources: Vec<String>,
}

impl Context {
    /// What the settings say about it.
    pub(crate) fn of(settings: &Settings) -> Self {
        let base = settings.target.base();
        let host = base.host_str().unwrap_or_default();
        Self {
            server: settings.target.to_string(),
            host: base
                .port()
                .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            sources: settings.credentials.sources.clone(),
        }
    }
}

/// What a host should do about a call that may have run.
const OUTCOME_UNKNOWN: &str =
    "it is unknown whether the request was carried out; check before repeating it";

impl Failure {
    /// The error object for the host. Its code stays out of the ranges MCP gives a meaning to.
    pub(crate) fn to_error(&self, context: &Context) -> ErrorObject {
        let error = ErrorObject::new(ErrorCode::INTERNAL_ERROR, self.sentence(context));
        match self.details() {
            Value::Null => error,
            details => error.with_data(details),
        }
    }

    fn sentence(&self, context: &Context) -> String {
        let Context { server, host, .. } = context;
        match self {
            Self::Unreachable { cause, waited, .. } => {
                unreachable_sentence(*cause, *waited, context)
            }
            Self::NoCertificates { .. } => format!(
                "{server} wants https, and this machine has no certificates to check it with; \
                 install the system's CA certificates (package ca-certificates)"
            ),
            Self::Interrupted { .. } => {
                format!("the connection to {host} broke before it answered; {OUTCOME_UNKNOWN}")
            }
            Self::Refused(refusal) => refusal.sentence(context),
            Self::Redirected { status, to } => format!(
                "{host} answers with a redirect ({status}) to {to}; if that is the right place, set \
                 it as URL (argument or SSE_SERVER_URL)"
            ),
            Self::Empty { status, .. } => format!(
                "{host} accepted the request ({status}) and sent no answer; look at the server's log"
            ),
            Self::WebPage { url } => web_page_sentence(url),
            Self::WrongContent { content_type, url } => format!(
                "{url} answered with {content_type} instead of JSON; check the path of the URL, \
                 which usually ends in /mcp or /sse"
            ),
            Self::NotTheAnswer { url } => format!(
                "{url} sent something that is not the answer to this request; look at the server's \
                 log"
            ),
            Self::TooLarge { max_bytes } => format!(
                "the answer of {host} is larger than {max_bytes} bytes, the most the bridge takes; \
                 ask for less"
            ),
            Self::CutShort { .. } => {
                format!(
                    "{host} ended the connection before the answer was complete; {OUTCOME_UNKNOWN}"
                )
            }
            Self::NoTransport { attempts } => format!(
                "no MCP endpoint was found at {server} ({}); check the URL (argument or \
                 SSE_SERVER_URL)",
                attempts.join("; ")
            ),
            Self::ForeignEndpoint { endpoint } => format!(
                "{host} wants messages sent to {endpoint}, another origin, where your credentials \
                 must not go; have the server's public address corrected"
            ),
            Self::SessionLost { .. } => format!(
                "the session at {host} has ended and could not be made again; restart this MCP \
                 server in your host"
            ),
            Self::DrainEnded { drain } => format!(
                "the host closed its input and {host} did not answer within {} s; {OUTCOME_UNKNOWN}",
                drain.as_secs_f64()
            ),
            Self::Stopped => {
                format!("the bridge was stopped before {host} answered; {OUTCOME_UNKNOWN}")
            }
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::Unreachable { detail, .. }
            | Self::NoCertificates { detail }
            | Self::Interrupted { detail }
            | Self::SessionLost { detail } => json!({ "cause": detail }),
            Self::Refused(refusal) => refusal.details(),
            Self::Redirected { status, to } => json!({ "httpStatus": status, "location": to }),
            Self::Empty { status, url } => json!({ "httpStatus": status, "url": url }),
            Self::WebPage { url } | Self::NotTheAnswer { url } => json!({ "url": url }),
            Self::WrongContent { content_type, url } => {
                json!({ "contentType": content_type, "url": url })
            }
            Self::CutShort { url, detail } => json!({ "url": url, "cause": detail }),
            Self::NoTransport { attempts } => json!({ "attempts": attempts }),
            Self::ForeignEndpoint { endpoint } => json!({ "endpoint": endpoint }),
            Self::TooLarge { .. } | Self::DrainEnded { .. } | Self::Stopped => Value::Null,
        }
    }
}

fn web_page_sentence(url: &str) -> String {
    format!(
        "{url} answered with a web page, probably a login page or the wrong address; check the URL \
         and whether a VPN or single sign-on stands in front of it"
    )
}

fn unreachable_sentence(cause: Unreachable, waited: Duration, context: &Context) -> String {
    let Context { server, host, .. } = context;
    let tried = match waited.as_secs() {
        0 => String::new(),
        seconds => format!(", tried for {seconds} s"),
    };
    match cause {
        Unreachable::ConnectionRefused => format!(
            "nothing listens at {server} (connection refused{tried}); start the server or correct \
             the URL (argument or SSE_SERVER_URL)"
        ),
        Unreachable::Dns => format!(
            "the host name of {server} cannot be found (DNS{tried}); check the URL (argument or \
             SSE_SERVER_URL), the network and the VPN"
        ),
        Unreachable::Tls => format!(
            "no trusted TLS connection to {host} is possible; if its certificate comes from a CA of \
             your organisation, install that CA in the system's trust store"
        ),
        Unreachable::TimedOut => format!(
            "{host} cannot be reached (timed out{tried}); check the network, the VPN and the proxy"
        ),
        Unreachable::Proxy => format!(
            "the proxy refuses to connect to {host}; check HTTPS_PROXY or HTTP_PROXY with its user \
             and password, or add the host to NO_PROXY"
        ),
        Unreachable::Other => format!(
            "{server} cannot be reached{tried}; check the URL (argument or SSE_SERVER_URL), the \
             network and the proxy"
        ),
    }
}

#[cfg(test)]
mod tests;

//! The error a host gets when its request could not be answered by the server: one sentence for a
//! person, details for a program. All of them are made here, none of them is decided here.

mod given_up;
mod refusal;
mod unreachable;
mod unusable;

use std::time::Duration;

use serde_json::{Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject};

use crate::settings::Settings;

pub(crate) use given_up::GivenUp;
pub(crate) use refusal::Refusal;
pub(crate) use unreachable::Unreachable;
pub(crate) use unusable::Unusable;

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
    Refused(Box<Refusal>),
    /// The server points elsewhere, and the bridge does not go there.
    Redirected { status: u16, to: String },
    /// The server answered with a success that is not the answer.
    Unusable { url: String, why: Unusable },
    /// No address has an MCP endpoint. Each attempt with its outcome.
    NoTransport { attempts: Vec<String> },
    /// The 2024-11-05 stream names an endpoint elsewhere.
    ForeignEndpoint { endpoint: String },
    /// Nothing takes messages at the endpoint that the 2024-11-05 stream names.
    MissingEndpoint { stream: String, endpoint: String },
    /// The session ended with its event stream and a new one cannot take its place.
    SessionLost { detail: String },
    /// Nobody waits for the answer any more.
    GivenUp(GivenUp),
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
    "outcome unknown, check before retrying: the request may have been carried out";

impl Failure {
    /// The error object for the host. Its code stays out of the ranges MCP gives a meaning to.
    pub(crate) fn to_error(&self, context: &Context) -> ErrorObject {
        let error = ErrorObject::new(ErrorCode::INTERNAL_ERROR, self.sentence(context));
        match self.details() {
            Value::Null => error,
            details => error.with_data(details),
        }
    }

    /// Whether an answer had begun and its stream ended before it was complete.
    pub(crate) fn is_end_of_stream(&self) -> bool {
        let Self::Unusable { why, .. } = self else {
            return false;
        };
        matches!(why, Unusable::CutShort { .. })
    }

    fn sentence(&self, context: &Context) -> String {
        let Context { server, host, .. } = context;
        match self {
            Self::Unreachable { cause, waited, .. } => cause.sentence(*waited, context),
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
            Self::Unusable { url, why } => why.sentence(host, url),
            Self::NoTransport { attempts } => {
                let attempts = attempts.join("; ");
                format!(
                    "no MCP endpoint was found at {server} ({attempts}); check the URL (argument or \
                     SSE_SERVER_URL)"
                )
            }
            Self::ForeignEndpoint { endpoint } => format!(
                "{host} wants messages sent to {endpoint}, another origin, where your credentials \
                 must not go; have the server's public address corrected"
            ),
            Self::MissingEndpoint { stream, endpoint } => format!(
                "the event stream {stream} wants messages sent to {endpoint}, and nothing takes them \
                 there (404); check whether a proxy takes away a part of the path, or leads to several \
                 servers that do not share their sessions"
            ),
            Self::SessionLost { .. } => format!(
                "the session at {host} has ended and could not be made again; restart this MCP \
                 server in your host"
            ),
            Self::GivenUp(why) => why.sentence(host),
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
            Self::Unusable { url, why } => why.details(url),
            Self::NoTransport { attempts } => json!({ "attempts": attempts }),
            Self::MissingEndpoint { stream, endpoint } => {
                json!({ "httpStatus": 404, "stream": stream, "endpoint": endpoint })
            }
            Self::ForeignEndpoint { endpoint } => json!({ "endpoint": endpoint }),
            Self::GivenUp(_) => Value::Null,
        }
    }
}

fn web_page_sentence(url: &str) -> String {
    format!(
        "{url} answered with a web page, probably a login page or the wrong address; check the URL \
         and whether a VPN or single sign-on stands in front of it"
    )
}

#[cfg(test)]
mod tests;

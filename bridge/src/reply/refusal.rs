//! An HTTP error of the server: what a person should know about it; not how it was received.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use shared::jsonrpc::ErrorCode;

use super::unreachable::proxy_credential;
use super::{Context, OUTCOME_UNKNOWN, web_page_sentence};

/// An HTTP error as the server sent it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// Where it came from, without query.
    pub(crate) url: String,
    /// The body, if it is a JSON-RPC error.
    pub(crate) json_rpc: Option<Bytes>,
    /// What that error says, or the beginning of any other body, on one line and without our secrets.
    pub(crate) excerpt: String,
    /// Whether the body is a web page.
    pub(crate) is_web_page: bool,
    /// The `WWW-Authenticate` header.
    pub(crate) challenge: Option<String>,
    /// The `Retry-After` header.
    pub(crate) retry_after: Option<String>,
    /// Whether the request named a session.
    pub(crate) had_session: bool,
}

impl Refusal {
    /// Whether the status says that nobody takes MCP messages by POST here, rather than that
    /// something is wrong with this one. (Revisions 2025-03-26 and later, "Backwards Compatibility",
    /// name 400, 404 and 405; servers that check headers first answer 406 or 415.)
    pub(crate) fn is_no_endpoint(&self) -> bool {
        let is_such_a_status = matches!(
            self.status,
            StatusCode::BAD_REQUEST
                | StatusCode::NOT_FOUND
                | StatusCode::METHOD_NOT_ALLOWED
                | StatusCode::NOT_ACCEPTABLE
                | StatusCode::GONE
                | StatusCode::UNSUPPORTED_MEDIA_TYPE
                | StatusCode::UNPROCESSABLE_ENTITY
                | StatusCode::NOT_IMPLEMENTED
        );
        // Somebody who answers with a JSON-RPC error takes messages here. Revision 2026-07-28
        // ("Backward Compatibility") asks this of its own errors, -32020 to -32022 and -32601.
        is_such_a_status && self.json_rpc.is_none()
    }

    /// Whether the server does not know the session the request named, so that it was not carried out.
    /// (Revisions 2025-03-26 to 2025-11-25, "Session Management", want 404. The examples of the
    /// official TypeScript SDK, on which many servers are built, answer 400 and say so.) Method not
    /// found is also told by 404.
    pub(crate) fn is_lost_session(&self) -> bool {
        let error = self.json_rpc_error().unwrap_or_default();
        self.had_session
            && match self.status {
                StatusCode::NOT_FOUND => error["code"] != ErrorCode::METHOD_NOT_FOUND.0,
                StatusCode::BAD_REQUEST => {
                    let text = error["message"].as_str().unwrap_or_default();
                    text.to_ascii_lowercase().contains("session")
                }
                _ => false,
            }
    }

    /// Whether the request was turned away for a time, by the server or by what stands in front of it.
    /// An error of JSON-RPC is an answer of its own, unless a time is named with it.
    pub(crate) fn is_put_off(&self) -> bool {
        let is_limit = self.status == StatusCode::TOO_MANY_REQUESTS;
        (is_limit || self.is_gateway_error())
            && (self.json_rpc.is_none() || self.retry_after.is_some())
    }

    /// Whether the status is one that a proxy answers with while its server is away.
    pub(crate) fn is_gateway_error(&self) -> bool {
        matches!(
            self.status,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        )
    }

    /// How long `Retry-After` wants the client to wait: seconds, or until a date (RFC 9110, section
    /// 10.2.3).
    pub(crate) fn delay(&self) -> Option<Duration> {
        let text = self.retry_after.as_deref()?;
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = httpdate::parse_http_date(text).ok()?;
        Some(date.duration_since(SystemTime::now()).unwrap_or_default())
    }

    fn json_rpc_error(&self) -> Option<Value> {
        let mut body: Value = serde_json::from_slice(self.json_rpc.as_deref()?).ok()?;
        Some(body["error"].take())
    }

    pub(super) fn sentence(&self, context: &Context) -> String {
        let Context { host, .. } = context;
        let status = self.status;
        match status {
            StatusCode::UNAUTHORIZED => self.credential_sentence("does not accept", context),
            StatusCode::FORBIDDEN => self.credential_sentence("forbids this to", context),
            StatusCode::NOT_FOUND if self.had_session => format!(
                "{host} no longer knows this session (404), nor the one made in its place; restart \
                 this MCP server in your host and look at the server's log"
            ),
            StatusCode::NOT_FOUND => format!(
                "there is no MCP endpoint at {} (404); check the path of the URL, which usually ends \
                 in /mcp or /sse",
                self.url
            ),
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => proxy_credential(host),
            StatusCode::PAYLOAD_TOO_LARGE => {
                format!("the message is larger than {host} takes (413); send less")
            }
            StatusCode::NOT_ACCEPTABLE | StatusCode::UNSUPPORTED_MEDIA_TYPE => format!(
                "{} refuses what every MCP client sends, content type application/json and accept \
                 application/json, text/event-stream ({status}); check the URL and the proxy",
                self.url
            ),
            StatusCode::TOO_MANY_REQUESTS => {
                format!("{host} limits the rate of requests (429); {}", self.wait())
            }
            StatusCode::SERVICE_UNAVAILABLE if self.retry_after.is_some() => {
                format!("{host} is not available (503); {}", self.wait())
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                format!("{host} is not available (503); {OUTCOME_UNKNOWN}")
            }
            _ if self.is_web_page && self.is_gateway_error() => format!(
                "the proxy in front of the server at {host} has no answer from it ({status}); see \
                 whether it runs and what its log says; {OUTCOME_UNKNOWN}"
            ),
            _ if self.is_web_page => format!("{} ({status})", web_page_sentence(&self.url)),
            _ => self.other_sentence(host),
        }
    }

    fn credential_sentence(&self, verb: &str, context: &Context) -> String {
        let Context { host, sources, .. } = context;
        let status = self.status;
        let mut sentence = if sources.is_empty() {
            format!(
                "{host} wants a credential ({status}) and none is configured; set \
                 JIRA_PERSONAL_TOKEN or CONFLUENCE_PERSONAL_TOKEN"
            )
        } else {
            let sources = sources.join(" and ");
            format!("{host} {verb} the credential from {sources} ({status}); check or renew it")
        };
        if let Some(challenge) = &self.challenge {
            // Writing to a string cannot fail.
            let _written = write!(sentence, "; the server says: {challenge}");
        }
        sentence
    }

    fn wait(&self) -> String {
        match &self.retry_after {
            Some(seconds) if seconds.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("try again in {seconds} s")
            }
            Some(date) => format!("try again after {date}"),
            None => "try again later".to_owned(),
        }
    }

    fn other_sentence(&self, host: &str) -> String {
        let status = self.status;
        let advice = if status.is_server_error() {
            OUTCOME_UNKNOWN
        } else {
            "check the URL and the server's log"
        };
        if self.excerpt.is_empty() {
            return format!("{host} answered {status}; {advice}");
        }
        format!("{host} answered {status}: {}; {advice}", self.excerpt)
    }

    pub(super) fn details(&self) -> Value {
        let mut details = json!({ "httpStatus": self.status.as_u16(), "url": self.url });
        let optional = [
            ("body", Some(&self.excerpt).filter(|text| !text.is_empty())),
            ("wwwAuthenticate", self.challenge.as_ref()),
            ("retryAfter", self.retry_after.as_ref()),
        ];
        for (name, text) in optional {
            if let Some(text) = text {
                details[name] = json!(text);
            }
        }
        details
    }
}

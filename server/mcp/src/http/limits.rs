//! What requests and event streams may take of the server; not what a connection may.

use std::time::Duration;

/// How much, how many and how long. Each is a flag of the server's, which the refusal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest request body, in bytes (`--max-body-bytes`).
    pub body_bytes: usize,
    /// How long a request body may take to arrive (`--body-timeout`).
    pub body_time: Duration,
    /// The deepest nesting of a request body; at most 120, because the parser ends at 128
    /// (`--max-json-depth`).
    pub json_depth: usize,
    /// The most messages in one batch (`--max-batch`).
    pub batch: usize,
    /// The most requests under way (`--max-requests`).
    pub requests: usize,
    /// The most requests under way of one credential, or of one address where there is none
    /// (`--max-requests-per-credential`).
    pub requests_each: usize,
    /// How long answering a request may take (`--request-timeout`).
    pub request_time: Duration,
    /// The most event streams that stay open between requests (`--max-sse`).
    pub streams: usize,
    /// The same for one credential, or for one address where there is none
    /// (`--max-sse-per-credential`).
    pub streams_each: usize,
    /// The most sessions (`--max-sessions`).
    pub sessions: usize,
    /// The same for one credential, or for one address where there is none; whoever opens one more loses
    /// the one that has been unused for longest (`--max-sessions-per-credential`).
    pub sessions_each: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A page of several megabytes, as JSON.
            body_bytes: 8 * 1024 * 1024,
            body_time: Duration::from_secs(30),
            json_depth: 100,
            // No client sends more than a handful.
            batch: 50,
            requests: 1000,
            requests_each: 100,
            // Somebody may be asked meanwhile.
            request_time: Duration::from_secs(300),
            streams: 10_000,
            streams_each: 50,
            sessions: 10_000,
            sessions_each: 100,
        }
    }
}

//! MCP's own words: revisions, method names and header names; not their rules.

use std::fmt;
use std::str::FromStr;

use http::HeaderName;

/// A published revision of the Model Context Protocol, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Revision {
    /// HTTP+SSE: one event stream per client, messages posted beside it.
    V2024_11_05,
    /// Streamable HTTP; the only revision with batches.
    V2025_03_26,
    /// `MCP-Protocol-Version` header, structured content, no batches.
    V2025_06_18,
    /// Resumable polling; the last revision with an `initialize` handshake.
    V2025_11_25,
    /// Stateless: no handshake, no sessions, metadata in every request.
    V2026_07_28,
}

impl Revision {
    /// All of them, oldest first.
    pub const ALL: [Self; 5] = [
        Self::V2024_11_05,
        Self::V2025_03_26,
        Self::V2025_06_18,
        Self::V2025_11_25,
        Self::V2026_07_28,
    ];

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Revision {
    type Err = UnknownRevision;

    fn from_str(text: &str) -> Result<Self, UnknownRevision> {
        Self::ALL
            .into_iter()
            .find(|revision| revision.as_str() == text)
            .ok_or(UnknownRevision)
    }
}

/// A revision name that no published revision has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a published MCP revision")]
pub struct UnknownRevision;

/// Names of the methods our programs look at; all others pass through.
pub mod method {
    /// First request of every handshake up to 2025-11-25.
    pub const INITIALIZE: &str = "initialize";
    /// Sent by a client once it has read the answer to `initialize`.
    pub const INITIALIZED: &str = "notifications/initialized";
    /// Asks whether the other side is alive.
    pub const PING: &str = "ping";
    /// Lists the tools.
    pub const TOOLS_LIST: &str = "tools/list";
    /// Runs one tool.
    pub const TOOLS_CALL: &str = "tools/call";
    /// Says that a request is no longer wanted.
    pub const CANCELLED: &str = "notifications/cancelled";
}

/// The revision both sides agreed on (from 2025-06-18 on, on every request after `initialize`).
pub const PROTOCOL_VERSION_HEADER: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// The session of a Streamable HTTP server that keeps one.
pub const SESSION_ID_HEADER: HeaderName = HeaderName::from_static("mcp-session-id");
/// The last event a client has seen, to resume after it.
pub const LAST_EVENT_ID_HEADER: HeaderName = HeaderName::from_static("last-event-id");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_revision_is_found_by_its_name_and_they_are_ordered_by_date() {
        for revision in Revision::ALL {
            assert_eq!(revision.to_string().parse(), Ok(revision));
        }
        assert!(Revision::ALL.is_sorted());
        assert_eq!("2025-13-01".parse::<Revision>(), Err(UnknownRevision));
    }
}

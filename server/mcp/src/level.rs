//! How severe a log message is, in MCP's words; not our own log.

use serde::{Deserialize, Serialize};

/// Severities of RFC 5424, the least severe first (MCP schema, `LoggingLevel`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For whoever looks for a fault.
    Debug,
    /// What happens.
    Info,
    /// Normal but worth knowing.
    Notice,
    /// May become a fault.
    Warning,
    /// A fault.
    Error,
    /// A part has failed.
    Critical,
    /// Somebody must act at once.
    Alert,
    /// Nothing works.
    Emergency,
}

/// Whether a program sends log messages to its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientLogging {
    /// It does, to those who ask for them.
    Offered,
    /// It does not.
    NotOffered,
}

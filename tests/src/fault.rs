//! What the edge-case tests are made of: a scripted server that does to each request exactly what a
//! test says, byte by byte, and a bridge whose every run is held to the same rules; not the cases.
//!
//! ```text
//! origin      the server on its port: takes requests, hands each to the script, remembers all,
//!             goes down and comes back on the same port
//! request     one request as it arrived, credentials as fingerprints
//! reply       what a script does with a connection: whole, split, dripped, cut, stalled, reset
//! roles       the scripts' common part: plain JSON, Streamable HTTP with sessions, 2024-11-05
//! message     JSON-RPC lines as hosts and servers write them
//! bridge      the built bridge, or the library in this process with shorter times, under a host
//! invariants  what every run is held to, whatever it was about
//! ```

pub mod bridge;
pub mod invariants;
pub mod message;
pub mod origin;
pub mod reply;
pub mod request;
pub mod roles;

/// The tokens every run is given: with signs that look different in Base64 and percent-encoded.
pub const JIRA_TOKEN: &str = "j1ra-s3cret/of+ana~";
/// The other service's token; both differ, so that both service headers are sent.
pub const CONFLUENCE_TOKEN: &str = "c0nfluence-s3cret/of+ana~";
/// All of them, for the search in everything a run wrote.
pub const SECRETS: [&str; 2] = [JIRA_TOKEN, CONFLUENCE_TOKEN];

//! The contract between the bridge and the server; nothing enters unless both programs use it.
//!
//! ```text
//! jsonrpc      the envelope over raw JSON: ids, requests, notifications, responses, batches, error codes
//! protocol     MCP revisions, method names and MCP header names
//! credentials  the three credential headers, written by the bridge and read by the server
//! environment  variables, files of variables and files that hold a secret
//! duration     times as people write them in settings
//! secret       a value that cannot be printed
//! sse          event streams: decoder behind a guard, encoder
//! logging      log lines on stderr, never on stdout
//! ```
//!
//! Payloads stay raw JSON here: neither program may depend on understanding what it forwards.
//!
//! ```
//! use shared::jsonrpc::{Envelope, Kind, Message};
//!
//! let line = br#"{"jsonrpc":"2.0","id":18446744073709551616,"method":"ping"}"#;
//! let Message::Single(raw) = Message::parse(line)? else { unreachable!() };
//! let envelope = Envelope::parse(raw)?;
//! assert_eq!(envelope.kind(), Ok(Kind::Request));
//! assert_eq!(envelope.id.to_request_id().unwrap().as_json(), "18446744073709551616");
//! # Ok::<(), shared::jsonrpc::Malformed>(())
//! ```

pub mod credentials;
pub mod duration;
pub mod environment;
pub mod jsonrpc;
pub mod logging;
pub mod protocol;
pub mod secret;
pub mod sse;

//! A scripted server and a host, both speaking over real sockets and pipes; no expectations.

mod host;
mod origin;

pub(crate) use host::{Host, in_no_time, refusal, settings, until};
pub(crate) use origin::{Origin, Reply, Request};

/// A `tools/call` with this id.
pub(crate) fn call(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"t"}}}}"#)
}

/// A result for this id.
pub(crate) fn result(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"ok":true}}}}"#)
}

pub(crate) const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}"#;
pub(crate) const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

/// The answer to [`INITIALIZE`] with this revision.
pub(crate) fn initialize_result(revision: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":0,"result":{{"protocolVersion":"{revision}"}}}}"#)
}

//! JSON-RPC lines as hosts and servers write them; plain text, so that bytes can be compared.

use serde_json::Value;

/// A host's `initialize`, with id 0, as of 2025-11-25.
pub const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"sampling":{}},"clientInfo":{"name":"edges","version":"1"}}}"#;

/// The host's end of the handshake.
pub const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

/// A call that may have an effect: no list of tools has said otherwise.
#[must_use]
pub fn call(id: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"create","arguments":{{}}}}}}"#
    )
}

/// A request that cannot have an effect.
#[must_use]
pub fn list(id: &str) -> String {
    request(id, "tools/list")
}

/// A request without parameters.
#[must_use]
pub fn request(id: &str, method: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}"}}"#)
}

/// The host no longer wants an answer.
#[must_use]
pub fn cancel(id: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{id}}}}}"#
    )
}

/// A notification of either side.
#[must_use]
pub fn notification(method: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}"}}"#)
}

/// An answer with an empty result.
#[must_use]
pub fn result(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#)
}

/// An answer that can be told from another.
#[must_use]
pub fn result_saying(id: &str, text: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"says":"{text}"}}}}"#)
}

/// An answer to `initialize` that settles on a revision.
#[must_use]
pub fn initialize_result(id: &str, revision: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"result":{{"protocolVersion":"{revision}","capabilities":{{"tools":{{}}}},"serverInfo":{{"name":"scripted","version":"1"}}}}}}"#
    )
}

/// The code of the error in an answer; 0 when it is none.
#[must_use]
pub fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_default()
}

/// The sentence of the error in an answer; empty when it is none.
#[must_use]
pub fn sentence(answer: &Value) -> String {
    let message = answer["error"]["message"].as_str();
    message.unwrap_or_default().to_owned()
}

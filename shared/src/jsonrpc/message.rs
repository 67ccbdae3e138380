//! One message or a batch of them, cut out of bytes; not what is inside each.

use serde_json::value::RawValue;

/// Bytes that are JSON: one value, or an array of them.
#[derive(Debug, Clone)]
pub enum Message<'a> {
    /// A value that is not an array, so one message if it is any.
    Single(&'a RawValue),
    /// An array: a batch, whatever its elements are (legal in MCP revision 2025-03-26 only).
    Batch(Vec<&'a RawValue>),
}

/// Why bytes are not the JSON they should be. Never quotes the bytes: they may hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not UTF-8, not JSON, or more than one JSON value.
    #[error("not JSON: {at}")]
    NotJson {
        /// What the parser found and where (line and column).
        at: String,
    },
    /// JSON, but neither an object nor a non-empty array.
    #[error("not a JSON-RPC message: {why}")]
    NotAMessage {
        /// What is wrong with it.
        why: String,
    },
}

impl<'a> Message<'a> {
    /// Cuts bytes into one message or the elements of a batch, without looking into them.
    ///
    /// # Errors
    /// [`Malformed::NotJson`] when the bytes are not one JSON value.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let raw: &RawValue = serde_json::from_slice(bytes).map_err(|e| not_json(&e))?;
        if raw.get().starts_with('[') {
            let elements = serde_json::from_str(raw.get()).map_err(|e| not_json(&e))?;
            return Ok(Self::Batch(elements));
        }
        Ok(Self::Single(raw))
    }
}

pub(super) fn not_json(error: &serde_json::Error) -> Malformed {
    // Syntax errors of serde_json tell the place and the token class; only data errors quote input.
    let at = match error.classify() {
        serde_json::error::Category::Data => {
            format!(
                "unexpected content at line {} column {}",
                error.line(),
                error.column()
            )
        }
        _ => error.to_string(),
    };
    Malformed::NotJson { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_a_batch_and_anything_else_is_single() {
        assert!(matches!(Message::parse(b" [1, {}] "), Ok(Message::Batch(b)) if b.len() == 2));
        assert!(matches!(Message::parse(b"[]"), Ok(Message::Batch(b)) if b.is_empty()));
        assert!(matches!(Message::parse(b"{}"), Ok(Message::Single(_))));
        assert!(matches!(Message::parse(b"7"), Ok(Message::Single(_))));
    }

    #[test]
    fn what_is_not_one_json_value_is_refused_without_quoting_it() {
        for bytes in [&b""[..], b"{", b"secret", b"{} {}", b"\xff", b"[1,]"] {
            let error = Message::parse(bytes).unwrap_err();
            assert!(matches!(error, Malformed::NotJson { .. }));
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn nesting_of_any_depth_is_cut_without_recursion() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert!(matches!(Message::parse(&deep), Ok(Message::Batch(b)) if b.len() == 1));
    }
}

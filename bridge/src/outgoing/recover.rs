//! The id of a request whose line is cut or broken; nothing else of it can be trusted.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use shared::jsonrpc::{Id, RequestId};

/// The id, if the text is recognisably the start of a request. Without a `method` it may be a
/// response, whose id belongs to the server; an error under that id would answer the wrong request.
pub(super) fn id_of_broken_request(text: &[u8]) -> Option<RequestId> {
    let mut seen = Seen::default();
    let mut reader = serde_json::Deserializer::from_slice(text);
    // The text is broken; what was read before the break is all there is.
    let _broken = (&mut seen).deserialize(&mut reader);
    seen.id.filter(|_| seen.has_method && !seen.is_response)
}

#[derive(Default)]
struct Seen {
    id: Option<RequestId>,
    has_method: bool,
    is_response: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Seen {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Seen {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON-RPC message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => {
                    let raw: &RawValue = map.next_value()?;
                    self.id = self.id.take().or_else(|| Id::of(raw).to_request_id());
                }
                "method" => {
                    self.has_method = true;
                    map.next_value::<IgnoredAny>()?;
                }
                "result" | "error" => self.is_response = true,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if self.is_response {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recovered(text: &str) -> Option<String> {
        id_of_broken_request(text.as_bytes()).map(|id| id.as_json().to_owned())
    }

    #[test]
    fn the_id_of_a_cut_request_is_found_before_the_cut() {
        let cut = r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"x":"#;
        assert_eq!(recovered(cut), Some(r#""a""#.to_owned()));
        assert_eq!(
            recovered(r#"{"method":"m","id":7,"params":tru}"#),
            Some("7".to_owned())
        );
        assert_eq!(
            recovered(r#"{"id":1,"id":2,"method":"m"}"#),
            Some("1".to_owned())
        );
    }

    #[test]
    fn what_may_be_a_response_or_has_no_id_is_left_alone() {
        for text in [
            r#"{"jsonrpc":"2.0","id":1,"result":{"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"m","error":{"#,
            r#"{"jsonrpc":"2.0","id":1,"#,
            r#"{"method":"m","params":{"#,
            r#"{"id":null,"method":"m","params":{"#,
            r#"["id",1"#,
            "hello",
            "",
        ] {
            assert_eq!(recovered(text), None, "{text}");
        }
    }
}

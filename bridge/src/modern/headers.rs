//! The headers of one message: pure, from what it says and the schemas that passed by.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use shared::protocol::PROTOCOL_VERSION_HEADER;

use super::annotations::Mirrored;
use super::listing::Schemas;
use super::message::Modern;
use super::value::encode;

const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Derives the headers (2026-07-28, "Request Metadata"). Version and method have no encoding: what
/// cannot be written is left out, and the server says what it thinks of it.
pub(super) fn of(message: &Modern, schemas: &Schemas) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let plain = |text: &str| HeaderValue::from_str(text).ok();
    if let Some(version) = message.version.as_deref().and_then(plain) {
        headers.insert(PROTOCOL_VERSION_HEADER, version);
    }
    if let Some(method) = plain(&message.method) {
        headers.insert(METHOD, method);
    }
    let Some(name) = &message.name else {
        return headers;
    };
    headers.insert(NAME, encode(name));
    let mirrored = schemas.of_tool(name);
    if let (Some(arguments), false) = (&message.arguments, mirrored.is_empty()) {
        let arguments = serde_json::from_str(arguments).unwrap_or_default();
        headers.extend(parameters(&arguments, mirrored));
    }
    headers
}

/// The arguments that are repeated in headers. One that is null or absent has none.
fn parameters(arguments: &Value, mirrored: &[Mirrored]) -> Vec<(HeaderName, HeaderValue)> {
    let headers = mirrored.iter().filter_map(|mirrored| {
        let value = mirrored
            .path
            .iter()
            .try_fold(arguments, |value, step| value.get(step))?;
        Some((mirrored.header.clone(), encode(&text_of(value)?)))
    });
    headers.collect()
}

/// The text of a primitive value.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(is_true) => Some(is_true.to_string()),
        Value::Number(number) => Some(decimal(number)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An integer in decimal, also where it was written as `1e3` or `42.0`.
fn decimal(number: &serde_json::Number) -> String {
    /// Beyond it a double does not tell two integers apart.
    const SAFE: f64 = 9_007_199_254_740_991.0;
    match number.as_f64() {
        Some(double) if number.is_f64() && double.fract() == 0.0 && double.abs() <= SAFE => {
            format!("{:.0}", double + 0.0)
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::Modern as State;
    use super::*;

    fn state(schema: &Value) -> State {
        let state = State::default();
        let answer = json!({"jsonrpc":"2.0","id":1,"result":{"tools":[
            {"name":"t","inputSchema":schema}]}});
        let answer = Bytes::from(answer.to_string());
        let raw = serde_json::from_slice::<
            std::collections::HashMap<&str, &serde_json::value::RawValue>,
        >(&answer);
        assert_eq!(state.pass_list(&answer, raw.unwrap()["result"]), answer);
        state
    }

    fn call(state: &State, name: &str, arguments: &str) -> Vec<(String, String)> {
        let name = serde_json::to_string(name).unwrap();
        let text = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":{name},"arguments":{arguments},
            "_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}}}}"#
        );
        let headers = state.headers(text.as_bytes()).unwrap();
        let pair = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.to_string(), value.to_str().unwrap().to_owned())
        };
        headers.iter().map(pair).collect()
    }

    fn parameters_of(schema: &Value, arguments: &str) -> Vec<(String, String)> {
        let mut all = call(&state(schema), "t", arguments);
        all.retain(|(name, _)| name.starts_with("mcp-param-"));
        all
    }

    #[test]
    fn a_message_says_its_revision_method_and_name_in_headers() {
        let expected = [
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", "tools/call"),
            ("mcp-name", "=?base64?w6k=?="),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(call(&State::default(), "é", "{}"), expected);
    }

    #[test]
    fn annotated_arguments_are_repeated_at_their_exact_path() {
        let schema = json!({"type":"object","properties":{
            "region":{"type":"string","x-mcp-header":"Region"},
            "deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"Count"}}},
            "plain":{"type":"string"}}});
        let headers = parameters_of(
            &schema,
            r#"{"region":" é","deep":{"n":-7},"plain":"x","n":1}"#,
        );
        let expected = [
            ("mcp-param-region", "=?base64?IMOp?="),
            ("mcp-param-count", "-7"),
        ];
        assert_eq!(headers, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }

    #[test]
    fn each_kind_of_value_has_its_text_and_what_is_not_there_has_no_header() {
        let schema = json!({"properties":{"v":{"type":"integer","x-mcp-header":"V"}}});
        let value = |json: &str| {
            let headers = parameters_of(&schema, &format!(r#"{{"v":{json}}}"#));
            headers.first().map(|(_, value)| value.clone())
        };
        for (json, text) in [
            ("42", "42"),
            ("42.0", "42"),
            ("1e3", "1000"),
            ("-0.0", "0"),
            ("1.5", "1.5"),
            ("9007199254740993", "9007199254740993"),
            ("true", "true"),
            (r#""""#, ""),
        ] {
            assert_eq!(value(json).as_deref(), Some(text), "{json}");
        }
        for json in ["null", "{}", "[1]"] {
            assert_eq!(value(json), None, "{json}");
        }
        assert_eq!(parameters_of(&schema, "{}"), []);
        assert_eq!(parameters_of(&schema, "7"), []);
    }

    #[test]
    fn messages_of_other_eras_have_no_headers_of_this_one() {
        let text = br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"#;
        assert!(State::default().headers(text).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_and_any_name_are_survived(bytes in any::<Vec<u8>>(), name in any::<String>()) {
            let _headers = State::default().headers(&bytes);
            prop_assert_eq!(call(&State::default(), &name, "{}").len(), 3);
        }
    }
}

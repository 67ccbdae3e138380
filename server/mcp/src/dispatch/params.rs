//! Reading params; errors name the method, the place and what is wrong there.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use shared::jsonrpc::{ErrorCode, ErrorObject};

use crate::application::MessageTrace;

/// The params of a list.
#[derive(Debug, Deserialize, Default)]
pub(super) struct ListParams {
    pub(super) cursor: Option<String>,
}

/// What every request may bring besides its own params, and what a repeated one brings.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommonParams {
    #[serde(rename = "_meta", default)]
    pub(super) meta: CommonMeta,
    pub(super) input_responses: Option<Map<String, Value>>,
    pub(super) request_state: Option<String>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommonMeta {
    pub(super) progress_token: Option<Value>,
}

/// The trace that a request names in its `_meta`; what cannot be read names none.
pub(super) fn trace(params: Option<&RawValue>) -> Option<MessageTrace> {
    #[derive(Deserialize)]
    struct Params {
        #[serde(rename = "_meta")]
        meta: Meta,
    }
    #[derive(Deserialize)]
    struct Meta {
        traceparent: String,
        tracestate: Option<String>,
    }
    let params: Params = serde_json::from_str(params?.get()).ok()?;
    Some(MessageTrace {
        parent: params.meta.traceparent,
        state: params.meta.tracestate,
    })
}

/// Decodes params that must be there.
pub(super) fn parse<T: DeserializeOwned>(
    method: &str,
    params: Option<&RawValue>,
) -> Result<T, ErrorObject> {
    let Some(params) = params else {
        let message = format!("{method}: params are missing");
        return Err(ErrorObject::new(ErrorCode::INVALID_PARAMS, message));
    };
    let mut deserializer = serde_json::Deserializer::from_str(params.get());
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let message = match error.path().to_string().as_str() {
            "." => format!("{method}: params: {}", error.inner()),
            place => format!("{method}: `{place}` in params: {}", error.inner()),
        };
        ErrorObject::new(ErrorCode::INVALID_PARAMS, message)
    })
}

/// Decodes params that may be left out or null.
pub(super) fn parse_optional<T: DeserializeOwned + Default>(
    method: &str,
    params: Option<&RawValue>,
) -> Result<T, ErrorObject> {
    match params {
        Some(raw) if raw.get() != "null" => parse(method, params),
        _ => Ok(T::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traced(params: &str) -> Option<(String, Option<String>)> {
        let params = RawValue::from_string(params.to_owned()).unwrap();
        trace(Some(&params)).map(|trace| (trace.parent, trace.state))
    }

    #[test]
    fn a_message_names_its_trace_in_meta_and_nowhere_else() {
        let both = r#"{"_meta": {"traceparent": "00-a", "tracestate": "x=1", "other": 7}, "a": 1}"#;
        let expected = ("00-a".to_owned(), Some("x=1".to_owned()));
        assert_eq!(traced(both), Some(expected));
        let alone = traced(r#"{"_meta": {"traceparent": "00-a"}}"#);
        assert_eq!(alone, Some(("00-a".to_owned(), None)));
        for none in [
            r#"{"traceparent": "00-a"}"#,
            r#"{"_meta": {"tracestate": "x=1"}}"#,
            r#"{"_meta": {"traceparent": 7}}"#,
            r#"{"_meta": []}"#,
            "[]",
        ] {
            assert_eq!(traced(none), None, "{none}");
        }
        assert_eq!(trace(None), None);
    }
}

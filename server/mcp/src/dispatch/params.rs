//! Reading params; errors name the method, the place and what is wrong there.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use shared::jsonrpc::{ErrorCode, ErrorObject};

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

//! Headers that repeat what the body says, for gateways that do not read bodies: each must be there
//! once and say the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde_json::{Map, Value};
use shared::jsonrpc::ErrorObject;
use shared::protocol::method;

use super::mismatch;
use crate::dispatch::Request;
use crate::dispatch::server_method::{PROMPTS_GET, RESOURCES_READ};
use crate::tool::MirroredArgument;

const MCP_METHOD: HeaderName = HeaderName::from_static("mcp-method");
const MCP_NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Finds the arguments of a tool that are repeated in headers.
pub(crate) type MirroredArguments<'a> = &'a dyn Fn(&str) -> &'a [MirroredArgument];

#[derive(Deserialize, Default)]
struct Named {
    name: Option<String>,
    uri: Option<String>,
    arguments: Option<Map<String, Value>>,
}

pub(super) fn check(
    request: &Request,
    headers: &HeaderMap,
    mirrored: MirroredArguments<'_>,
) -> Result<(), ErrorObject> {
    equals(headers, &MCP_METHOD, &request.method)?;
    // Params of another form are refused by the method itself.
    let params = request.params.as_deref();
    let params: Named = params
        .and_then(|params| serde_json::from_str(params.get()).ok())
        .unwrap_or_default();
    let named = match request.method.as_str() {
        method::TOOLS_CALL | PROMPTS_GET => params.name,
        RESOURCES_READ => params.uri,
        _ => return Ok(()),
    };
    let Some(named) = named else {
        return Ok(());
    };
    equals(headers, &MCP_NAME, &named)?;
    if request.method == method::TOOLS_CALL {
        let arguments = params.arguments.unwrap_or_default();
        for argument in mirrored(&named) {
            check_argument(headers, argument, arguments.get(&argument.argument))?;
        }
    }
    Ok(())
}

/// A header that must be there once and say this.
pub(super) fn equals(
    headers: &HeaderMap,
    name: &HeaderName,
    in_body: &str,
) -> Result<(), ErrorObject> {
    match one(headers, name)? {
        Some(value) if value == in_body => Ok(()),
        Some(_) => Err(mismatch(format!("the header {name} differs from the body"))),
        None => Err(mismatch(format!(
            "the header {name} is missing; it must repeat what the body says"
        ))),
    }
}

fn check_argument(
    headers: &HeaderMap,
    MirroredArgument { argument, header }: &MirroredArgument,
    value: Option<&Value>,
) -> Result<(), ErrorObject> {
    let name = format!("mcp-param-{}", header.to_ascii_lowercase());
    let Ok(name) = HeaderName::try_from(name) else {
        tracing::warn!(header, "an x-mcp-header is no header name");
        return Ok(());
    };
    let in_body = match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    if one(headers, &name)? == in_body {
        return Ok(());
    }
    Err(mismatch(format!(
        "the header {name} and the argument `{argument}` differ"
    )))
}

/// The value of a header that may be there once, decoded.
fn one(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, ErrorObject> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(mismatch(format!(
            "the header {name} is there more than once"
        )));
    }
    let unreadable = || mismatch(format!("the header {name} is not readable"));
    let text = value.to_str().map_err(|_| unreadable())?;
    decode(text.trim_matches([' ', '\t']))
        .map(Some)
        .ok_or_else(unreadable)
}

/// A value that does not fit a header is written `=?base64?…?=`; anything else stands for itself.
fn decode(text: &str) -> Option<String> {
    let encoded = text
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="));
    match encoded {
        None => Some(text.to_owned()),
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_sentinel_is_decoded() {
        for (text, decoded) in [
            ("Hello", Some("Hello")),
            ("=?base64?SGVsbG8=?=", Some("Hello")),
            ("=?base64?w6Q=?=", Some("ä")),
            ("=?base64?SGVsbG8?=", None),
            ("=?base64?SGVs!!!bG8=?=", None),
            ("=?base64?/w==?=", None),
            ("SGVsbG8=", Some("SGVsbG8=")),
            ("=?base64?SGVsbG8=", Some("=?base64?SGVsbG8=")),
        ] {
            assert_eq!(decode(text).as_deref(), decoded, "{text}");
        }
    }
}

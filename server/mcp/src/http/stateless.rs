//! The HTTP rules of revision 2026-07-28: which requests are made by them, and whether their headers
//! say what their bodies say.

mod headers;

use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use shared::protocol::{PROTOCOL_VERSION_HEADER, Revision};

use crate::conversation::ClientCapabilities;
use crate::dispatch::server_method::DISCOVER;
use crate::dispatch::{
    self, ClientMeta, HEADER_MISMATCH, NEWEST_REVISION, Request, Settled, UNSUPPORTED_VERSION,
};

pub(super) use headers::MirroredArguments;

const REVISION: Revision = Revision::V2026_07_28;
const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const META_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const META_LEVEL: &str = "io.modelcontextprotocol/logLevel";

#[derive(Deserialize)]
struct Params {
    #[serde(rename = "_meta")]
    meta: Option<Map<String, Value>>,
}

/// `_meta` of a request.
fn meta(request: &Request) -> Option<Map<String, Value>> {
    let params: Params = serde_json::from_str(request.params.as_ref()?.get()).ok()?;
    params.meta
}

/// Whether a request is made by the rules of this revision or a later one.
pub(super) fn is_meant(request: &Request, headers: &HeaderMap) -> bool {
    let in_meta = || {
        let meta = meta(request)?;
        let named = meta.get(META_VERSION)?.as_str();
        Some(!named.is_some_and(has_handshake))
    };
    is_named(headers) || request.method == DISCOVER || in_meta() == Some(true)
}

fn has_handshake(named: &str) -> bool {
    named
        .parse()
        .is_ok_and(|revision: Revision| revision <= NEWEST_REVISION)
}

/// Whether the header names this revision or a later one. Revisions are dates, so text order is theirs.
pub(super) fn is_named(headers: &HeaderMap) -> bool {
    let is_date = |text: &str| {
        text.len() == "2026-07-28".len()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    let named = headers.get(PROTOCOL_VERSION_HEADER);
    named
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| is_date(text) && text >= REVISION.as_str())
}

/// Checks a request in the order that the revision demands, and says what it tells of its client.
pub(super) fn check(
    request: &Request,
    headers: &HeaderMap,
    mirrored: MirroredArguments<'_>,
) -> Result<ClientMeta, ErrorObject> {
    let meta = meta(request).unwrap_or_default();
    let (Some(Value::String(version)), Some(Value::Object(capabilities))) =
        (meta.get(META_VERSION), meta.get(META_CAPABILITIES))
    else {
        let message =
            format!("`_meta` in params must have `{META_VERSION}` and `{META_CAPABILITIES}`");
        return Err(ErrorObject::new(ErrorCode::INVALID_PARAMS, message));
    };
    headers::equals(headers, &PROTOCOL_VERSION_HEADER, version)?;
    if version != REVISION.as_str() {
        let message = format!("this server does not speak revision `{version}`");
        let supported = dispatch::supported_versions();
        let data = json!({"supported": supported, "requested": version});
        return Err(ErrorObject::new(UNSUPPORTED_VERSION, message).with_data(data));
    }
    headers::check(request, headers, mirrored)?;
    let level = meta.get(META_LEVEL).cloned();
    Ok(ClientMeta {
        capabilities: ClientCapabilities(capabilities.clone()),
        level: level.and_then(|level| serde_json::from_value(level).ok()),
    })
}

/// The HTTP status of a refusal by [`check`].
pub(super) const REFUSED: StatusCode = StatusCode::BAD_REQUEST;

/// The HTTP status of an answer.
pub(super) fn status(settled: &Settled) -> StatusCode {
    match settled.result.as_ref().map_err(|error| error.code) {
        Err(ErrorCode::METHOD_NOT_FOUND) => StatusCode::NOT_FOUND,
        // The three that this revision defines.
        Err(ErrorCode(-32022..=-32020)) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}

fn mismatch(message: String) -> ErrorObject {
    ErrorObject::new(HEADER_MISMATCH, message)
}

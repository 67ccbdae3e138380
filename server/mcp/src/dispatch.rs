//! The one match on method names: a request in, a response out, the same for every transport.

mod initialize;

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject, RequestId, Response};
use shared::protocol::method;

use crate::application::Application;
use crate::tool::CallResult;

pub(crate) use initialize::NEWEST_REVISION;

/// A request cut loose from the bytes it came in.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: RequestId,
    pub(crate) method: String,
    pub(crate) params: Option<Box<RawValue>>,
}

/// A response whose result is already JSON.
pub(crate) type RawResponse = Response<Box<RawValue>>;

/// The methods this server answers; everything else is refused by name.
const METHODS: [&str; 4] = [
    method::INITIALIZE,
    method::PING,
    method::TOOLS_LIST,
    method::TOOLS_CALL,
];

/// Whether a method is one that [`answer`] knows.
pub(crate) fn is_offered(method: &str) -> bool {
    METHODS.contains(&method)
}

/// Answers one request to its end, also when whoever waits for the answer goes away: a write that
/// has begun must not be left half done (revision 2025-11-25: a disconnect is not a cancellation).
pub(crate) async fn answer<A: Application>(
    application: Arc<A>,
    caller: Arc<A::Caller>,
    request: Request,
) -> RawResponse {
    let id = request.id.clone();
    let method = request.method.clone();
    let work = tokio::spawn(async move { result(&*application, &caller, request).await });
    let result = work.await.unwrap_or_else(|failure| {
        tracing::error!(method, error = %failure, "answering a request failed");
        let message = "the server failed while answering; its log says why";
        Err(ErrorObject::new(ErrorCode::INTERNAL_ERROR, message))
    });
    match result {
        Ok(result) => Response::result(id, result),
        Err(error) => Response::error(Some(id), error),
    }
}

async fn result<A: Application>(
    application: &A,
    caller: &A::Caller,
    request: Request,
) -> Result<Box<RawValue>, ErrorObject> {
    let params = request.params.as_deref();
    match request.method.as_str() {
        method::INITIALIZE => {
            let params: initialize::Params = decode(method::INITIALIZE, params)?;
            to_result(&initialize::result(application.description(), &params))
        }
        method::PING => to_result(&json!({})),
        method::TOOLS_LIST => {
            let ListParams { cursor } = decode(method::TOOLS_LIST, params)?;
            if cursor.is_some() {
                let message = "tools/list: unknown cursor; the whole list comes in one answer";
                return Err(ErrorObject::new(ErrorCode::INVALID_PARAMS, message));
            }
            Ok(application.tools().list().to_owned())
        }
        method::TOOLS_CALL => call_tool(application, caller, params).await,
        other => Err(not_offered(other)),
    }
}

fn not_offered(method: &str) -> ErrorObject {
    let message = format!("this server does not offer the method `{method}`");
    ErrorObject::new(ErrorCode::METHOD_NOT_FOUND, message).with_data(json!({"offered": METHODS}))
}

#[derive(Deserialize, Default)]
struct ListParams {
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct CallParams {
    name: String,
    /// Absent, null and `{}` all mean the defaults (fault B-25).
    arguments: Option<Map<String, Value>>,
}

async fn call_tool<A: Application>(
    application: &A,
    caller: &A::Caller,
    params: Option<&RawValue>,
) -> Result<Box<RawValue>, ErrorObject> {
    let Some(params) = params else {
        let message = "tools/call: params are missing: name the tool";
        return Err(ErrorObject::new(ErrorCode::INVALID_PARAMS, message));
    };
    let call: CallParams = parse(method::TOOLS_CALL, params)?;
    let registry = application.tools();
    let Some(tool) = registry.find(&call.name) else {
        let names: Vec<_> = registry.names().collect();
        let message = format!(
            "unknown tool `{}`; this server has {}",
            call.name,
            names.join(", ")
        );
        return Err(ErrorObject::new(ErrorCode::INVALID_PARAMS, message));
    };
    let outcome = tool.call(caller, call.arguments.unwrap_or_default()).await;
    tracing::info!(tool = tool.name(), failed = outcome.is_err(), "tool called");
    to_result(&CallResult::from(outcome))
}

/// Decodes params that may be left out or null.
fn decode<T: DeserializeOwned + Default>(
    method: &str,
    params: Option<&RawValue>,
) -> Result<T, ErrorObject> {
    match params {
        Some(raw) if raw.get() != "null" => parse(method, raw),
        _ => Ok(T::default()),
    }
}

fn parse<T: DeserializeOwned>(method: &str, params: &RawValue) -> Result<T, ErrorObject> {
    let mut deserializer = serde_json::Deserializer::from_str(params.get());
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let message = match error.path().to_string().as_str() {
            "." => format!("{method}: params: {}", error.inner()),
            place => format!("{method}: `{place}` in params: {}", error.inner()),
        };
        ErrorObject::new(ErrorCode::INVALID_PARAMS, message)
    })
}

fn to_result(result: &impl Serialize) -> Result<Box<RawValue>, ErrorObject> {
    to_raw_value(result).map_err(|error| {
        tracing::error!(%error, "a result is not JSON");
        ErrorObject::new(
            ErrorCode::INTERNAL_ERROR,
            "the server could not write its answer",
        )
    })
}

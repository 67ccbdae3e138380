//! `tools/list` and `tools/call`.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use shared::protocol::method;

use super::call::Call;
use super::outcome::Outcome;
use super::params::{CommonParams, parse};
use super::suspension::{Surroundings, Target};
use super::{Dispatcher, page};
use crate::application::Application;
use crate::observe::{End, Observation};
use crate::tool::{CallResult, Entry, Metadata};

#[derive(Deserialize)]
struct CallParams {
    name: String,
    /// Absent, null and `{}` all mean the defaults (fault B-25).
    arguments: Option<Map<String, Value>>,
    #[serde(flatten)]
    common: CommonParams,
}

/// The tools this caller may use.
pub(super) fn list<A: Application>(
    dispatcher: &Dispatcher<A>,
    caller: &A::Caller,
    params: Option<&RawValue>,
) -> Result<Outcome, ErrorObject> {
    let application = &*dispatcher.application;
    let tools = application.tools().described();
    let tools = tools.filter(|(tool, _)| application.withheld(caller, tool).is_none());
    let tools: Vec<_> = tools.map(|(_, definition)| definition).collect();
    page::outcome(dispatcher, (method::TOOLS_LIST, "tools"), params, &tools)
}

pub(super) async fn call<A: Application>(
    dispatcher: &Dispatcher<A>,
    call: &Call<A::Caller>,
    observation: &mut Observation<'_, A::Caller>,
) -> Result<Outcome, ErrorObject> {
    let CallParams {
        name,
        arguments,
        common,
    } = parse(method::TOOLS_CALL, call.request.params.as_deref())?;
    let tool = offered(&*dispatcher.application, &call.caller, &name)?;
    let arguments = arguments.unwrap_or_default();
    let text = serde_json::to_string(&arguments).expect("a map of values is JSON");
    let target = Target {
        name: &name,
        arguments: &text,
    };
    observation.calls(tool.name(), tool.effect(), &arguments);
    let surroundings = Surroundings::of(dispatcher, call, target, common)?;
    let outcome = tool
        .call(&call.caller, arguments, &surroundings.context)
        .await;
    if let Some(suspended) = outcome
        .as_ref()
        .err()
        .and_then(|failure| surroundings.suspended(failure))
    {
        observation.tool_ended(End::Asked, &Metadata::new());
        return suspended;
    }
    let end = outcome.as_ref().map_or(End::ToolFailed, |_| End::Answered);
    let (result, metadata) = CallResult::of(outcome);
    observation.tool_ended(end, &metadata);
    Ok(Outcome::of(&result)?.with_metadata(metadata))
}

/// The tool of that name, if this caller may use it.
fn offered<A: Application>(
    application: &A,
    caller: &A::Caller,
    name: &str,
) -> Result<&'static Entry<A::Caller>, ErrorObject> {
    let registry = application.tools();
    let message = match registry.find(name) {
        Some(tool) => match application.withheld(caller, tool) {
            None => return Ok(tool),
            Some(why) => format!("the tool `{name}` is not available: {why}"),
        },
        None => {
            let offered = registry.entries();
            let offered = offered.filter(|tool| application.withheld(caller, tool).is_none());
            let names: Vec<_> = offered.map(Entry::name).collect();
            format!(
                "unknown tool `{name}`; this server has {}",
                names.join(", ")
            )
        }
    };
    Err(ErrorObject::new(ErrorCode::INVALID_PARAMS, message))
}

//! `prompts/list` and `prompts/get`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::{ErrorCode, ErrorObject};

use super::call::Call;
use super::outcome::Outcome;
use super::params::{CommonParams, parse};
use super::server_method::{PROMPTS_GET, PROMPTS_LIST};
use super::suspension::{Surroundings, Target};
use super::{Dispatcher, page};
use crate::application::Application;
use crate::prompts::{PromptDescription, Prompts};

#[derive(Deserialize)]
struct GetParams {
    name: String,
    arguments: Option<HashMap<String, String>>,
    #[serde(flatten)]
    common: CommonParams,
}

pub(super) fn list<A: Application>(
    dispatcher: &Dispatcher<A>,
    prompts: &dyn Prompts<A::Caller>,
    params: Option<&RawValue>,
) -> Result<Outcome, ErrorObject> {
    let list = (PROMPTS_LIST, "prompts");
    page::outcome(dispatcher, list, params, &prompts.list())
}

pub(super) async fn get<A: Application>(
    dispatcher: &Dispatcher<A>,
    prompts: &dyn Prompts<A::Caller>,
    call: &Call<A::Caller>,
) -> Result<Outcome, ErrorObject> {
    let GetParams {
        name,
        arguments,
        common,
    } = parse(PROMPTS_GET, call.request.params.as_deref())?;
    let arguments = arguments.unwrap_or_default();
    check(&prompts.list(), &name, &arguments)?;
    // In one order, so that the same arguments are the same call.
    let sorted: std::collections::BTreeMap<_, _> = arguments.iter().collect();
    let text = serde_json::to_string(&sorted).expect("a map of strings is JSON");
    let target = Target {
        name: &name,
        arguments: &text,
    };
    let surroundings = Surroundings::of(dispatcher, call, target, common)?;
    let context = &surroundings.context;
    match prompts.get(&call.caller, &name, arguments, context).await {
        Ok(prompt) => Outcome::of(&prompt),
        Err(failure) => surroundings.error(&failure),
    }
}

fn check(
    prompts: &[PromptDescription],
    name: &str,
    arguments: &HashMap<String, String>,
) -> Result<(), ErrorObject> {
    let invalid = |message| Err(ErrorObject::new(ErrorCode::INVALID_PARAMS, message));
    let Some(prompt) = prompts.iter().find(|prompt| prompt.name == name) else {
        return invalid(format!(
            "unknown prompt `{name}`; prompts/list names those there are"
        ));
    };
    let missing = prompt
        .arguments
        .iter()
        .find(|argument| argument.required && !arguments.contains_key(&argument.name));
    match missing {
        Some(missing) => invalid(format!(
            "the prompt `{name}` needs the argument `{}`",
            missing.name
        )),
        None => Ok(()),
    }
}

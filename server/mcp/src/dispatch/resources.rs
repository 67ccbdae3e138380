//! `resources/list`, `resources/templates/list`, `resources/read` and the subscriptions of the
//! handshake era.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use shared::jsonrpc::{ErrorCode, ErrorObject};

use super::call::{Call, Era};
use super::outcome::{Freshness, Outcome};
use super::params::{CommonParams, parse};
use super::server_method::{
    RESOURCES_LIST, RESOURCES_READ, SUBSCRIBE, TEMPLATES_LIST, UNSUBSCRIBE,
};
use super::suspension::{self, Surroundings, Target};
use super::{Dispatcher, page};
use crate::application::Application;
use crate::conversation::Conversation;
use crate::resources::Resources;

/// `resource not found` up to 2025-11-25; later revisions forbid the code.
const RESOURCE_NOT_FOUND: ErrorCode = ErrorCode(-32002);

#[derive(Deserialize)]
struct ReadParams {
    uri: String,
    #[serde(flatten)]
    common: CommonParams,
}

#[derive(Deserialize)]
struct SubscriptionParams {
    uri: String,
}

pub(super) async fn list<A: Application>(
    dispatcher: &Dispatcher<A>,
    resources: &dyn Resources<A::Caller>,
    call: &Call<A::Caller>,
) -> Result<Outcome, ErrorObject> {
    let listed = resources.list(&call.caller).await;
    let listed = listed.map_err(|failure| suspension::told(&failure))?;
    let params = call.request.params.as_deref();
    page::outcome(dispatcher, (RESOURCES_LIST, "resources"), params, &listed)
}

pub(super) fn templates<A: Application>(
    dispatcher: &Dispatcher<A>,
    resources: &dyn Resources<A::Caller>,
    params: Option<&RawValue>,
) -> Result<Outcome, ErrorObject> {
    let list = (TEMPLATES_LIST, "resourceTemplates");
    page::outcome(dispatcher, list, params, &resources.templates())
}

pub(super) async fn read<A: Application>(
    dispatcher: &Dispatcher<A>,
    resources: &dyn Resources<A::Caller>,
    call: &Call<A::Caller>,
) -> Result<Outcome, ErrorObject> {
    let ReadParams { uri, common } = parse(RESOURCES_READ, call.request.params.as_deref())?;
    let target = Target {
        name: &uri,
        arguments: "",
    };
    let surroundings = Surroundings::of(dispatcher, call, target, common)?;
    match resources
        .read(&call.caller, &uri, &surroundings.context)
        .await
    {
        Ok(Some(contents)) => {
            let result = Outcome::of(&json!({"contents": contents}))?;
            Ok(result.with_freshness(Freshness::CONTENT))
        }
        Ok(None) => {
            let code = match call.era {
                Era::Handshake(_) => RESOURCE_NOT_FOUND,
                Era::Stateless(_) => ErrorCode::INVALID_PARAMS,
            };
            let message = format!("there is no resource `{uri}`, or this caller may not see it");
            Err(ErrorObject::new(code, message).with_data(page::naming("uri", &uri)))
        }
        Err(failure) => surroundings.error(&failure),
    }
}

/// A resource that is not there may come to be, so any URI can be subscribed to.
pub(super) fn subscribe(
    conversation: &Conversation,
    params: Option<&RawValue>,
) -> Result<Outcome, ErrorObject> {
    let SubscriptionParams { uri } = parse(SUBSCRIBE, params)?;
    conversation.subscribe(uri);
    Ok(Outcome::empty())
}

pub(super) fn unsubscribe(
    conversation: &Conversation,
    params: Option<&RawValue>,
) -> Result<Outcome, ErrorObject> {
    let SubscriptionParams { uri } = parse(UNSUBSCRIBE, params)?;
    conversation.unsubscribe(&uri);
    Ok(Outcome::empty())
}

//! Calls that ask the client: what they know when they start, and what is answered when they stop to
//! ask (revision 2026-07-28, multi-round-trip requests).

use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject};

use super::MISSING_CAPABILITY;
use super::call::{Call, Era};
use super::outcome::Outcome;
use super::params::CommonParams;
use super::{Application, Dispatcher};
use crate::context::{Answers, Asking, CallContext, RequestState, Round, Why};
use crate::level::ClientLogging;
use crate::tool::Failure;

/// The context of one call and what seals its state.
pub(super) struct Surroundings<'a> {
    pub(super) context: CallContext,
    state: RequestState<'a>,
}

/// What is called, with which arguments (JSON text).
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) name: &'a str,
    pub(super) arguments: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InputRequired {
    input_requests: Map<String, Value>,
    request_state: String,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of<A: Application>(
        dispatcher: &'a Dispatcher<A>,
        call: &'a Call<A::Caller>,
        target: Target<'a>,
        common: CommonParams,
    ) -> Result<Self, ErrorObject> {
        let state = RequestState {
            key: &dispatcher.key,
            credential: call.credential,
            method: &call.request.method,
            target: target.name,
            arguments: target.arguments,
        };
        let logs = dispatcher.application.client_logging() == ClientLogging::Offered;
        let (asking, level) = match &call.era {
            Era::Handshake(None) => (Asking::Impossible, None),
            Era::Handshake(Some(conversation)) => {
                let level = conversation.level();
                (Asking::Conversation(conversation.clone()), Some(level))
            }
            Era::Stateless(client) => {
                let asking = Asking::Repetition {
                    capabilities: client.capabilities.clone(),
                    answers: answers(&state, common.input_responses, common.request_state)?,
                };
                (asking, client.level)
            }
        };
        let context = CallContext {
            outbound: call.outbound.clone(),
            progress_token: common.meta.progress_token,
            level: level.filter(|_| logs),
            asking,
        };
        Ok(Self { context, state })
    }

    /// The result of a call that failed, if that is because the client has to be asked.
    pub(super) fn suspended(&self, failure: &Failure) -> Option<Result<Outcome, ErrorObject>> {
        Some(match failure.suspension()? {
            Why::Unanswered { requests, answered } => {
                let ask = |key: &String, method, params| {
                    (key.clone(), json!({"method": method, "params": params}))
                };
                let result = InputRequired {
                    input_requests: requests
                        .iter()
                        .map(|(key, request)| ask(key, request.method(), request.params()))
                        .collect(),
                    request_state: self.state.seal(answered),
                };
                Outcome::of(&result).map(Outcome::input_required)
            }
            Why::MissingCapability(capability) => {
                let name = capability.as_str();
                let message = format!("this needs a client with the capability `{name}`");
                let required = Map::from_iter([(name.to_owned(), json!({}))]);
                let data = json!({"requiredCapabilities": required});
                Err(ErrorObject::new(MISSING_CAPABILITY, message).with_data(data))
            }
            Why::Refused(message) => Err(ErrorObject::new(ErrorCode::INTERNAL_ERROR, message)),
        })
    }

    /// A failure where there is no `isError` to say it with.
    pub(super) fn error(&self, failure: &Failure) -> Result<Outcome, ErrorObject> {
        self.suspended(failure)
            .unwrap_or_else(|| Err(told(failure)))
    }
}

pub(super) fn told(failure: &Failure) -> ErrorObject {
    ErrorObject::new(ErrorCode::INTERNAL_ERROR, failure.text())
}

/// What the client has answered in this round and, by the state it brings back, in earlier ones.
fn answers(
    state: &RequestState<'_>,
    responses: Option<Map<String, Value>>,
    brought: Option<String>,
) -> Result<Answers, ErrorObject> {
    let (mut by_key, round) = match brought {
        None => (Map::new(), Round::First),
        Some(brought) => {
            let opened = state
                .open(&brought)
                .map_err(|error| ErrorObject::new(ErrorCode::INVALID_PARAMS, error.to_string()))?;
            (opened, Round::Repeated)
        }
    };
    by_key.extend(responses.unwrap_or_default());
    Ok(Answers { by_key, round })
}

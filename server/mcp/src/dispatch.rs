//! The one match on method names: a request in, a result out, the same for every transport.

mod call;
mod capabilities;
mod completions;
mod discover;
pub(crate) mod initialize;
pub(crate) mod listen;
mod outcome;
mod page;
mod params;
mod prompts;
mod resources;
mod suspension;
mod tools;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use shared::jsonrpc::{ErrorCode, ErrorObject};
use shared::protocol::method;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::application::Application;
use crate::http::fingerprint::FingerprintKey;
use crate::in_flight::InFlight;
use crate::level::{ClientLogging, Level};
use crate::observe::Observation;

pub(crate) use call::{Call, ClientMeta, Era, RawResponse, Request, Settled, scope};
pub(crate) use discover::supported_versions;
pub(crate) use initialize::NEWEST_REVISION;
use outcome::Outcome;
use params::parse;

/// `UnsupportedProtocolVersion`, `HeaderMismatch` and `MissingRequiredClientCapability` of revision
/// 2026-07-28.
pub(crate) const UNSUPPORTED_VERSION: ErrorCode = ErrorCode(-32022);
pub(crate) const HEADER_MISMATCH: ErrorCode = ErrorCode(-32020);
const MISSING_CAPABILITY: ErrorCode = ErrorCode(-32021);

/// The methods that only a server looks at; the others are in `shared`.
pub(crate) mod server_method {
    pub(crate) const DISCOVER: &str = "server/discover";
    pub(crate) const LISTEN: &str = "subscriptions/listen";
    pub(crate) const SET_LEVEL: &str = "logging/setLevel";
    pub(crate) const PROMPTS_LIST: &str = "prompts/list";
    pub(crate) const PROMPTS_GET: &str = "prompts/get";
    pub(crate) const RESOURCES_LIST: &str = "resources/list";
    pub(crate) const TEMPLATES_LIST: &str = "resources/templates/list";
    pub(crate) const RESOURCES_READ: &str = "resources/read";
    pub(crate) const SUBSCRIBE: &str = "resources/subscribe";
    pub(crate) const UNSUBSCRIBE: &str = "resources/unsubscribe";
    pub(crate) const COMPLETE: &str = "completion/complete";
}
use server_method::*;

/// Every method there is, whether or not an application offers it.
const METHODS: [&str; 15] = [
    method::INITIALIZE,
    method::PING,
    method::TOOLS_LIST,
    method::TOOLS_CALL,
    DISCOVER,
    LISTEN,
    SET_LEVEL,
    PROMPTS_LIST,
    PROMPTS_GET,
    RESOURCES_LIST,
    TEMPLATES_LIST,
    RESOURCES_READ,
    SUBSCRIBE,
    UNSUBSCRIBE,
    COMPLETE,
];

/// The method of that name; a client can make up any number of others.
pub(crate) fn known_method(name: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|method| *method == name)
}

/// What answering takes besides the request. Nothing in it belongs to one caller.
#[derive(Debug)]
pub(crate) struct Dispatcher<A> {
    pub(crate) application: Arc<A>,
    pub(crate) in_flight: Arc<InFlight>,
    /// Seals what clients carry for the server.
    pub(crate) key: FingerprintKey,
    pub(crate) page_size: NonZeroUsize,
    /// How long answering may take.
    pub(crate) request_time: Duration,
    /// Ends what would otherwise never end.
    pub(crate) stop: CancellationToken,
}

/// Answers one request; `None` when it was cancelled. A request of a revision up to 2025-11-25 runs
/// to its end although whoever waits for the answer goes away: a write that has begun must not be
/// left half done (revision 2025-11-25: a disconnect is not a cancellation). In revision 2026-07-28
/// it is one, so dropping this future stops the work.
pub(crate) async fn answer<A: Application>(
    dispatcher: &Arc<Dispatcher<A>>,
    call: Call<A::Caller>,
) -> Option<Settled> {
    let call = traced(&*dispatcher.application, call);
    let (id, method) = (call.request.id.clone(), call.request.method.clone());
    let entry = call
        .scope()
        .map(|scope| dispatcher.in_flight.enter(scope, id.clone()));
    let cancelled = entry
        .as_ref()
        .map_or_else(CancellationToken::new, |entry| entry.cancelled.clone());
    let stop_with_us = entry.is_none().then(|| cancelled.clone().drop_guard());
    let (dispatcher, place) = (Arc::clone(dispatcher), Arc::clone(&call.place));
    let work = async move {
        let _kept = (entry, place);
        let application = &*dispatcher.application;
        let mut observation = Observation::begin(application, &call);
        tokio::select! {
            biased;
            () = cancelled.cancelled() => None,
            result = in_time(&dispatcher, &call, &mut observation) => {
                observation.settled(&result);
                Some(result.map(|outcome| outcome.for_era(&call.era, application.description())))
            }
        }
    };
    let work = tokio::spawn(work.in_current_span());
    let result = work.await.unwrap_or_else(|failure| {
        tracing::error!(method, error = %failure, "answering a request failed");
        let message = "the server failed while answering; its log says why";
        Some(Err(ErrorObject::new(ErrorCode::INTERNAL_ERROR, message)))
    });
    drop(stop_with_us);
    if result.is_none() {
        tracing::info!(method, "request cancelled");
    }
    Some(Settled {
        id,
        result: result?,
    })
}

/// The call, in the trace that its message names.
fn traced<A: Application>(application: &A, mut call: Call<A::Caller>) -> Call<A::Caller> {
    if let Some(trace) = params::trace(call.request.params.as_deref()) {
        call.caller = application.traced(call.caller, &trace);
    }
    call
}

/// Answers within the time that a request may take. A subscription is none that ends.
async fn in_time<A: Application>(
    dispatcher: &Dispatcher<A>,
    call: &Call<A::Caller>,
    observation: &mut Observation<'_, A::Caller>,
) -> Result<Outcome, ErrorObject> {
    if call.request.method == LISTEN {
        return result(dispatcher, call, observation).await;
    }
    let time = dispatcher.request_time;
    let answered = timeout(time, result(dispatcher, call, observation)).await;
    answered.unwrap_or_else(|_late| {
        let message = format!(
            "given up after {} s, which --request-timeout sets; if it was to change something, check \
             whether it did before you try again",
            time.as_secs_f64()
        );
        tracing::warn!(method = call.request.method, "a request took too long");
        Err(ErrorObject::new(ErrorCode::INTERNAL_ERROR, message))
    })
}

async fn result<A: Application>(
    dispatcher: &Dispatcher<A>,
    call: &Call<A::Caller>,
    observation: &mut Observation<'_, A::Caller>,
) -> Result<Outcome, ErrorObject> {
    let (application, params) = (&*dispatcher.application, call.request.params.as_deref());
    let not_offered = || not_offered(&call.request.method);
    let prompts = || application.prompts().ok_or_else(not_offered);
    let resources = || application.resources().ok_or_else(not_offered);
    let changes = || application.changes().ok_or_else(not_offered);
    match (&call.era, call.request.method.as_str()) {
        (Era::Handshake(_), method::INITIALIZE) => {
            initialize::result(application, &call.era, params)
        }
        (Era::Handshake(_), method::PING) => Ok(Outcome::empty()),
        (Era::Stateless(_), DISCOVER) => discover::result(application, call),
        (Era::Stateless(_), LISTEN) => listen::answer(dispatcher, call, changes()?).await,
        (_, method::TOOLS_LIST) => tools::list(dispatcher, &call.caller, params),
        (_, method::TOOLS_CALL) => tools::call(dispatcher, call, observation).await,
        (_, PROMPTS_LIST) => prompts::list(dispatcher, prompts()?, params),
        (_, PROMPTS_GET) => prompts::get(dispatcher, prompts()?, call).await,
        (_, RESOURCES_LIST) => resources::list(dispatcher, resources()?, call).await,
        (_, TEMPLATES_LIST) => resources::templates(dispatcher, resources()?, params),
        (_, RESOURCES_READ) => resources::read(dispatcher, resources()?, call).await,
        (Era::Handshake(Some(conversation)), SUBSCRIBE) if tells_of_resources(application) => {
            resources::subscribe(conversation, params)
        }
        (Era::Handshake(Some(conversation)), UNSUBSCRIBE) if tells_of_resources(application) => {
            resources::unsubscribe(conversation, params)
        }
        (Era::Handshake(conversation), SET_LEVEL)
            if application.client_logging() == ClientLogging::Offered =>
        {
            let LevelParams { level } = parse(SET_LEVEL, params)?;
            // Without a session there is nothing to keep the level in, and nothing is logged.
            conversation.iter().for_each(|kept| kept.set_level(level));
            Ok(Outcome::empty())
        }
        (_, COMPLETE) => {
            let completions = application.completions().ok_or_else(not_offered)?;
            completions::complete(completions, call).await
        }
        _ => Err(not_offered()),
    }
}

fn tells_of_resources<A: Application>(application: &A) -> bool {
    application.resources().is_some() && application.changes().is_some()
}

fn not_offered(method: &str) -> ErrorObject {
    let message = format!("this server does not offer the method `{method}`");
    ErrorObject::new(ErrorCode::METHOD_NOT_FOUND, message).with_data(json!({"method": method}))
}

#[derive(serde::Deserialize)]
struct LevelParams {
    level: Level,
}

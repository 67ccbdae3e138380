//! News for clients: `subscriptions/listen` of revision 2026-07-28, and what sessions and connections
//! of earlier revisions are told.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::call::Call;
use super::outcome::Outcome;
use super::params::parse;
use super::server_method::LISTEN;
use super::{Application, Dispatcher};
use crate::changes::{Change, Changes};
use crate::conversation::Conversation;

const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";

#[derive(Deserialize)]
struct ListenParams {
    notifications: Wanted,
}

/// What a client wants to hear of, and what of it this server tells.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Wanted {
    #[serde(skip_serializing_if = "is_false")]
    tools_list_changed: bool,
    #[serde(skip_serializing_if = "is_false")]
    prompts_list_changed: bool,
    #[serde(skip_serializing_if = "is_false")]
    resources_list_changed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_subscriptions: Vec<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "what serde calls it with"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl Wanted {
    fn of_what_is_offered<A: Application>(mut self, application: &A) -> Self {
        self.prompts_list_changed &= application.prompts().is_some();
        if application.resources().is_none() {
            self.resources_list_changed = false;
            self.resource_subscriptions.clear();
        }
        self
    }

    fn includes(&self, change: &Change) -> bool {
        match change {
            Change::Tools => self.tools_list_changed,
            Change::Prompts => self.prompts_list_changed,
            Change::Resources => self.resources_list_changed,
            Change::Resource(uri) => self.resource_subscriptions.contains(uri),
        }
    }
}

/// Tells news until the client goes or the server stops.
pub(super) async fn answer<A: Application>(
    dispatcher: &Dispatcher<A>,
    call: &Call<A::Caller>,
    changes: &Changes,
) -> Result<Outcome, ErrorObject> {
    if !call.outbound.is_open() {
        let message = format!("{LISTEN} is answered by an event stream: accept text/event-stream");
        return Err(ErrorObject::new(ErrorCode::INVALID_REQUEST, message));
    }
    // Listening starts before it is acknowledged, so that nothing is missed in between.
    let mut news = changes.listen();
    let params: ListenParams = parse(LISTEN, call.request.params.as_deref())?;
    let wanted = params
        .notifications
        .of_what_is_offered(&*dispatcher.application);
    let id: Value = serde_json::from_str(call.request.id.as_json()).unwrap_or_default();
    let meta = Map::from_iter([(SUBSCRIPTION_ID.to_owned(), id)]);
    let acknowledged = json!({"notifications": wanted, "_meta": meta});
    call.outbound
        .notify("notifications/subscriptions/acknowledged", &acknowledged);
    let tell = async {
        while let Some(changes) = next(&mut news).await {
            for change in changes.iter().filter(|change| wanted.includes(change)) {
                let (method, mut params) = change.notification();
                params.insert("_meta".to_owned(), Value::Object(meta.clone()));
                call.outbound.notify(method, &params);
            }
        }
    };
    tokio::select! {
        () = tell => {}
        () = dispatcher.stop.cancelled() => {}
    }
    Ok(Outcome::empty().with_metadata(meta))
}

/// Tells a client of the handshake era, by way of `tell`, until the conversation ends.
pub(crate) async fn relay(
    changes: &Changes,
    client: &Conversation,
    tell: impl Fn(&str, &Map<String, Value>),
) {
    let mut news = changes.listen();
    let telling = async {
        while let Some(changes) = next(&mut news).await {
            for change in &changes {
                let is_wanted = match change {
                    Change::Resource(uri) => client.is_subscribed(uri),
                    Change::Tools | Change::Prompts | Change::Resources => true,
                };
                if is_wanted {
                    let (method, params) = change.notification();
                    tell(method, &params);
                }
            }
        }
    };
    tokio::select! {
        () = telling => {}
        () = client.ended() => {}
    }
}

/// The next news; whoever has missed some takes every list for changed.
async fn next(news: &mut Receiver<Change>) -> Option<Vec<Change>> {
    match news.recv().await {
        Ok(change) => Some(vec![change]),
        Err(RecvError::Lagged(_)) => Some(vec![Change::Tools, Change::Prompts, Change::Resources]),
        Err(RecvError::Closed) => None,
    }
}

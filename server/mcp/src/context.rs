//! What a call may use besides its caller: telling progress, writing to the client's log, asking the
//! person. All of it may be ignored, and works the same in every revision.

mod input;
mod state;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::conversation::{ClientCapabilities, Conversation};
use crate::level::Level;
use crate::outbound::Outbound;

pub(crate) use input::{Capability, Why};
pub use input::{Elicited, InputRequest, Suspended};
pub(crate) use state::RequestState;

/// The surroundings of one call.
#[derive(Debug)]
pub struct CallContext {
    pub(crate) outbound: Outbound,
    pub(crate) progress_token: Option<Value>,
    /// The least severe log message this client wants; `None` when it wants none.
    pub(crate) level: Option<Level>,
    pub(crate) asking: Asking,
}

/// How a client can be asked.
#[derive(Debug)]
pub(crate) enum Asking {
    /// Not at all: up to 2025-11-25, without a session.
    Impossible,
    /// By a request of the server, while the call waits (up to 2025-11-25).
    Conversation(Arc<Conversation>),
    /// By ending the call with questions; the client repeats it with the answers (2026-07-28).
    Repetition {
        capabilities: ClientCapabilities,
        answers: Answers,
    },
}

/// What a client has answered so far.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) by_key: Map<String, Value>,
    pub(crate) round: Round,
}

/// Whether a call is the first of its kind or repeats one that asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Round {
    /// Nothing has been asked yet, or the client is asked while the call waits.
    #[default]
    First,
    /// The client has brought back what this server gave it, unchanged.
    Repeated,
}

impl CallContext {
    /// Tells how far the call is, if the client wants to know. `progress` must grow from one time to
    /// the next; `total` is its end, when known (MCP, "Progress").
    pub fn progress(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        let Some(token) = &self.progress_token else {
            return;
        };
        let mut params = Map::new();
        params.insert("progressToken".to_owned(), token.clone());
        params.insert("progress".to_owned(), json!(progress));
        let total = total.map(|total| json!(total));
        params.extend(total.map(|total| ("total".to_owned(), total)));
        params.extend(message.map(|message| ("message".to_owned(), message.into())));
        self.outbound.notify("notifications/progress", &params);
    }

    /// Writes to the client's log, if it wants messages of that severity.
    pub fn log(&self, level: Level, logger: &str, data: impl Into<Value>) {
        if self.level.is_some_and(|least| least <= level) {
            let params = json!({"level": level, "logger": logger, "data": data.into()});
            self.outbound.notify("notifications/message", &params);
        }
    }

    /// Lets go of the client's connection while a long call goes on; the client comes back for the
    /// rest. Only a session of revision 2025-11-25 has clients that do, elsewhere nothing happens.
    pub fn release_connection(&self) {
        self.outbound.release();
    }

    /// Whether this client says it can answer a request of that kind.
    #[must_use]
    pub fn can_ask(&self, request: &InputRequest) -> bool {
        request.capability().is_among(&self.capabilities())
    }

    /// Whether this call repeats one that asked.
    #[must_use]
    pub fn round(&self) -> Round {
        match &self.asking {
            Asking::Repetition { answers, .. } => answers.round,
            Asking::Impossible | Asking::Conversation(_) => Round::First,
        }
    }

    /// Asks the client for one thing. `key` names the question within this call and must stay the
    /// same when the call is repeated.
    ///
    /// # Errors
    /// [`Suspended`] ends the call; pass it on with `?`. In revision 2026-07-28 the call then starts
    /// anew once the client has answered, and gets the answer here: so ask before anything is changed.
    pub async fn ask(&self, key: &str, request: InputRequest) -> Result<Value, Suspended> {
        let mut answers = self.ask_all(vec![(key.to_owned(), request)]).await?;
        Ok(answers.remove(key).unwrap_or_default())
    }

    /// Asks the client for several things at once; gives the answers by key.
    ///
    /// # Errors
    /// As [`CallContext::ask`].
    pub async fn ask_all(
        &self,
        requests: Vec<(String, InputRequest)>,
    ) -> Result<Map<String, Value>, Suspended> {
        let missing = requests.iter().find(|(_, request)| !self.can_ask(request));
        if let Some((_, request)) = missing {
            return Err(self.cannot_ask(request.capability()));
        }
        match &self.asking {
            Asking::Impossible => Err(Suspended::refused("there is no way to ask this client")),
            Asking::Conversation(conversation) => {
                let mut answers = Map::new();
                for (key, request) in requests {
                    let (method, params) = (request.method(), request.params());
                    let answer = conversation.ask(&self.outbound, method, params).await;
                    let answer = answer.map_err(|error| Suspended::refused(error.message))?;
                    answers.insert(key, answer);
                }
                Ok(answers)
            }
            Asking::Repetition { answers, .. } => input::collect(&answers.by_key, requests),
        }
    }

    /// Asks the person to fill in a form. `schema` is a flat JSON Schema object (MCP, "Elicitation").
    ///
    /// # Errors
    /// As [`CallContext::ask`].
    pub async fn elicit(
        &self,
        key: &str,
        message: &str,
        schema: Value,
    ) -> Result<Elicited, Suspended> {
        let message = message.to_owned();
        let request = InputRequest::Elicitation { message, schema };
        Ok(Elicited::of(&self.ask(key, request).await?))
    }

    fn capabilities(&self) -> ClientCapabilities {
        match &self.asking {
            Asking::Impossible => ClientCapabilities::default(),
            Asking::Conversation(conversation) => conversation.capabilities(),
            Asking::Repetition { capabilities, .. } => capabilities.clone(),
        }
    }

    fn cannot_ask(&self, capability: Capability) -> Suspended {
        match self.asking {
            Asking::Repetition { .. } => Suspended(Why::MissingCapability(capability)),
            Asking::Impossible | Asking::Conversation(_) => Suspended::refused(format!(
                "this needs a client that declares the capability `{}` when it initializes",
                capability.as_str()
            )),
        }
    }
}

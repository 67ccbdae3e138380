//! What a call can ask the client for, and what comes of it; not how the question travels.

use serde_json::{Map, Value, json};

use crate::conversation::ClientCapabilities;

/// Something to ask the client for (MCP, elicitation, sampling and roots).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InputRequest {
    /// A form for the person.
    Elicitation {
        /// What the person reads.
        message: String,
        /// A flat JSON Schema object: the fields of the form.
        schema: Value,
    },
    /// A text by the client's model.
    Sampling {
        /// `sampling/createMessage` params.
        params: Value,
    },
    /// The folders the client works in.
    Roots,
}

/// What a client must declare to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capability {
    Elicitation,
    Sampling,
    Roots,
}

/// What a person did with a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Elicited {
    /// Filled it in and sent it.
    Accepted(Map<String, Value>),
    /// Said no.
    Declined,
    /// Closed it without a choice.
    Cancelled,
}

/// The call cannot go on before the client has answered, or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspended(pub(crate) Why);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    /// These are still to be answered; the call is to be repeated then.
    Unanswered {
        requests: Vec<(String, InputRequest)>,
        /// What has been answered, to be brought back with the rest.
        answered: Map<String, Value>,
    },
    /// The client does not declare what it would need to answer.
    MissingCapability(Capability),
    /// It was asked and gave no answer.
    Refused(String),
}

impl Suspended {
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self(Why::Refused(message.into()))
    }

    /// Why the client gave no answer although it was asked; `None` where an answer may still come.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        match &self.0 {
            Why::Refused(message) => Some(message),
            Why::Unanswered { .. } | Why::MissingCapability(_) => None,
        }
    }
}

impl Capability {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Elicitation => "elicitation",
            Self::Sampling => "sampling",
            Self::Roots => "roots",
        }
    }

    /// Whether a client declares it. `elicitation` alone means forms; a client that names only other
    /// modes must not be sent one (MCP 2025-11-25, "Elicitation", capabilities).
    pub(crate) fn is_among(self, declared: &ClientCapabilities) -> bool {
        let modes = declared.0.get(self.as_str()).and_then(Value::as_object);
        modes.is_some_and(|modes| match self {
            Self::Elicitation => modes.contains_key("form") || !modes.contains_key("url"),
            Self::Sampling | Self::Roots => true,
        })
    }
}

impl InputRequest {
    pub(crate) fn capability(&self) -> Capability {
        match self {
            Self::Elicitation { .. } => Capability::Elicitation,
            Self::Sampling { .. } => Capability::Sampling,
            Self::Roots => Capability::Roots,
        }
    }

    pub(crate) fn method(&self) -> &'static str {
        match self {
            Self::Elicitation { .. } => "elicitation/create",
            Self::Sampling { .. } => "sampling/createMessage",
            Self::Roots => "roots/list",
        }
    }

    pub(crate) fn params(&self) -> Value {
        match self {
            Self::Elicitation { message, schema } => {
                json!({"message": message, "requestedSchema": schema})
            }
            Self::Sampling { params } => params.clone(),
            Self::Roots => json!({}),
        }
    }

    /// Whether a value has the form of an answer to this.
    fn is_answered_by(&self, answer: &Value) -> bool {
        match self {
            Self::Elicitation { .. } => answer["action"].is_string(),
            Self::Sampling { .. } => !answer["content"].is_null(),
            Self::Roots => answer["roots"].is_array(),
        }
    }
}

impl Elicited {
    /// Reads the client's answer (MCP schema, `ElicitResult`). What is unclear is no consent.
    pub(crate) fn of(answer: &Value) -> Self {
        match (answer["action"].as_str(), answer.get("content")) {
            (Some("accept"), Some(Value::Object(content))) => Self::Accepted(content.clone()),
            (Some("accept"), None) => Self::Accepted(Map::new()),
            (Some("decline"), _) => Self::Declined,
            _ => Self::Cancelled,
        }
    }
}

/// Takes the answers to these requests out of what the client brought, or says which are missing.
/// Answers to nothing are ignored; one of the wrong form counts as missing, so that it is asked again.
pub(super) fn collect(
    brought: &Map<String, Value>,
    requests: Vec<(String, InputRequest)>,
) -> Result<Map<String, Value>, Suspended> {
    let is_answered = |key: &String, request: &InputRequest| {
        let answer = brought.get(key);
        answer.is_some_and(|answer| request.is_answered_by(answer))
    };
    let unanswered: Vec<_> = requests
        .iter()
        .filter(|(key, request)| !is_answered(key, request))
        .cloned()
        .collect();
    if unanswered.is_empty() {
        let answer = |key: String| brought.get(&key).cloned().map(|answer| (key, answer));
        return Ok(requests
            .into_iter()
            .filter_map(|(key, _)| answer(key))
            .collect());
    }
    let mut answered = brought.clone();
    answered.retain(|key, _| unanswered.iter().all(|(asked, _)| asked != key));
    Err(Suspended(Why::Unanswered {
        requests: unanswered,
        answered,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_for_clients_that_show_forms() {
        for (declared, is_among) in [
            (json!({"elicitation": {}}), true),
            (
                json!({"elicitation": {"form": {"applyDefaults": true}}}),
                true,
            ),
            (json!({"elicitation": {"form": {}, "url": {}}}), true),
            (json!({"elicitation": {"url": {}}}), false),
            (json!({"elicitation": true}), false),
            (json!({"sampling": {}}), false),
        ] {
            let capabilities = ClientCapabilities(declared.as_object().unwrap().clone());
            let found = Capability::Elicitation.is_among(&capabilities);
            assert_eq!(found, is_among, "{declared}");
        }
    }
}

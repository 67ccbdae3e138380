//! What a tool gives back, and the `tools/call` result made of it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::content::Content;
use crate::context::{Suspended, Why};

/// The `_meta` member of a result: facts for programs, not shown to a model.
pub type Metadata = Map<String, Value>;

/// A tool's answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    content: Vec<Content>,
    structured: Option<Map<String, Value>>,
    metadata: Metadata,
}

/// A tool's failure: what failed, why, and what to do next, for a model and a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    cause: Cause,
    metadata: Metadata,
}

#[derive(Debug, Clone, PartialEq)]
enum Cause {
    Told(String),
    /// No failure at all: the client has to be asked first.
    Suspended(Box<Why>),
}

impl Answer {
    /// An answer in Markdown.
    pub fn new(text: impl Into<String>) -> Self {
        Self::of([Content::text(text)])
    }

    /// An answer of several blocks.
    pub fn of(content: impl IntoIterator<Item = Content>) -> Self {
        Self {
            content: content.into_iter().collect(),
            structured: None,
            metadata: Metadata::new(),
        }
    }

    /// Adds the same answer for programs, in the form of the tool's output schema.
    #[must_use]
    pub fn with_structured(mut self, structured: Map<String, Value>) -> Self {
        self.structured = Some(structured);
        self
    }

    /// Adds facts for programs.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }
}

impl Failure {
    /// A failure told in Markdown.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            cause: Cause::Told(text.into()),
            metadata: Metadata::new(),
        }
    }

    /// Adds facts for programs.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// What is told.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.cause {
            Cause::Told(text) => text,
            Cause::Suspended(_) => "the client has to be asked first",
        }
    }

    /// Why the call cannot go on before the client has been asked, if that is the cause.
    pub(crate) fn suspension(&self) -> Option<&Why> {
        match &self.cause {
            Cause::Told(_) => None,
            Cause::Suspended(why) => Some(why),
        }
    }
}

impl From<Suspended> for Failure {
    fn from(Suspended(why): Suspended) -> Self {
        match why {
            Why::Refused(text) => Self::new(text),
            why => Self {
                cause: Cause::Suspended(Box::new(why)),
                metadata: Metadata::new(),
            },
        }
    }
}

/// `CallToolResult` without its `_meta`. Members without a value are left out: nulls break strict
/// clients (fault B-23).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallResult {
    content: Vec<Content>,
    #[serde(skip_serializing_if = "Option::is_none")]
    structured_content: Option<Map<String, Value>>,
    is_error: bool,
}

impl CallResult {
    /// The result of a call and its `_meta`.
    pub(crate) fn of(outcome: Result<Answer, Failure>) -> (Self, Metadata) {
        let (content, structured_content, is_error, metadata) = match outcome {
            Ok(answer) => (answer.content, answer.structured, false, answer.metadata),
            Err(failure) => {
                let content = vec![Content::text(failure.text())];
                (content, None, true, failure.metadata)
            }
        };
        let result = Self {
            content,
            structured_content,
            is_error,
        };
        (result, metadata)
    }
}

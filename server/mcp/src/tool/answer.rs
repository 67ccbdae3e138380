//! What a tool gives back, and the `tools/call` result made of it.

use serde::Serialize;
use serde_json::{Map, Value};

/// The `_meta` member of a result: facts for programs, not shown to a model.
pub type Metadata = Map<String, Value>;

/// A tool's answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    text: String,
    metadata: Metadata,
}

/// A tool's failure: what failed, why, and what to do next, for a model and a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    text: String,
    metadata: Metadata,
}

impl Answer {
    /// An answer in Markdown.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            metadata: Metadata::new(),
        }
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
            text: text.into(),
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
        &self.text
    }
}

/// `CallToolResult`. Members without a value are left out: nulls break strict clients (fault B-23).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallResult {
    content: [TextContent; 1],
    is_error: bool,
    #[serde(rename = "_meta", skip_serializing_if = "Map::is_empty")]
    metadata: Metadata,
}

#[derive(Debug, Serialize)]
struct TextContent {
    r#type: &'static str,
    text: String,
}

impl From<Result<Answer, Failure>> for CallResult {
    fn from(outcome: Result<Answer, Failure>) -> Self {
        let (text, metadata, is_error) = match outcome {
            Ok(answer) => (answer.text, answer.metadata, false),
            Err(failure) => (failure.text, failure.metadata, true),
        };
        Self {
            content: [TextContent {
                r#type: "text",
                text,
            }],
            is_error,
            metadata,
        }
    }
}

//! Values a program proposes while somebody types an argument; not how they are asked for.

use std::collections::HashMap;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::tool::Failure;

/// What proposes values.
pub trait Completions<C>: Send + Sync {
    /// Values that fit what has been typed, the best first.
    ///
    /// # Errors
    /// [`Failure`] becomes a JSON-RPC error.
    fn complete<'a>(
        &'a self,
        caller: &'a C,
        request: CompletionRequest,
    ) -> BoxFuture<'a, Result<Completion, Failure>>;
}

/// What is being typed (MCP schema, `CompleteRequestParams`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CompletionRequest {
    /// What the argument belongs to.
    #[serde(rename = "ref")]
    pub of: CompletionOf,
    /// The argument that is being typed, and how far.
    pub argument: TypedArgument,
    /// What is already known (from revision 2025-06-18 on).
    #[serde(default)]
    pub context: CompletionContext,
}

/// What an argument belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type")]
pub enum CompletionOf {
    /// A prompt, by name.
    #[serde(rename = "ref/prompt")]
    Prompt {
        /// Its name.
        name: String,
    },
    /// A resource template.
    #[serde(rename = "ref/resource")]
    Resource {
        /// Its URI template.
        uri: String,
    },
}

/// An argument that is not finished.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TypedArgument {
    /// Its name in the prompt, or the variable in the template.
    pub name: String,
    /// What has been typed.
    pub value: String,
}

/// The arguments that are finished.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct CompletionContext {
    /// Their values by their names.
    #[serde(default)]
    pub arguments: HashMap<String, String>,
}

/// The most values one answer may hold (MCP schema, `CompleteResult`).
const MOST_VALUES: usize = 100;

/// Proposed values, at most a hundred of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    values: Vec<String>,
    total: usize,
    has_more: bool,
}

impl Completion {
    /// Takes what there is, the best first; the answer holds as many as the protocol allows.
    #[must_use]
    pub fn of(mut values: Vec<String>) -> Self {
        let total = values.len();
        values.truncate(MOST_VALUES);
        Self {
            has_more: values.len() < total,
            total,
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completion_holds_at_most_a_hundred_values_and_says_how_many_there_are() {
        let many = Completion::of((0..101).map(|n| n.to_string()).collect());
        assert_eq!(
            (many.values.len(), many.total, many.has_more),
            (100, 101, true)
        );
        let few = Completion::of(vec!["a".to_owned()]);
        assert_eq!((few.values.len(), few.total, few.has_more), (1, 1, false));
    }
}

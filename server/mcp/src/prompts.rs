//! Prompts a program offers: descriptions and what each expands to; not how they are listed or asked for.

use std::collections::HashMap;

use futures::future::BoxFuture;
use serde::Serialize;

use crate::content::Content;
use crate::context::CallContext;
use crate::tool::Failure;

/// The prompts of a program.
pub trait Prompts<C>: Send + Sync {
    /// All of them, in an order that does not change.
    fn list(&self) -> Vec<PromptDescription>;

    /// Expands one that is in the list, with every required argument present.
    ///
    /// # Errors
    /// [`Failure`] becomes a JSON-RPC error.
    fn get<'a>(
        &'a self,
        caller: &'a C,
        name: &'a str,
        arguments: HashMap<String, String>,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Prompt, Failure>>;
}

/// A prompt as `prompts/list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromptDescription {
    /// What `prompts/get` takes.
    pub name: String,
    /// The name a person reads (from revision 2025-06-18 on; older clients skip it).
    pub title: String,
    /// What it is for.
    pub description: String,
    /// What it takes; left out of the list when it takes nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<PromptArgument>,
}

/// One argument of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromptArgument {
    /// The member of `arguments` it comes as.
    pub name: String,
    /// What it means.
    pub description: String,
    /// Whether the prompt cannot do without it.
    pub required: bool,
}

/// An expanded prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prompt {
    /// What it is for.
    pub description: String,
    /// The beginning of a conversation.
    pub messages: Vec<PromptMessage>,
}

/// One message of an expanded prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromptMessage {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Content,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

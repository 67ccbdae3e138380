//! A tool is a struct that is its arguments, and one trait impl; a registry lists them. No tool lives
//! here.

mod annotations;
mod answer;
mod arguments;
mod registry;
mod schema;

use std::fmt;
use std::pin::Pin;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::context::CallContext;

pub use annotations::{Annotations, Effect, Reach};
pub(crate) use answer::CallResult;
pub use answer::{Answer, Failure, Metadata};
pub(crate) use registry::MirroredArgument;
pub use registry::Registry;
pub use schema::of_output as output_schema_of;

/// One tool. The implementing struct is its arguments: `serde` decodes them, `schemars` describes
/// them, and the comments of its fields are what a model reads about each.
///
/// Write `#[serde(deny_unknown_fields)]` on it, so that a misspelt argument is an error and not
/// silence.
pub trait Tool<C>: DeserializeOwned + JsonSchema + Send + 'static {
    /// The name a host calls it by.
    const NAME: &'static str;
    /// The name a person reads.
    const TITLE: &'static str;
    /// What it does and when to use it, for a model.
    const DESCRIPTION: &'static str;
    /// What it may do to the world.
    const ANNOTATIONS: Annotations;

    /// The JSON Schema of its arguments; write it by hand where the struct cannot say it.
    #[must_use]
    fn input_schema() -> Value {
        schema::of_arguments::<Self>()
    }

    /// The JSON Schema of its structured answer, if it gives one ([`Answer::with_structured`]);
    /// [`output_schema_of`] makes it from a struct.
    #[must_use]
    fn output_schema() -> Option<Value> {
        None
    }

    /// Runs it for a caller. The call is dropped where it stands when the client cancels it.
    ///
    /// # Errors
    /// [`Failure`] becomes a result with `isError`: the model reads it and may try again.
    fn call(
        self,
        caller: &C,
        context: &CallContext,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send;
}

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send + 'a>>;

/// A tool with its argument type erased, so that tools of different types fit one constant slice.
pub struct Entry<C: 'static> {
    name: &'static str,
    effect: Effect,
    definition: fn() -> Definition,
    call: for<'a> fn(&'a C, Map<String, Value>, &'a CallContext) -> Outcome<'a>,
}

impl<C: Sync + 'static> Entry<C> {
    /// Erases a tool's type.
    #[must_use]
    pub const fn of<T: Tool<C>>() -> Self {
        Self {
            name: T::NAME,
            effect: T::ANNOTATIONS.effect,
            definition: Definition::of::<C, T>,
            call: decode_and_call::<C, T>,
        }
    }

    /// The tool's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What a call of it may change.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Decodes the arguments and runs the tool.
    pub(crate) async fn call(
        &self,
        caller: &C,
        arguments: Map<String, Value>,
        context: &CallContext,
    ) -> Result<Answer, Failure> {
        (self.call)(caller, arguments, context).await
    }
}

impl<C> fmt::Debug for Entry<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Entry").field(&self.name).finish()
    }
}

fn decode_and_call<'a, C: Sync, T: Tool<C>>(
    caller: &'a C,
    arguments: Map<String, Value>,
    context: &'a CallContext,
) -> Outcome<'a> {
    // Bad arguments are an answer and not a protocol error, so that the model can mend its call
    // (revision 2025-11-25, tools, "Error Handling").
    match arguments::decoded::<T>(arguments, T::input_schema) {
        Ok(tool) => Box::pin(tool.call(caller, context)),
        Err(cause) => {
            let failure = Failure::new(format!("{}: {cause}", T::NAME));
            Box::pin(std::future::ready(Err(failure)))
        }
    }
}

/// A tool as `tools/list` shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    input_schema: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_schema: Option<Value>,
    annotations: Annotations,
}

impl Definition {
    fn of<C, T: Tool<C>>() -> Self {
        Self {
            name: T::NAME,
            title: T::TITLE,
            description: T::DESCRIPTION,
            input_schema: T::input_schema(),
            output_schema: T::output_schema(),
            annotations: T::ANNOTATIONS,
        }
    }
}

#[cfg(test)]
mod tests;

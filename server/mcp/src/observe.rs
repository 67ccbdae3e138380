//! What a program may learn of the requests answered here, to count them and keep a record; what it
//! makes of that is its own business.

use std::time::Duration;

use serde_json::{Map, Value};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use tokio::time::Instant;

use crate::application::Application;
use crate::dispatch::{Call, known_method};
use crate::tool::{Effect, Metadata};

/// Learns of requests. Told while a request is worked on, so it must not block.
pub trait Observer<C>: Send + Sync {
    /// What a tool call is about, in the words of the tools' domain, such as the key of an issue:
    /// taken from its arguments before it begins.
    fn object(&self, arguments: &Map<String, Value>) -> Option<String>;

    /// A request has come to its end. Told exactly once for each, within the span it came in.
    fn ended(&self, request: &Ended<'_, C>);
}

/// A request that has come to its end.
#[derive(Debug)]
pub struct Ended<'a, C> {
    /// Who it spoke for.
    pub caller: &'a C,
    /// What it asked for; `None` when there is no such method.
    pub method: Option<&'static str>,
    /// The tool it called, if it called one that there is.
    pub tool: Option<&'a CalledTool>,
    /// How it ended.
    pub end: End,
    /// How long it was worked on.
    pub elapsed: Duration,
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct CalledTool {
    /// Its name.
    pub name: &'static str,
    /// What it may change.
    pub effect: Effect,
    /// What the call is about, as [`Observer::object`] said.
    pub object: Option<String>,
    /// What the tool told beside its answer or failure; empty when it did not get that far.
    pub metadata: Metadata,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a result.
    Answered,
    /// With a result that tells the tool's failure (`isError`).
    ToolFailed,
    /// With questions to the client, who comes again with the answers.
    Asked,
    /// With a JSON-RPC error.
    Refused(ErrorCode),
    /// Its client no longer wanted an answer. What the call had begun may have had its effect.
    Cancelled,
    /// The program failed while answering.
    Crashed,
}

/// Tells the observer when it is dropped, because that is how requests end that nobody waits for.
pub(crate) struct Observation<'a, C> {
    observer: Option<&'a dyn Observer<C>>,
    call: &'a Call<C>,
    started: Instant,
    tool: Option<CalledTool>,
    end: Option<End>,
}

impl<'a, C: 'static> Observation<'a, C> {
    pub(crate) fn begin<A: Application<Caller = C>>(application: &'a A, call: &'a Call<C>) -> Self {
        Self {
            observer: application.observer(),
            call,
            started: Instant::now(),
            tool: None,
            end: None,
        }
    }

    /// A tool is about to be called.
    pub(crate) fn calls(
        &mut self,
        name: &'static str,
        effect: Effect,
        arguments: &Map<String, Value>,
    ) {
        self.tool = self.observer.map(|observer| CalledTool {
            name,
            effect,
            object: observer.object(arguments),
            metadata: Metadata::new(),
        });
    }

    /// The tool has come to an end that its JSON-RPC result alone does not tell.
    pub(crate) fn tool_ended(&mut self, end: End, metadata: &Metadata) {
        self.end = Some(end);
        if let Some(tool) = &mut self.tool {
            tool.metadata.clone_from(metadata);
        }
    }

    /// The request has its result.
    pub(crate) fn settled<T>(&mut self, result: &Result<T, ErrorObject>) {
        match result {
            Ok(_) => self.end = self.end.or(Some(End::Answered)),
            Err(error) => self.end = Some(End::Refused(error.code)),
        }
    }
}

impl<C> Drop for Observation<'_, C> {
    fn drop(&mut self) {
        let Some(observer) = self.observer else {
            return;
        };
        let unsettled = if std::thread::panicking() {
            End::Crashed
        } else {
            End::Cancelled
        };
        let end = self.end.unwrap_or(unsettled);
        observer.ended(&Ended {
            caller: &self.call.caller,
            method: known_method(&self.call.request.method),
            tool: self.tool.as_ref(),
            end,
            elapsed: self.started.elapsed(),
        });
    }
}

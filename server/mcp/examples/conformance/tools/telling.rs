//! Tools that tell something beside their answer: progress, log messages, news.

use std::time::Duration;

use mcp::{Answer, CallContext, Change, Entry, Failure, Level, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::sleep;

use super::named;
use crate::Caller;

pub(super) const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<WithLogging>(),
    Entry::of::<WithProgress>(),
    Entry::of::<LoggingTool>(),
    Entry::of::<Reconnection>(),
    Entry::of::<TriggerToolChange>(),
    Entry::of::<TriggerPromptChange>(),
];

/// The suite wants to see that messages come one by one.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Deserialize, JsonSchema)]
struct WithLogging {}

impl Tool<Caller> for WithLogging {
    named!("test_tool_with_logging");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.log(Level::Info, "fixtures", "Tool execution started");
        sleep(PAUSE).await;
        context.log(Level::Info, "fixtures", "Tool processing data");
        sleep(PAUSE).await;
        context.log(Level::Info, "fixtures", "Tool execution completed");
        Ok(Answer::new("Logged three times."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct WithProgress {}

impl Tool<Caller> for WithProgress {
    named!("test_tool_with_progress");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.progress(0.0, Some(100.0), None);
        sleep(PAUSE).await;
        context.progress(50.0, Some(100.0), None);
        sleep(PAUSE).await;
        context.progress(100.0, Some(100.0), None);
        Ok(Answer::new("Done."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct LoggingTool {}

impl Tool<Caller> for LoggingTool {
    named!("test_logging_tool");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.log(Level::Error, "fixtures", "For those who asked for it");
        Ok(Answer::new("Logged for those who asked for it."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Reconnection {}

impl Tool<Caller> for Reconnection {
    named!("test_reconnection");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.release_connection();
        sleep(PAUSE).await;
        Ok(Answer::new("For those who came back."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct TriggerToolChange {}

impl Tool<Caller> for TriggerToolChange {
    named!("test_trigger_tool_change");

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        caller.changes.tell(Change::Tools);
        Ok(Answer::new("Told."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct TriggerPromptChange {}

impl Tool<Caller> for TriggerPromptChange {
    named!("test_trigger_prompt_change");

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        caller.changes.tell(Change::Prompts);
        Ok(Answer::new("Told."))
    }
}

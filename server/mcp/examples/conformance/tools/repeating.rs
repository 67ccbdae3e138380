//! Tools that ask by ending the call: the client repeats it with the answers (revision 2026-07-28).

use mcp::{Answer, CallContext, Elicited, Entry, Failure, InputRequest, Round, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::asking::{form, sampling};
use super::named;
use crate::Caller;

pub(super) const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<AskName>(),
    Entry::of::<AskModel>(),
    Entry::of::<AskRoots>(),
    Entry::of::<State>(),
    Entry::of::<MultipleInputs>(),
    Entry::of::<MultiRound>(),
    Entry::of::<TamperedState>(),
    Entry::of::<Capabilities>(),
];

fn name_form(message: &str) -> InputRequest {
    form(message, &json!({"name": {"type": "string"}}), &["name"])
}

fn confirmation() -> InputRequest {
    let properties = json!({"ok": {"type": "boolean"}});
    form("Please confirm", &properties, &["ok"])
}

fn accepted(answer: &Value, field: &str) -> String {
    let field = &answer["content"][field];
    field.as_str().unwrap_or("nobody").to_owned()
}

#[derive(Deserialize, JsonSchema)]
struct AskName {}

impl Tool<Caller> for AskName {
    named!("test_input_required_result_elicitation");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let request = name_form("What is your name?");
        let answer = context.ask("user_name", request).await?;
        let name = accepted(&answer, "name");
        Ok(Answer::new(format!("Hello, {name}!")))
    }
}

#[derive(Deserialize, JsonSchema)]
struct AskModel {}

impl Tool<Caller> for AskModel {
    named!("test_input_required_result_sampling");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let request = sampling("What is the capital of France?", 100);
        let answer = context.ask("capital_question", request).await?;
        let text = answer["content"]["text"].as_str().unwrap_or_default();
        Ok(Answer::new(text))
    }
}

#[derive(Deserialize, JsonSchema)]
struct AskRoots {}

impl Tool<Caller> for AskRoots {
    named!("test_input_required_result_list_roots");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let answer = context.ask("client_roots", InputRequest::Roots).await?;
        Ok(Answer::new(answer["roots"].to_string()))
    }
}

#[derive(Deserialize, JsonSchema)]
struct State {}

impl Tool<Caller> for State {
    named!("test_input_required_result_request_state");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.ask("confirm", confirmation()).await?;
        Ok(Answer::new(match context.round() {
            Round::Repeated => "state-ok",
            Round::First => "no state",
        }))
    }
}

#[derive(Deserialize, JsonSchema)]
struct MultipleInputs {}

impl Tool<Caller> for MultipleInputs {
    named!("test_input_required_result_multiple_inputs");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let questions = [
            ("user_name", name_form("What is your name?")),
            ("greeting", sampling("Generate a greeting", 50)),
            ("client_roots", InputRequest::Roots),
        ];
        let questions = questions.map(|(key, request)| (key.to_owned(), request));
        let answers = context.ask_all(questions.into()).await?;
        Ok(Answer::new(accepted(&answers["user_name"], "name")))
    }
}

#[derive(Deserialize, JsonSchema)]
struct MultiRound {}

impl Tool<Caller> for MultiRound {
    named!("test_input_required_result_multi_round");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let request = name_form("Step 1: What is your name?");
        let name = context.ask("step1", request).await?;
        let schema = json!({
            "type": "object",
            "properties": {"color": {"type": "string"}},
            "required": ["color"]
        });
        let message = "Step 2: What is your favorite color?";
        let color = match context.elicit("step2", message, schema).await? {
            Elicited::Accepted(form) => form["color"].to_string(),
            Elicited::Declined | Elicited::Cancelled => "none".to_owned(),
        };
        let name = accepted(&name, "name");
        Ok(Answer::new(format!("{name} likes {color}.")))
    }
}

#[derive(Deserialize, JsonSchema)]
struct TamperedState {}

impl Tool<Caller> for TamperedState {
    named!("test_input_required_result_tampered_state");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.ask("confirm", confirmation()).await?;
        Ok(Answer::new("The state is the one that was given."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Capabilities {}

impl Tool<Caller> for Capabilities {
    named!("test_input_required_result_capabilities");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let questions = [
            ("confirm", confirmation()),
            ("text", sampling("Anything", 10)),
        ];
        let possible = questions
            .into_iter()
            .filter(|(_, request)| context.can_ask(request))
            .map(|(key, request)| (key.to_owned(), request));
        let answers = context.ask_all(possible.collect()).await?;
        Ok(Answer::new(format!("{} answers", answers.len())))
    }
}

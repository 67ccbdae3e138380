//! Tools that ask the client for one thing. Most of them are called in the handshake era only, where
//! the question is a request of the server.

use mcp::{Answer, CallContext, Entry, Failure, InputRequest, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::named;
use crate::Caller;

pub(super) const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<Sampling>(),
    Entry::of::<Elicitation>(),
    Entry::of::<ElicitationDefaults>(),
    Entry::of::<ElicitationEnums>(),
    Entry::of::<StreamingElicitation>(),
    Entry::of::<MissingCapability>(),
];

pub(super) fn sampling(prompt: &str, max_tokens: u32) -> InputRequest {
    let content = json!({"type": "text", "text": prompt});
    let messages = json!([{"role": "user", "content": content}]);
    InputRequest::Sampling {
        params: json!({"messages": messages, "maxTokens": max_tokens}),
    }
}

pub(super) fn form(message: &str, properties: &Value, required: &[&str]) -> InputRequest {
    InputRequest::Elicitation {
        message: message.to_owned(),
        schema: json!({"type": "object", "properties": properties, "required": required}),
    }
}

async fn elicit(context: &CallContext, request: InputRequest) -> Result<Answer, Failure> {
    let answer = context.ask("form", request).await?;
    let (action, content) = (&answer["action"], &answer["content"]);
    let text = format!("Elicitation completed: action={action}, content={content}");
    Ok(Answer::new(text))
}

#[derive(Deserialize, JsonSchema)]
struct Sampling {
    /// What to ask the model.
    prompt: String,
}

impl Tool<Caller> for Sampling {
    named!("test_sampling");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let answer = context.ask("sample", sampling(&self.prompt, 100)).await?;
        let text = answer["content"]["text"].as_str().unwrap_or_default();
        Ok(Answer::new(format!("LLM response: {text}")))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Elicitation {
    /// What the person reads.
    message: String,
}

impl Tool<Caller> for Elicitation {
    named!("test_elicitation");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let properties = json!({
            "username": {"type": "string", "description": "User's response"},
            "email": {"type": "string", "description": "User's email address"}
        });
        elicit(
            context,
            form(&self.message, &properties, &["username", "email"]),
        )
        .await
    }
}

#[derive(Deserialize, JsonSchema)]
struct ElicitationDefaults {}

impl Tool<Caller> for ElicitationDefaults {
    named!("test_elicitation_sep1034_defaults");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let properties = json!({
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {
                "type": "string",
                "enum": ["active", "inactive", "pending"],
                "default": "active"
            },
            "verified": {"type": "boolean", "default": true}
        });
        elicit(context, form("Please check", &properties, &[])).await
    }
}

#[derive(Deserialize, JsonSchema)]
struct ElicitationEnums {}

impl Tool<Caller> for ElicitationEnums {
    named!("test_elicitation_sep1330_enums");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let options = json!(["option1", "option2", "option3"]);
        let titled = json!([
            {"const": "value1", "title": "First Option"},
            {"const": "value2", "title": "Second Option"},
            {"const": "value3", "title": "Third Option"}
        ]);
        let properties = json!({
            "untitledSingle": {"type": "string", "enum": options},
            "titledSingle": {"type": "string", "oneOf": titled},
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"]
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled}}
        });
        elicit(context, form("Please choose", &properties, &[])).await
    }
}

#[derive(Deserialize, JsonSchema)]
struct StreamingElicitation {}

impl Tool<Caller> for StreamingElicitation {
    named!("test_streaming_elicitation");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let properties = json!({"ok": {"type": "boolean"}});
        elicit(context, form("Please confirm", &properties, &["ok"])).await
    }
}

#[derive(Deserialize, JsonSchema)]
struct MissingCapability {}

impl Tool<Caller> for MissingCapability {
    named!("test_missing_capability");

    async fn call(self, _: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.ask("sample", sampling("Anything", 10)).await?;
        Ok(Answer::new("The client can sample."))
    }
}

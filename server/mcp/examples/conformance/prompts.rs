//! The prompts the suite asks for.

use std::collections::HashMap;

use futures::future::BoxFuture;
use mcp::{
    CallContext, Content, Elicited, Failure, Prompt, PromptArgument, PromptDescription,
    PromptMessage, Prompts, ResourceContents, Role,
};
use serde_json::json;

use crate::{Caller, PNG};

pub(crate) struct Fixtures;

impl Prompts<Caller> for Fixtures {
    fn list(&self) -> Vec<PromptDescription> {
        let prompts: [(&str, &[&str]); 5] = [
            ("test_simple_prompt", &[]),
            ("test_prompt_with_arguments", &["arg1", "arg2"]),
            ("test_prompt_with_embedded_resource", &["resourceUri"]),
            ("test_prompt_with_image", &[]),
            ("test_input_required_result_prompt", &[]),
        ];
        prompts.into_iter().map(described).collect()
    }

    fn get<'a>(
        &'a self,
        _: &'a Caller,
        name: &'a str,
        arguments: HashMap<String, String>,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Prompt, Failure>> {
        Box::pin(async move {
            let contents = match name {
                "test_prompt_with_arguments" => vec![with_arguments(&arguments)],
                "test_prompt_with_embedded_resource" => with_resource(&arguments),
                "test_prompt_with_image" => vec![
                    Content::image(PNG, "image/png"),
                    Content::text("Please analyze the image above."),
                ],
                "test_input_required_result_prompt" => vec![with_context(context).await?],
                _ => vec![Content::text("This is a simple prompt for testing.")],
            };
            let message = |content| PromptMessage {
                role: Role::User,
                content,
            };
            Ok(Prompt {
                description: "A prompt of the conformance suite.".to_owned(),
                messages: contents.into_iter().map(message).collect(),
            })
        })
    }
}

fn described((name, arguments): (&str, &[&str])) -> PromptDescription {
    let argument = |name: &&str| PromptArgument {
        name: (*name).to_owned(),
        description: "An argument of a test.".to_owned(),
        required: true,
    };
    PromptDescription {
        name: name.to_owned(),
        title: name.replace('_', " "),
        description: "A prompt of the conformance suite.".to_owned(),
        arguments: arguments.iter().map(argument).collect(),
    }
}

fn with_arguments(arguments: &HashMap<String, String>) -> Content {
    let (first, second) = (&arguments["arg1"], &arguments["arg2"]);
    Content::text(format!(
        "Prompt with arguments: arg1='{first}', arg2='{second}'"
    ))
}

fn with_resource(arguments: &HashMap<String, String>) -> Vec<Content> {
    let text = "Embedded resource content for testing.";
    let resource = ResourceContents::text(&arguments["resourceUri"], "text/plain", text);
    vec![
        Content::resource(resource),
        Content::text("Please process the embedded resource above."),
    ]
}

async fn with_context(context: &CallContext) -> Result<Content, Failure> {
    let schema = json!({
        "type": "object",
        "properties": {"context": {"type": "string"}},
        "required": ["context"]
    });
    let message = "What context should the prompt use?";
    match context.elicit("user_context", message, schema).await? {
        Elicited::Accepted(form) => Ok(Content::text(format!("Context: {}", form["context"]))),
        Elicited::Declined | Elicited::Cancelled => Ok(Content::text("No context.")),
    }
}

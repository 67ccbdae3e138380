//! What the application offers besides tools.

use std::collections::HashMap;

use futures::future::BoxFuture;
use mcp::{
    CallContext, Completion, CompletionOf, CompletionRequest, Completions, Content, Failure,
    Prompt, PromptArgument, PromptDescription, PromptMessage, Prompts, ResourceContents,
    ResourceDescription, ResourceTemplate, Resources, Role,
};

use super::Caller;

pub(super) struct Offered;

impl Prompts<Caller> for Offered {
    fn list(&self) -> Vec<PromptDescription> {
        vec![PromptDescription {
            name: "greet".to_owned(),
            title: "Greet".to_owned(),
            description: "Greets.".to_owned(),
            arguments: vec![PromptArgument {
                name: "whom".to_owned(),
                description: "Whom.".to_owned(),
                required: true,
            }],
        }]
    }

    fn get<'a>(
        &'a self,
        caller: &'a Caller,
        _: &'a str,
        arguments: HashMap<String, String>,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Prompt, Failure>> {
        let text = format!("{} greets {}", caller.name, arguments["whom"]);
        let message = PromptMessage {
            role: Role::User,
            content: Content::text(text),
        };
        let prompt = Prompt {
            description: "Greets.".to_owned(),
            messages: vec![message],
        };
        Box::pin(std::future::ready(Ok(prompt)))
    }
}

impl Resources<Caller> for Offered {
    fn list<'a>(
        &'a self,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Vec<ResourceDescription>, Failure>> {
        let described = |n: u32| ResourceDescription {
            uri: format!("{}:{n}", caller.name),
            name: n.to_string(),
            description: "A number.".to_owned(),
            mime_type: "text/plain".to_owned(),
        };
        Box::pin(std::future::ready(Ok((0..7).map(described).collect())))
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        vec![ResourceTemplate {
            uri_template: "ana:{n}".to_owned(),
            name: "n".to_owned(),
            description: "A number.".to_owned(),
            mime_type: Some("text/plain".to_owned()),
        }]
    }

    fn read<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Option<Vec<ResourceContents>>, Failure>> {
        let own = uri.strip_prefix(&format!("{}:", caller.name));
        let contents = own.map(|n| vec![ResourceContents::text(uri, "text/plain", n)]);
        Box::pin(std::future::ready(Ok(contents)))
    }
}

impl Completions<Caller> for Offered {
    fn complete<'a>(
        &'a self,
        _: &'a Caller,
        request: CompletionRequest,
    ) -> BoxFuture<'a, Result<Completion, Failure>> {
        let of = match request.of {
            CompletionOf::Prompt { name } => name,
            CompletionOf::Resource { uri } => uri,
        };
        let value = format!("{of} {}", request.argument.value);
        Box::pin(std::future::ready(Ok(Completion::of(vec![value]))))
    }
}

//! The prompts: which there are and what each takes; what they say is in the files below.

mod reading;
mod writing;

use std::collections::HashMap;

use atlassian::Service;
use futures::future::BoxFuture;
use mcp::{
    CallContext, Content, Failure, Prompt, PromptArgument, PromptDescription, PromptMessage,
    Prompts, Role,
};

use crate::identity::Caller;
use crate::tools::Services;

/// The prompts of the services this server has.
pub(crate) struct Offered {
    services: Services,
}

/// What a prompt was asked with. Required arguments are there.
type Arguments = HashMap<String, String>;

/// One prompt as it is listed.
struct Entry {
    service: Service,
    name: &'static str,
    title: &'static str,
    description: &'static str,
    arguments: &'static [(&'static str, &'static str, Needed)],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Needed {
    Always,
    Sometimes,
}

use Needed::{Always, Sometimes};

const ISSUE_KEY: (&str, &str, Needed) = ("issue_key", "Key of the issue, such as DEMO-1", Always);
const STYLE: (&str, &str, Needed) = ("style", "brief (default) or detailed", Sometimes);

const ENTRIES: [Entry; 5] = [
    Entry {
        service: Service::Jira,
        name: "summarize-jira-issue",
        title: "Summarise a Jira issue",
        description: "Sums up an issue with its discussion.",
        arguments: &[ISSUE_KEY, STYLE],
    },
    Entry {
        service: Service::Jira,
        name: "create-jira-description",
        title: "Draft a Jira description",
        description: "Drafts the description of a new issue in the form its type needs.",
        arguments: &[
            ("summary", "Title of the issue", Always),
            ("issue_type", "Bug, Story, Task, …", Always),
        ],
    },
    Entry {
        service: Service::Confluence,
        name: "summarize-confluence-page",
        title: "Summarise a Confluence page",
        description: "Sums up a page.",
        arguments: &[("page_id", "Number of the page", Always), STYLE],
    },
    Entry {
        service: Service::Confluence,
        name: "create-confluence-content",
        title: "Draft a Confluence page",
        description: "Drafts a structured page about a topic.",
        arguments: &[
            ("title", "Title of the page", Always),
            ("topic", "What it is about", Always),
        ],
    },
    Entry {
        service: Service::Confluence,
        name: "answer-confluence-question",
        title: "Answer from a Confluence page",
        description: "Answers a question from one page, named by page_id or by title and space_key.",
        arguments: &[
            ("question", "The question", Always),
            ("page_id", "Number of the page", Sometimes),
            (
                "title",
                "Exact title of the page; needs space_key",
                Sometimes,
            ),
            ("space_key", "Key of the space of the title", Sometimes),
            ("context_depth", "brief (default) or detailed", Sometimes),
        ],
    },
];

impl Offered {
    pub(crate) fn of(services: Services) -> Self {
        Self { services }
    }
}

impl Prompts<Caller> for Offered {
    fn list(&self) -> Vec<PromptDescription> {
        let offered = ENTRIES
            .iter()
            .filter(|entry| self.services.has(entry.service));
        offered.map(Entry::describe).collect()
    }

    fn get<'a>(
        &'a self,
        caller: &'a Caller,
        name: &'a str,
        arguments: Arguments,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Prompt, Failure>> {
        Box::pin(async move {
            let (description, text) = match name {
                "summarize-jira-issue" => reading::issue(caller, &arguments).await?,
                "summarize-confluence-page" => reading::page(caller, &arguments).await?,
                "answer-confluence-question" => reading::question(caller, &arguments).await?,
                "create-jira-description" => writing::description(&arguments),
                "create-confluence-content" => writing::page(&arguments),
                _ => return Err(Failure::new(format!("there is no prompt `{name}`"))),
            };
            let message = PromptMessage {
                role: Role::User,
                content: Content::text(text),
            };
            Ok(Prompt {
                description,
                messages: vec![message],
            })
        })
    }
}

impl Entry {
    fn describe(&self) -> PromptDescription {
        let argument = |(name, description, needed): &(&str, &str, Needed)| PromptArgument {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            required: *needed == Always,
        };
        PromptDescription {
            name: self.name.to_owned(),
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            arguments: self.arguments.iter().map(argument).collect(),
        }
    }
}

/// An argument; empty when it is left out.
fn argument<'a>(arguments: &'a Arguments, name: &str) -> &'a str {
    arguments.get(name).map_or("", |value| value.trim())
}

/// Whether an argument asks for detail.
fn is_detailed(arguments: &Arguments, name: &str) -> bool {
    argument(arguments, name).eq_ignore_ascii_case("detailed")
}

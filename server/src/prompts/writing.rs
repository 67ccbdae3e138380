//! Prompts that ask for a draft. They bring nothing along but what was asked.

use super::{Arguments, argument};
use crate::answer::one_line;

pub(super) fn description(arguments: &Arguments) -> (String, String) {
    let [summary, kind] = ["summary", "issue_type"].map(|name| one_line(argument(arguments, name)));
    let parts = match kind.to_lowercase().as_str() {
        "bug" => {
            "## Steps to reproduce (numbered), ## Expected result, ## Actual result, ## Environment, \
             ## Impact"
        }
        "story" | "feature" | "user story" | "new feature" => {
            "a sentence in the form \"As a … I want … so that …\", ## Background, ## Acceptance criteria \
             (a checklist)"
        }
        _ => "## Goal, ## Background, ## What to do (a checklist), ## Done when",
    };
    let text = format!(
        "Please write the description of a Jira issue of type {kind} with the summary \"{summary}\".\n\n\
         Structure: {parts}.\n\nWrite Markdown; it is converted when the issue is created. Mark what you \
         do not know as an open question instead of making it up."
    );
    (format!("Description of a {kind}"), text)
}

pub(super) fn page(arguments: &Arguments) -> (String, String) {
    let [title, topic] = ["title", "topic"].map(|name| one_line(argument(arguments, name)));
    let text = format!(
        "Please write a Confluence page with the title \"{title}\" about: {topic}.\n\nBegin with a summary \
         of a few sentences. Use headings, short paragraphs, bullet lists and tables where they help, and \
         end with open questions, if there are any.\n\nWrite Markdown; it is converted when the page is \
         created. The title stands above the page, so do not repeat it."
    );
    (format!("A page about {topic}"), text)
}

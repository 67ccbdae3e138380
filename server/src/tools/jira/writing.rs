//! What the tools that write to Jira have in common: reading arguments, telling what is wrong with them.
//! What is written is decided by each tool.

use std::fmt::Display;

use atlassian::Jira;
use atlassian::ids::IssueKey;
use atlassian::model::ScreenProblem;
use mcp::Failure;
use serde_json::Value;

use crate::identity::Access;

/// A failure that was met before anything was written.
pub(super) fn refused(
    jira: &Access<'_, Jira>,
    why: impl Display,
    next_step: impl Display,
) -> Failure {
    let text = format!("{why}\n\nNext step: {next_step}; nothing was written");
    Failure::new(text).with_metadata(jira.metadata(None))
}

/// The key in a key or a pasted address.
pub(super) fn issue_key(jira: &Access<'_, Jira>, text: &str) -> Result<IssueKey, Failure> {
    IssueKey::from_reference(text, jira.site.base_url())
        .map_err(|error| Failure::new(error.to_string()))
}

/// Text that is to be read as Markdown. Whoever knows Jira's REST interface may send its documents, which
/// would be written as they stand.
pub(super) fn markdown<'t>(jira: &Access<'_, Jira>, text: &'t str) -> Result<&'t str, Failure> {
    if is_document(text) {
        let why = "this is a document of Jira's own format (ADF), which is not taken here";
        return Err(refused(jira, why, "write the text in Markdown"));
    }
    Ok(text)
}

fn is_document(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && serde_json::from_str::<Value>(text)
            .is_ok_and(|value| value["type"] == "doc" && value["content"].is_array())
}

/// What is wrong with the fields of a screen, and which argument mends it.
pub(super) fn problem(jira: &Access<'_, Jira>, problem: &ScreenProblem) -> Failure {
    let next_step = match problem {
        ScreenProblem::Missing { .. } => "give them in `fields`, by name",
        ScreenProblem::UnknownField { .. } => "leave it out, or use one of these names",
        ScreenProblem::UnknownOption { .. } => "use one of these",
        ScreenProblem::GivenTwice { .. } => "give it once",
    };
    refused(jira, problem, next_step)
}

/// Text as a block of a rehearsal, told apart from the words around it.
pub(super) fn quoted(text: &str) -> String {
    let lines = text.trim().lines().map(|line| format!("> {line}\n"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_jira_is_told_from_markdown_that_shows_json() {
        assert!(is_document(
            r#" {"version": 1, "type": "doc", "content": []}"#
        ));
        for text in [
            r#"{"type": "doc"}"#,
            r#"{"a": 1}"#,
            "{color:red}x{color}",
            "```json\n{\"type\": \"doc\", \"content\": []}\n```",
        ] {
            assert!(!is_document(text), "{text}");
        }
    }
}

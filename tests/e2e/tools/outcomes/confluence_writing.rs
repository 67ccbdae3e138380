//! The rows of the tools that write to Confluence: the request that writes meets the condition, what is
//! read before it does not.

use atlassian::{Deployment, Service};
use serde_json::{Value, json};

use super::Expected::{Answer, Failure};
use super::{Condition, Expected, Row};

pub(super) fn rows() -> Vec<Row> {
    let page = json!({"space_key": "DEMO", "title": "Gift cards", "content": "A *gift*."});
    let section = json!({"page_id": "98310", "section": "Fees", "content": "None."});
    let renamed = json!({"page_id": "98311", "title": "Retries"});
    let comment = json!({"page_id": "98310", "comment": "Yes & no"});
    let reply = json!({"page_id": "98310", "comment": "Yes & no", "reply_to": "99001"});
    let update = "update-confluence-page";
    vec![
        row("create-confluence-page", "POST", page, "The page was made."),
        row(update, "PUT", section, "The page was changed."),
        row(update, "PUT", renamed, "The page was changed."),
        row(
            "comment-confluence-page",
            "POST",
            comment,
            "The comment was added",
        ),
        row(
            "comment-confluence-page",
            "POST",
            reply,
            "The reply was added",
        ),
    ]
}

fn row(tool: &'static str, method: &'static str, arguments: Value, answer: &'static str) -> Row {
    Row {
        tool,
        service: Service::Confluence,
        arguments,
        at: "",
        method: Some(method),
        answer,
        unusual: match (tool, method) {
            ("create-confluence-page", _) => created,
            (_, "PUT") => changed,
            _ if answer == "The reply was added" => replied,
            _ => commented,
        },
    }
}

/// What a write comes to that nobody can look for afterwards.
fn sent_once(condition: Condition) -> Option<Expected> {
    let unknown = "it is unknown whether the write to ";
    match condition {
        Condition::Status(500) | Condition::Slow | Condition::CutBody => Some(Failure(unknown)),
        _ => None,
    }
}

fn created(condition: Condition, _: Deployment) -> Option<Expected> {
    match condition {
        // B-34.
        Condition::EmptySuccess => Some(Answer("did not tell its id")),
        _ => sent_once(condition),
    }
}

fn commented(condition: Condition, _: Deployment) -> Option<Expected> {
    match condition {
        Condition::EmptySuccess => Some(Answer("The comment was added")),
        _ => sent_once(condition),
    }
}

fn replied(condition: Condition, _: Deployment) -> Option<Expected> {
    match condition {
        Condition::EmptySuccess => Some(Answer("The reply was added")),
        _ => sent_once(condition),
    }
}

fn changed(condition: Condition, _: Deployment) -> Option<Expected> {
    match condition {
        Condition::EmptySuccess => Some(Answer("did not tell its new version")),
        Condition::Status(409) => Some(Failure("was changed in between")),
        // It was carried out, and found when it was looked for.
        Condition::CutBody => Some(Answer("The page was changed.")),
        _ => sent_once(condition),
    }
}

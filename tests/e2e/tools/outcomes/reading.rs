//! The rows of the tools that read.

use atlassian::Service::{Confluence, Jira};
use serde_json::{Value, json};

use atlassian::Deployment;

use super::{Condition, Expected, Row, as_usual};

pub(super) fn rows() -> Vec<Row> {
    let issue = json!({"issue_key": "DEMO-1"});
    let discussion = json!({"issue_key": "DEMO-1", "include_comments": true});
    let page = json!({"page_id": "98310", "include_comments": true, "include_history": true});
    let title = json!({"title": "Onboarding", "space_key": "TEAM"});
    let double_click = "Checkout pays twice after a double click";
    vec![
        usual("get-jira-issue", Jira, issue, double_click),
        usual("get-jira-issue", Jira, discussion, double_click),
        usual("get-my-assigned-issues", Jira, json!({}), double_click),
        usual("get-confluence-page", Confluence, page, "Checkout flow"),
        usual("get-confluence-page", Confluence, title, "Onboarding"),
        usual(
            "search-confluence",
            Confluence,
            json!({"query": "checkout"}),
            "Checkout flow",
        ),
        usual(
            "summarize-jira-issue",
            Jira,
            json!({"issue_key": "DEMO-1"}),
            double_click,
        ),
        usual(
            "extract-confluence-links",
            Jira,
            json!({"issue_key": "DEMO-1"}),
            "DEMO-1",
        ),
        usual(
            "ask-confluence-page",
            Confluence,
            json!({"page_id": "98310", "question": "Who books the payment?"}),
            "payment worker",
        ),
        told("whoami", Jira),
        told("whoami", Confluence),
    ]
}

/// A call that tells what is wrong instead of failing.
fn told(tool: &'static str, service: atlassian::Service) -> Row {
    Row {
        unusual: |condition, _: Deployment| match condition.usually("Ana Sousa") {
            // Where even the name may be null, the account is told.
            _ if condition == Condition::NullFields => Some(Expected::Answer("Account: ")),
            Expected::Failure(words) => Some(Expected::Answer(words)),
            expected => Some(expected),
        },
        ..usual(tool, service, json!({}), "Ana Sousa")
    }
}

/// A call that fails as a whole when any of its requests does.
fn usual(
    tool: &'static str,
    service: atlassian::Service,
    arguments: Value,
    answer: &'static str,
) -> Row {
    Row {
        tool,
        service,
        arguments,
        at: "",
        method: None,
        answer,
        unusual: as_usual,
    }
}

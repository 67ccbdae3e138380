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

/// Reading files: what is known of them, and their bytes.
pub(super) fn rows_of_files() -> Vec<Row> {
    vec![
        usual("get-jira-attachment", Jira, log(), "charged twice"),
        bytes(Jira, "/attachment/content/", Deployment::Cloud),
        bytes(Jira, "/secure/attachment/", Deployment::DataCenter),
        media(Jira, "/file/jira/"),
        usual(
            "get-confluence-attachment",
            Confluence,
            page_log(),
            "charged twice",
        ),
        bytes(Confluence, "/child/attachment/", Deployment::Cloud),
        bytes(Confluence, "/download/attachments/", Deployment::DataCenter),
        media(Confluence, "/file/confluence/"),
    ]
}

fn log() -> Value {
    json!({"attachment_id": "60001"})
}

fn page_log() -> Value {
    json!({"attachment_id": "att97003"})
}

/// A file whose facts are well and whose bytes meet the condition, where one deployment has them.
fn bytes(service: atlassian::Service, at: &'static str, of: Deployment) -> Row {
    let (tool, arguments) = match service {
        Jira => ("get-jira-attachment", log()),
        Confluence => ("get-confluence-attachment", page_log()),
    };
    Row {
        at,
        unusual: match of {
            Deployment::Cloud => |condition, deployment| match deployment {
                Deployment::Cloud if condition == Condition::CutBody => Some(
                    Expected::NotApplicable("what is there redirects, without a body to cut"),
                ),
                Deployment::Cloud => None,
                Deployment::DataCenter => {
                    Some(Expected::NotApplicable("Data Center has no such path"))
                }
            },
            Deployment::DataCenter => |_, deployment| match deployment {
                Deployment::DataCenter => None,
                Deployment::Cloud => Some(Expected::NotApplicable("Cloud has no such path")),
            },
        },
        ..usual(tool, service, arguments, "charged twice")
    }
}

/// The same at the host where Cloud keeps the bytes.
fn media(service: atlassian::Service, at: &'static str) -> Row {
    Row {
        unusual: |condition, deployment| match (deployment, condition) {
            (Deployment::DataCenter, _) => Some(Expected::NotApplicable(
                "Data Center keeps the bytes itself",
            )),
            (_, Condition::Status(_)) => Some(Expected::Failure("did not give attachment")),
            (_, _) => None,
        },
        ..bytes(service, at, Deployment::Cloud)
    }
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

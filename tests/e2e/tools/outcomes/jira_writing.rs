//! The rows of the tools that write to Jira: one for the questions before the write, one for the write
//! itself.

use atlassian::{Deployment, Service};
use serde_json::{Value, json};

use super::{Condition, Expected, Row, as_usual};

type Unusual = fn(Condition, Deployment) -> Option<Expected>;

pub(super) fn rows() -> Vec<Row> {
    let issue = json!({"project_key": "DEMO", "summary": "New", "issue_type": "Task",
                       "description": "a **b**", "assignee": "ben", "parent_key": null});
    let comment = json!({"issue_key": "DEMO-1", "comment": "a **b**"});
    let transition = json!({"issue_key": "OPS-1", "transition_id": "Abschließen",
                            "resolution": "Done", "comment": "a **b**"});
    let tools: [(_, _, _, Unusual, Unusual); 3] = [
        (
            "create-jira-issue",
            issue,
            "Created DEMO-15: New",
            as_usual,
            creating,
        ),
        (
            "comment-jira-issue",
            comment,
            "added to DEMO-1",
            as_usual,
            commenting,
        ),
        (
            "transition-jira-issue",
            transition,
            "→ Erledigt",
            asking_for_ways,
            moving,
        ),
    ];
    let rows = tools
        .into_iter()
        .flat_map(|(tool, arguments, answer, asking, writing)| {
            [
                row(tool, &arguments, "GET", answer, asking),
                row(tool, &arguments, "POST", answer, writing),
            ]
        });
    rows.collect()
}

fn row(
    tool: &'static str,
    arguments: &Value,
    method: &'static str,
    answer: &'static str,
    unusual: Unusual,
) -> Row {
    Row {
        tool,
        service: Service::Jira,
        arguments: arguments.clone(),
        at: "",
        method: Some(method),
        answer,
        unusual,
    }
}

/// What leaves open whether the write was carried out says so.
fn open(condition: Condition) -> Option<Expected> {
    match condition {
        Condition::Status(500) => Some("(500: it is so); it is unknown whether"),
        Condition::Slow => Some("did not answer within 5 s; it is unknown whether"),
        _ => None,
    }
    .map(Expected::Failure)
}

/// Without an answer nobody knows the key of the new issue.
fn creating(condition: Condition, _: Deployment) -> Option<Expected> {
    match condition {
        Condition::EmptySuccess => Some(Expected::Failure(
            "the answer is empty; it is unknown whether the write to project DEMO took effect",
        )),
        Condition::CutBody => Some(Expected::Failure("it is unknown whether")),
        condition => open(condition),
    }
}

/// B-34: an empty 2xx is success.
fn commenting(condition: Condition, _: Deployment) -> Option<Expected> {
    match condition {
        Condition::EmptySuccess => Some(Expected::Answer("was added to DEMO-1")),
        Condition::CutBody => Some(Expected::Failure("it is unknown whether")),
        condition => open(condition),
    }
}

/// B-34: 204 without a body is all that Jira ever answers. The fault keeps the site from carrying it
/// out, which the second look at the issue finds out.
fn moving(condition: Condition, _: Deployment) -> Option<Expected> {
    match condition {
        Condition::EmptySuccess => Some(Expected::Answer("Jira took the transition, but OPS-1")),
        Condition::CutBody => Some(Expected::NotApplicable("a 204 has no body to cut")),
        condition => open(condition),
    }
}

/// Without its screen nothing is known of a resolution.
fn asking_for_ways(condition: Condition, _: Deployment) -> Option<Expected> {
    (condition == Condition::NullFields)
        .then_some(Expected::Failure("Jira has no field \"resolution\""))
}

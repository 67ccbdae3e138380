//! Every tool before a site in every condition, on both deployments: one table with a row for each way
//! to call a tool. Rows live in the files below, one per kind of tools; how precisely failures are worded
//! is tested in `upstream`.

mod confluence_writing;
mod jira_writing;
mod reading;

use std::collections::BTreeSet;
use std::time::Duration;

use atlassian::{Deployment, Service};
use futures::future::join_all;
use sandbox::{Effect, Fault, people};
use serde_json::{Value, json};
use tests::leaks;
use tests::transport::{Transport, call_tool, is_error, send, text};
use tests::world::{DEPLOYMENTS, World, http_client, personalities, token_of};

/// What the site does to the requests of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// Nothing unusual.
    Well,
    /// Success without a body.
    EmptySuccess,
    /// This status, with an explanation in the words of the service.
    Status(u16),
    /// No answer at all.
    Slow,
    /// Half an answer.
    CutBody,
    /// Null wherever Atlassian allows it.
    NullFields,
}

/// What a call comes to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    /// An answer with these words.
    Answer(&'static str),
    /// A failure with these words, that names the service and a next step.
    Failure(&'static str),
    /// The condition cannot come up, because of this.
    NotApplicable(&'static str),
}

/// One way to call a tool.
pub(super) struct Row {
    pub(super) tool: &'static str,
    /// The service that is in a condition; the other one is well.
    pub(super) service: Service,
    pub(super) arguments: Value,
    /// Part of the path of the requests that meet the condition; empty means all of them.
    pub(super) at: &'static str,
    /// Their method; without one, all of them.
    pub(super) method: Option<&'static str>,
    /// Words of the answer where all is well or null.
    pub(super) answer: &'static str,
    /// Where the row differs from what is usual.
    pub(super) unusual: fn(Condition, Deployment) -> Option<Expected>,
}

/// Nothing is unusual.
pub(super) fn as_usual(_: Condition, _: Deployment) -> Option<Expected> {
    None
}

impl Condition {
    const ALL: [Self; 13] = [
        Self::Well,
        Self::EmptySuccess,
        Self::Status(400),
        Self::Status(401),
        Self::Status(403),
        Self::Status(404),
        Self::Status(409),
        Self::Status(410),
        Self::Status(429),
        Self::Status(500),
        Self::Slow,
        Self::CutBody,
        Self::NullFields,
    ];

    fn effect(self) -> Option<Effect> {
        let explained = r#"{"errorMessages":["it is so"],"message":"it is so"}"#;
        match self {
            Self::Well => None,
            Self::EmptySuccess => Some(Effect::EmptySuccess),
            Self::Status(status) => Some(Effect::status(status, explained)),
            Self::Slow => Some(Effect::Stall),
            Self::CutBody => Some(Effect::CutBody),
            Self::NullFields => Some(Effect::NullFields),
        }
    }

    /// What a question comes to.
    pub(super) fn usually(self, answer: &'static str) -> Expected {
        Expected::Failure(match self {
            Self::Well | Self::NullFields => return Expected::Answer(answer),
            Self::EmptySuccess => "the answer is empty",
            Self::Status(400) => "(400: it is so)",
            Self::Status(401) => "did not accept the credential (401",
            Self::Status(403) => "(403: it is so)",
            Self::Status(404) => "has no ",
            Self::Status(409) => "(409: it is so)",
            Self::Status(410) => "(410: it is so)",
            Self::Status(429) => "rate limiting",
            Self::Status(_) => "failed to answer (500: it is so)",
            Self::Slow => "did not answer within 5 s",
            Self::CutBody => "broke before the answer was complete",
        })
    }
}

fn rows() -> Vec<Row> {
    let mut rows = reading::rows();
    rows.extend(reading::rows_of_files());
    rows.extend(jira_writing::rows());
    rows.extend(confluence_writing::rows());
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tool_in_every_condition_gives_an_answer_or_a_failure_that_says_what_to_do() {
    let rows = rows();
    for condition in Condition::ALL {
        let cells = DEPLOYMENTS
            .into_iter()
            .flat_map(|deployment| rows.iter().map(move |row| (row, deployment)));
        join_all(cells.map(|(row, deployment)| cell(row, condition, deployment))).await;
    }
}

async fn cell(row: &Row, condition: Condition, deployment: Deployment) {
    let name = format!(
        "{} {} on {deployment}, {condition:?}",
        row.tool, row.arguments
    );
    let unusual = (row.unusual)(condition, deployment);
    let expected = unusual.unwrap_or_else(|| condition.usually(row.answer));
    if let Expected::NotApplicable(reason) = expected {
        assert!(!reason.is_empty(), "{name}: why?");
        return;
    }
    let answer = called(row, condition, deployment).await;
    let answer = answer.unwrap_or_else(|| panic!("{name}: no answer"));
    assert_eq!(answer.get("error"), None, "{name}: {answer}");
    let told = text(&answer);
    match expected {
        Expected::Answer(words) => {
            assert!(!is_error(&answer) && told.contains(words), "{name}: {told}");
            let shows_null = condition == Condition::NullFields && told.contains("null");
            assert!(!shows_null, "{name}: {told}");
        }
        Expected::Failure(words) => {
            assert!(is_error(&answer) && told.contains(words), "{name}: {told}");
            assert!(told.contains(&row.service.to_string()), "{name}: {told}");
            assert!(told.contains("\n\nNext step: "), "{name}: {told}");
        }
        Expected::NotApplicable(_) => {}
    }
    let ana = people::ana();
    let secrets = [&*ana.api_token, &*ana.personal_access_token];
    leaks::assert_none(&name, &answer.to_string(), &secrets, &[]);
}

async fn called(row: &Row, condition: Condition, deployment: Deployment) -> Option<Value> {
    let limits = [
        ("JIRA_TIMEOUT_SECONDS", "5"),
        ("CONFLUENCE_TIMEOUT_SECONDS", "5"),
    ];
    // A short limit would make a slow machine look like a slow site.
    let limits = if condition == Condition::Slow {
        &limits[..]
    } else {
        &[]
    };
    let world = World::with(deployment, &[], limits).await;
    let (jira, confluence) = personalities(deployment);
    let site = match row.service {
        Service::Jira => jira,
        Service::Confluence => confluence,
    };
    if let Some(effect) = condition.effect() {
        let fault = Fault::new(site, row.at, effect);
        world.sandbox.inject(match row.method {
            None => fault,
            Some(method) => {
                // Cloud is asked for names by POST; the first fault that matches is the only one.
                let nothing = Effect::Delay(Duration::ZERO);
                world
                    .sandbox
                    .inject(Fault::new(site, "/users-bulk", nothing));
                fault.on(method)
            }
        });
    }
    let token = token_of(&people::ana(), deployment);
    let called = call_tool(&world.server, &token, row.tool, &row.arguments);
    tokio::time::timeout(Duration::from_secs(60), called)
        .await
        .ok()
}

/// A tool without a row would be a tool whose failures nobody has looked at.
#[tokio::test]
async fn every_tool_that_reads_has_a_row() {
    let world = World::start(Deployment::Cloud).await;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let answer = send(&http_client(), &world.server, Transport::Post, &[], &list).await;
    let answer = answer.answer();
    let tools = answer["result"]["tools"].as_array().unwrap();
    let reading = tools
        .iter()
        .filter(|tool| tool["annotations"]["readOnlyHint"] == true)
        .map(|tool| tool["name"].as_str().unwrap());
    let rows = rows();
    let with_row: BTreeSet<_> = rows.iter().map(|row| row.tool).collect();
    for tool in reading {
        assert!(with_row.contains(tool), "{tool} has no row");
    }
}

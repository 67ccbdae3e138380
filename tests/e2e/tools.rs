//! What the tools tell, on both deployments alike; not what they do when a site fails.

mod attachments;
mod issues;
mod jira_writing;
mod outcomes;
mod page_writing;
mod pages;
mod reading;
mod search;
mod slips;

use atlassian::Deployment;
use sandbox::{Person, SeenRequest, people};
use serde_json::{Value, json};
use tests::transport::{Transport, call, call_tool, is_error, send, text};
use tests::world::{http_client, token_of};

use crate::site::Site;

impl Site {
    /// The text of a successful answer. Nothing was asked of the site that it does not know.
    async fn answer(&self, person: &Person, tool: &str, arguments: Value) -> String {
        let result = self.result(person, tool, &arguments).await;
        let told = text(&result).to_owned();
        assert!(!is_error(&result), "{}: {told}", self.deployment);
        for request in self.requests() {
            assert_eq!(request.refusal, None, "{request:?}");
        }
        told
    }

    /// The text of a failure.
    async fn failure(&self, person: &Person, tool: &str, arguments: Value) -> String {
        let result = self.result(person, tool, &arguments).await;
        let told = text(&result).to_owned();
        assert!(is_error(&result), "{}: {told}", self.deployment);
        told
    }

    async fn result(&self, person: &Person, tool: &str, arguments: &Value) -> Value {
        self.world.sandbox.forget_requests();
        let token = token_of(person, self.deployment);
        let answer = call_tool(&self.world.server, &token, tool, arguments).await;
        well_formed(&answer);
        answer
    }

    /// What the last call sent to the sites.
    fn requests(&self) -> Vec<SeenRequest> {
        self.world.sandbox.requests()
    }
}

/// B-23 and B-44: one text item, once, and no null anywhere.
fn well_formed(answer: &Value) {
    let content = answer["result"]["content"].as_array();
    let content = content.unwrap_or_else(|| panic!("no content in {answer}"));
    assert_eq!(content.len(), 1, "{answer}");
    assert_eq!(content[0]["type"], "text", "{answer}");
    assert!(!has_null(answer), "{answer}");
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

/// All parts are in the text, one behind the other.
#[track_caller]
fn assert_tells(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("{part:?} is not in its place in:\n{text}");
        };
        rest = behind;
    }
}

/// What stands between two marks, everywhere in a text.
fn all_between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    let pieces = text.split(before).skip(1);
    pieces
        .filter_map(|rest| Some(rest.split_once(after)?.0))
        .collect()
}

/// The answers of all pages, walked by the cursor each of them names.
async fn walk(site: &Site, person: &Person, tool: &str, mut arguments: Value) -> Vec<String> {
    let mut pages = Vec::new();
    loop {
        let page = site.answer(person, tool, arguments.clone()).await;
        let cursor = all_between(&page, "call again with cursor `", "`")
            .first()
            .map(|cursor| json!(cursor));
        pages.push(page);
        assert!(pages.len() < 100, "the cursor goes round in circles");
        match cursor {
            Some(cursor) => arguments["cursor"] = cursor,
            None => return pages,
        }
    }
}

/// B-24 and B-26: wrong arguments were a crash deep inside, or an answer like any other.
#[tokio::test]
async fn b_24_b_26_wrong_arguments_are_a_failure_that_names_them_and_nothing_is_sent() {
    let site = Site::start(Deployment::DataCenter).await;
    let misspelt = json!({"issue_key": "DEMO-1", "comments": true});
    for (tool, arguments, named) in [
        ("get-jira-issue", json!({}), "issue_key"),
        ("get-jira-issue", json!({"issue_key": true}), "issue_key"),
        ("get-jira-issue", json!({"issue_key": null}), "issue_key"),
        ("get-jira-issue", misspelt, "comments"),
        (
            "get-my-assigned-issues",
            json!({"max_results": "many"}),
            "max_results",
        ),
        (
            "get-my-assigned-issues",
            json!({"include_done": "yes"}),
            "include_done",
        ),
        (
            "get-confluence-page",
            json!({"page_id": [98310]}),
            "page_id",
        ),
        ("search-confluence", json!({}), "query"),
        ("search-confluence", json!({"query": ["a"]}), "query"),
    ] {
        let failure = site.failure(&people::ana(), tool, arguments).await;
        assert_tells(&failure, &[tool, named]);
        assert_eq!(site.requests(), []);
    }
}

#[tokio::test]
async fn b_25_arguments_that_are_absent_null_or_empty_mean_the_defaults() {
    let site = Site::start(Deployment::DataCenter).await;
    let bearer = format!("Bearer {}", token_of(&people::ana(), site.deployment));
    let headers = [("authorization", bearer.as_str())];
    let mut absent = call(1, "get-my-assigned-issues", &json!({}));
    let params = absent["params"].as_object_mut().unwrap();
    params.remove("arguments");
    let null = call(1, "get-my-assigned-issues", &Value::Null);
    let empty = call(1, "get-my-assigned-issues", &json!({}));
    for message in [absent, null, empty] {
        let (client, server) = (http_client(), &site.world.server);
        let outcome = send(&client, server, Transport::Post, &headers, &message).await;
        let answer = outcome.answer();
        assert!(!is_error(&answer), "{message}: {answer}");
        assert_tells(text(&answer), &["6 of 6 issues assigned to Ana Sousa"]);
    }
}

#[tokio::test]
async fn b_25_an_empty_text_for_what_was_left_out_is_as_good_as_none() {
    let site = Site::start(Deployment::DataCenter).await;
    let ana = people::ana();
    for (tool, arguments, told) in [
        (
            "get-jira-issue",
            json!({"issue_key": "DEMO-1", "cursor": ""}),
            "Checkout pays twice",
        ),
        (
            "get-my-assigned-issues",
            json!({"cursor": ""}),
            "6 of 6 issues",
        ),
        (
            "get-confluence-page",
            json!({"page_id": "", "title": "Checkout flow", "space_key": "DEMO", "cursor": ""}),
            "Fees",
        ),
        (
            "ask-confluence-page",
            json!({"page_id": 98310, "title": "", "space_key": "", "question": "fees?", "cursor": ""}),
            "Fees",
        ),
        (
            "search-confluence",
            json!({"query": "release", "space_key": "", "cursor": ""}),
            "2 of 2 hits",
        ),
    ] {
        let answer = site.answer(&ana, tool, arguments).await;
        assert_tells(&answer, &[told]);
    }
}

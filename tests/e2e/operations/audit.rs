//! The record of who did what, and the id that ties the lines of one request together.

use std::path::Path;

use atlassian::Deployment::DataCenter;
use sandbox::{Sandbox, people};
use serde_json::{Value, json};
use tempfile::tempdir;
use tests::programs::RunningServer;
use tests::transport::call;
use tests::world::{http_client, site_variables, token_of};

const SENTENCE: &str = "a sentence that only the caller and the site may read";

/// Two calls of Ana, one with a token of hers and one with the server's, and the log as JSON.
async fn log_of_two_calls(folder: &Path, flags: &[&str]) -> Vec<Value> {
    let sandbox = Sandbox::start().await.unwrap();
    let mut variables = site_variables(&sandbox, DataCenter);
    let own = people::service_account().personal_access_token;
    variables.push(("CONFLUENCE_PERSONAL_TOKEN".to_owned(), own));
    let flags = [&["--log-format", "json", "--log-level", "debug"], flags].concat();
    let server = RunningServer::start_in(folder, &flags, &variables).await;
    let token = token_of(&people::ana(), DataCenter);
    let issue = call(1, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
    let search = call(1, "search-confluence", &json!({"query": SENTENCE}));
    for (id, message) in [("first", issue), ("second", search)] {
        let request = http_client().post(server.server.url("/mcp")).json(&message);
        let request = request.header("x-request-id", id);
        let request = request.header("x-jira-token", &token);
        request.send().await.unwrap();
    }
    let log = server.terminate().await.stderr;
    assert!(!log.contains(SENTENCE), "{log}");
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

fn audit(log: &[Value]) -> Vec<&Value> {
    log.iter()
        .filter(|line| line["target"] == "audit")
        .collect()
}

#[tokio::test]
async fn each_call_leaves_one_line_of_who_did_what_and_no_content() {
    let folder = tempdir().unwrap();
    let log = log_of_two_calls(folder.path(), &[]).await;
    let lines = audit(&log);
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, expected) in lines.iter().zip([
        json!({"tool": "get-jira-issue", "access": "read", "outcome": "ok", "service": "jira",
            "source": "header", "object": "issue_key=DEMO-1", "request_id": "first"}),
        json!({"tool": "search-confluence", "access": "read", "outcome": "ok",
            "service": "confluence", "source": "environment", "object": null,
            "request_id": "second"}),
    ]) {
        let mut told = (*line).clone();
        told["request_id"] = line["span"]["request_id"].clone();
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&told[name.as_str()], value, "{name}: {line}");
        }
        assert_eq!(line["credential"].as_str().unwrap().len(), 16, "{line}");
        assert!(line["elapsed_ms"].is_u64(), "{line}");
    }
    assert_ne!(lines[0]["credential"], lines[1]["credential"]);
}

/// The line of the request to Jira is found by the id that a gateway gave the request of the client.
#[tokio::test]
async fn lines_of_the_rest_client_have_the_id_of_the_request_they_are_written_for() {
    let folder = tempdir().unwrap();
    let log = log_of_two_calls(folder.path(), &[]).await;
    let upstream = |service: &str| {
        let line = log
            .iter()
            .find(|line| line["message"] == "upstream answered" && line["service"] == service);
        line.unwrap()["span"]["request_id"].clone()
    };
    assert_eq!(upstream("Jira"), "first");
    assert_eq!(upstream("Confluence"), "second");
}

#[tokio::test]
async fn with_a_key_of_the_operators_credentials_are_told_apart_across_restarts() {
    let folder = tempdir().unwrap();
    std::fs::write(
        folder.path().join("key"),
        "0123456789abcdef0123456789abcdef",
    )
    .unwrap();
    let keyed = ["--audit-key-file", "key"];
    let mut seen = Vec::new();
    for flags in [&keyed[..], &keyed, &[]] {
        let log = log_of_two_calls(folder.path(), flags).await;
        seen.push(audit(&log)[0]["credential"].clone());
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0], seen[2]);
}

//! The files we ship for people to copy, used as they are written.

use serde_json::{Value, json};
use tests::host::Host;
use tests::programs::{Program, RunningServer};
use tests::transport::{call, is_error, text};

/// B-32: a shipped configuration pointed at a program that did not exist. The port is the only thing
/// changed here.
#[tokio::test]
async fn b_32_the_claude_desktop_configuration_starts_the_bridge() {
    let config: Value = serde_json::from_str(include_str!("../../config-sse-auth.json")).unwrap();
    let entry = &config["mcpServers"]["mcp-jira-confluence-sse"];
    assert_eq!(entry["command"], Program::Bridge.name());
    assert_eq!(entry["env"]["SSE_SERVER_URL"], "http://localhost:8000");

    let server = RunningServer::start(&["--demo"], &[]).await;
    let port = server.url().rsplit(':').next().unwrap();
    let mut command = Program::Bridge.command();
    let arguments = entry["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|arg| arg.as_str().unwrap());
    command.args(arguments);
    for (name, value) in entry["env"].as_object().unwrap() {
        command.env(name, value.as_str().unwrap().replace("8000", port));
    }
    let mut host = Host::start(&mut command).unwrap();
    let tools = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let tools = host.request(&tools).await.unwrap();
    let tools = tools["result"]["tools"].as_array().unwrap();
    assert!(tools.iter().any(|tool| tool["name"] == "get-jira-issue"));
    // Its tokens are placeholders, and the answer says what to do about that.
    let issue = call(2, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
    let answer = host.request(&issue).await.unwrap();
    assert!(
        is_error(&answer) && text(&answer).contains("personal access token"),
        "{answer}"
    );
}

#[tokio::test]
async fn b_61_the_example_file_as_it_stands_is_taken_by_the_server() {
    let example = tests::repository::root().join(".env.example");
    let flags = ["--env-file", example.to_str().unwrap()];
    let url = "https://jira.example.com".to_owned();
    let server = RunningServer::start(&flags, &[("JIRA_URL".to_owned(), url)]).await;
    let log = server.log();
    let complains = ["no effect", "not a variable", "not used"];
    assert!(!complains.iter().any(|it| log.contains(it)), "{log}");
}

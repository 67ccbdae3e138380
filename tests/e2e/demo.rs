//! `cargo demo`, as a person or a script starts it.

use std::process::Stdio;

use serde_json::{Value, json};
use tests::transport::{call, text};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The demo with an environment that would lead its children astray.
fn demo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command
        .env("JIRA_URL", "http://elsewhere.example")
        .env("JIRA_PERSONAL_TOKEN", "somebody-elses-token")
        .env("CONFLUENCE_API_TOKEN", "half-a-credential")
        .env("SSE_SERVER_URL", "http://elsewhere.example")
        .env("HOST", "0.0.0.0")
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn without_input_it_shows_who_each_call_acted_as() {
    let output = demo().stdin(Stdio::null()).output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    for part in [
        "initialize",
        "tools/list",
        "acted as Ana Sousa",
        "acted as Ben Okafor",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[tokio::test]
async fn an_input_that_ends_before_its_first_byte_is_no_input() {
    let mut demo = demo().stdin(Stdio::piped()).spawn().unwrap();
    drop(demo.stdin.take());
    let output = demo.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("acted as")
    );
}

#[tokio::test]
async fn at_the_end_of_a_pipe_it_is_the_bridge_and_stdout_holds_one_line_per_answer() {
    let mut demo = demo().stdin(Stdio::piped()).spawn().unwrap();
    let message = call(1, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
    let mut input = demo.stdin.take().unwrap();
    input
        .write_all(format!("{message}\n").as_bytes())
        .await
        .unwrap();
    drop(input);
    let output = demo.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(0));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = stdout
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 1, "{stdout}");
    assert!(text(&lines[0]).contains("DEMO-1"));
}

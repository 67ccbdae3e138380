//! What is written down: the log in a file, and every message of both sides without the credentials.

use std::fs;

use serde_json::Value;

use crate::process::{program, run, text};
use crate::support::{Host, Origin, call, result, settings};

fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn every_message_of_both_sides_is_written_down_with_its_time() {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace");
    let arguments = [&origin.at("/mcp"), "--trace", path.to_str().unwrap()];
    let mut host = Host::with(settings(&arguments, &[]));
    host.answer(call("1")).await;
    host.send("nonsense").await;
    host.end().await;
    let lines = lines(&path);
    let said: Vec<_> = lines
        .iter()
        .map(|line| line["from"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["host", "server", "host"]);
    assert_eq!(lines[0]["message"]["method"], "tools/call");
    assert_eq!(lines[1]["message"]["result"]["ok"], true);
    assert_eq!(lines[2]["text"], "nonsense");
    for line in &lines {
        let time = line["time"].as_str().unwrap();
        assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
    }
}

#[tokio::test]
async fn credentials_are_taken_out_of_it_in_every_form() {
    let forms = [
        "tok-s3cret/+",
        "ana@x.io:tok-s3cret/+",
        "YW5hQHguaW86dG9rLXMzY3JldC8r",
        "tok-s3cret%2F%2B",
        "dG9rLXMzY3JldC8r",
        "key-s3cret",
    ];
    let echoed = forms.join(" ");
    let origin = Origin::answering(move |request| {
        let id = request.rpc_id();
        format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"heard":"{echoed}"}}}}"#)
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace");
    let variables = [
        ("JIRA_USERNAME", "ana@x.io"),
        ("JIRA_API_TOKEN", "tok-s3cret/+"),
        ("KEY", "key-s3cret"),
        ("BRIDGE_TRACE", path.to_str().unwrap()),
    ];
    let arguments = [&origin.at("/mcp"), "--header", "X-Key: ${KEY}"];
    let mut host = Host::with(settings(&arguments, &variables));
    host.send(call(r#""tok-s3cret/+""#)).await;
    assert!(
        host.line().await.contains("key-s3cret"),
        "the host gets it as it is"
    );
    host.end().await;
    let text = fs::read_to_string(&path).unwrap();
    for form in forms {
        assert!(!text.contains(form), "{form} in {text}");
    }
    assert!(lines(&path)[1]["message"]["result"]["heard"].is_string());
}

#[tokio::test]
async fn the_log_goes_to_a_file_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let arguments = ["http://127.0.0.1:9", "--log-file", path.to_str().unwrap()];
    let output = run(program(&arguments, &[]), "nonsense\n").await;
    let (on_stderr, in_file) = (text(&output.stderr), fs::read_to_string(&path).unwrap());
    assert!(on_stderr.contains("no token is configured"), "{on_stderr}");
    // Each line begins with the time it was written.
    let said = |log: &str| -> Vec<String> {
        let lines = log.lines().map(|line| line.split_once(' ').unwrap().1);
        lines.map(str::to_owned).collect()
    };
    assert_eq!(said(&in_file), said(&on_stderr));
}

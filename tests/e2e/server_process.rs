//! The built server as a program: how it starts, where it refuses to, how it ends.

mod start;

use std::path::Path;

use atlassian::Deployment;
use futures::StreamExt as _;
use sandbox::{Effect, Fault, Sandbox, people};
use serde_json::{Value, json};
use tempfile::tempdir;
use tests::programs::{Ended, RunningServer, run_server};
use tests::transport::{EventStream, Transport, call, call_tool, is_error, send, text};
use tests::world::{Server, http_client, personalities, site_variables};

const URL: (&str, &str) = ("JIRA_URL", "http://jira.localhost");

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

async fn refused(folder: &Path, flags: &[&str], pairs: &[(&str, &str)]) -> Ended {
    let ended = run_server(folder, flags, &variables(pairs)).await;
    assert_eq!(ended.stdout, "", "{flags:?} {pairs:?}");
    ended
}

async fn tools(server: &RunningServer) -> Vec<String> {
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let sent = send(&http_client(), &server.server, Transport::Post, &[], &list).await;
    let answer = sent.answer();
    let tools = answer["result"]["tools"].as_array().unwrap().iter();
    tools
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn offers(server: &RunningServer, tool: &str) -> bool {
    tools(server).await.iter().any(|name| name == tool)
}

#[tokio::test]
async fn b_03_one_address_is_enough_and_only_its_tools_are_listed() {
    for (variable, listed, absent) in [
        ("JIRA_URL", "get-jira-issue", "search-confluence"),
        ("CONFLUENCE_URL", "search-confluence", "get-jira-issue"),
    ] {
        let server = RunningServer::start(&[], &variables(&[(variable, URL.1)])).await;
        let tools = tools(&server).await;
        assert!(tools.iter().any(|tool| tool == listed), "{tools:?}");
        assert!(!tools.iter().any(|tool| tool == absent), "{tools:?}");
        // What is not listed cannot be called either.
        let message = call(1, absent, &json!({}));
        let sent = send(
            &http_client(),
            &server.server,
            Transport::Post,
            &[],
            &message,
        )
        .await;
        assert_eq!(sent.answer()["error"]["code"], -32602);
        let health = http_client()
            .get(server.server.url("/health"))
            .send()
            .await
            .unwrap();
        let health: Value = health.json().await.unwrap();
        let other = if variable == "JIRA_URL" {
            "confluence"
        } else {
            "jira"
        };
        assert_eq!(health["services"][other], "not configured");
    }
}

#[tokio::test]
async fn the_demo_needs_no_variable_and_uses_none() {
    let astray = variables(&[
        ("JIRA_URL", "http://elsewhere.localhost"),
        ("JIRA_PERSONAL_TOKEN", "somebodys-token"),
        ("CONFLUENCE_API_TOKEN", "half-a-credential"),
    ]);
    for (flags, token) in [
        (&["--demo"][..], people::ana().personal_access_token),
        (
            &["--demo", "cloud"],
            format!("{}:{}", people::ana().email, people::ana().api_token),
        ),
    ] {
        for variables in [&astray[..], &[]] {
            let server = RunningServer::start(flags, variables).await;
            assert!(
                server.url().starts_with("http://127.0.0.1:"),
                "{}",
                server.url()
            );
            let mine =
                call_tool(&server.server, &token, "get-my-assigned-issues", &json!({})).await;
            assert!(text(&mine).contains("assigned to Ana Sousa"), "{mine}");
            // Nobody's account is lent: not even one of the sample's.
            let message = call(1, "get-my-assigned-issues", &json!({}));
            let sent = send(
                &http_client(),
                &server.server,
                Transport::Post,
                &[],
                &message,
            )
            .await;
            assert!(is_error(&sent.answer()));
        }
    }
}

#[tokio::test]
async fn the_env_file_of_the_current_folder_is_read_and_that_of_its_parent_is_not() {
    let parent = tempdir().unwrap();
    let folder = parent.path().join("below");
    std::fs::create_dir(&folder).unwrap();
    let file = "JIRA_URL=http://jira.localhost\nCONFLUENCE_URL=\"http://confluence.localhost\"\n";
    std::fs::write(parent.path().join(".env"), file).unwrap();

    let ended = refused(&folder, &["--port", "0"], &[]).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("JIRA_URL"), "{}", ended.stderr);

    let server = RunningServer::start_in(parent.path(), &[], &[]).await;
    assert!(offers(&server, "get-jira-issue").await);
    assert!(offers(&server, "search-confluence").await);
    let log = server.terminate().await.stderr;
    assert!(log.contains("http://jira.localhost"), "{log}");
    // What is set in the environment wins, also when it is set to another site.
    let set = variables(&[("JIRA_URL", "http://other.localhost")]);
    let log = RunningServer::start_in(parent.path(), &[], &set)
        .await
        .terminate()
        .await
        .stderr;
    assert!(
        log.contains("http://other.localhost") && !log.contains("jira.localhost"),
        "{log}"
    );
    // A file that is named takes its place.
    std::fs::write(
        parent.path().join("named"),
        "CONFLUENCE_URL=http://named.localhost\n",
    )
    .unwrap();
    let named = ["--env-file", "named"];
    let server = RunningServer::start_in(parent.path(), &named, &[]).await;
    assert!(offers(&server, "search-confluence").await);
    assert!(!offers(&server, "get-jira-issue").await);
}

/// B-29 has its part here too: standard output belongs to whoever asks for it.
#[tokio::test]
async fn it_says_where_it_listens_on_stderr_and_nothing_on_stdout() {
    let server =
        RunningServer::start(&["--log-level", "trace", "--reload"], &variables(&[URL])).await;
    assert!(!tools(&server).await.is_empty());
    let url = server.url().to_owned();
    let ended = server.terminate().await;
    assert_eq!(ended.stdout, "");
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    for part in [
        format!("listening on {url}"),
        "--reload has no effect".to_owned(),
    ] {
        assert!(ended.stderr.contains(&part), "{part}: {}", ended.stderr);
    }
}

/// An event stream would be open for ever: it ends, and the server does not wait for it.
#[cfg(unix)]
#[tokio::test]
async fn a_terminated_server_ends_its_event_streams_and_itself_with_code_0() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let client = http_client();
    let stream = client.get(server.server.url("/sse")).send().await.unwrap();
    let mut bytes = stream.bytes_stream();
    assert!(bytes.next().await.unwrap().is_ok());
    let _unused = EventStream::open(&client, &server.server, &[])
        .await
        .unwrap();

    let ended = server.terminate().await;
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("asked to end"), "{}", ended.stderr);
    assert!(
        !ended.stderr.contains("did not end in time"),
        "{}",
        ended.stderr
    );
    let farewell = bytes.next().await.unwrap().unwrap();
    assert_eq!(farewell, ": the server stops\n\n");
    assert!(bytes.next().await.is_none());
}

/// What has begun is answered before the server ends.
#[cfg(unix)]
#[tokio::test]
async fn a_call_that_has_begun_is_answered_before_a_terminated_server_ends() {
    let sandbox = Sandbox::start().await.unwrap();
    let deployment = Deployment::DataCenter;
    let server = RunningServer::start(&[], &site_variables(&sandbox, deployment)).await;
    let (jira, _) = personalities(deployment);
    let slow = Effect::Delay(std::time::Duration::from_millis(500));
    sandbox.inject(Fault::new(jira, "", slow));
    let token = people::ana().personal_access_token;
    let arguments = json!({"issue_key": "DEMO-1"});
    let asked = Server::at(server.server.address);
    let (answer, ended) = tokio::join!(
        call_tool(&asked, &token, "get-jira-issue", &arguments),
        async {
            while sandbox.requests().is_empty() {
                tokio::task::yield_now().await;
            }
            server.terminate().await
        }
    );
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    assert!(!is_error(&answer), "{answer}");
}

//! SIGHUP and SIGTERM as a service manager sends them.

use std::path::Path;

use atlassian::Deployment::DataCenter;
use sandbox::{Effect, Fault, Sandbox, people};
use serde_json::{Value, json};
use tempfile::tempdir;
use tests::programs::RunningServer;
use tests::transport::{EventStream, Transport, call, call_tool, is_error, send, text};
use tests::world::{Server, http_client, personalities, site_variables};

use super::{get, get_json};

/// Writes the `.env` that a server in this folder reads.
fn configure(folder: &Path, sandbox: &Sandbox, more: &[(&str, &str)]) {
    let mut variables = site_variables(sandbox, DataCenter);
    let more = more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    variables.extend(more);
    let lines: Vec<_> = variables
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    std::fs::write(folder.join(".env"), lines.concat()).unwrap();
}

/// The work list of the server's own account.
async fn own_issues(server: &Server) -> Value {
    let message = call(1, "get-my-assigned-issues", &json!({}));
    let client = http_client();
    let sent = send(&client, server, Transport::Post, &[], &message).await;
    sent.answer()
}

#[tokio::test]
async fn a_hang_up_takes_a_new_token_file_and_drops_no_connection() {
    let (folder, sandbox) = (tempdir().unwrap(), Sandbox::start().await.unwrap());
    configure(
        folder.path(),
        &sandbox,
        &[("JIRA_PERSONAL_TOKEN_FILE", "token")],
    );
    let token = folder.path().join("token");
    std::fs::write(&token, people::ana().personal_access_token).unwrap();
    let process = RunningServer::start_in(folder.path(), &[], &[]).await;
    let server = &process.server;
    let client = http_client();
    let mut stream = EventStream::open(&client, server, &[]).await.ok().unwrap();
    assert!(text(&own_issues(server).await).contains("Ana Sousa"));

    std::fs::write(&token, people::ben().personal_access_token).unwrap();
    process.signal("HUP").await;
    process.has_logged("settings read again").await;
    let issues = own_issues(server).await;
    assert!(!text(&issues).contains("Ana Sousa"), "{issues}");
    // The stream that was open before acts with the new settings, too.
    let message = call(2, "get-my-assigned-issues", &json!({}));
    let answer = stream.send(&client, &[], &message).await.answer();
    // But for the number of the marks, which is another one in each answer.
    let listed = |answer: &Value| answer["result"]["structuredContent"].clone();
    assert_eq!(listed(&answer), listed(&issues));
    assert!(listed(&answer).is_object(), "{answer}");
    let (_, metrics) = get(server, "/metrics").await;
    assert!(metrics.contains("mcp_settings_reloads_total{outcome=\"taken\"} 1\n"));
}

/// What `initialize` tells a model of the limits.
async fn instructions(server: &Server) -> String {
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a client", "version": "1"}});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
    let client = http_client();
    let sent = send(&client, server, Transport::Post, &[], &message).await;
    let told = sent.answer()["result"]["instructions"].clone();
    told.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_hang_up_takes_new_limits_and_tells_models_of_them() {
    let (folder, sandbox) = (tempdir().unwrap(), Sandbox::start().await.unwrap());
    let limited = |projects| [("JIRA_PROJECTS_FILTER", projects)];
    configure(folder.path(), &sandbox, &limited("DEMO"));
    let process = RunningServer::start_in(folder.path(), &[], &[]).await;
    let before = instructions(&process.server).await;
    assert!(
        before.contains("DEMO") && !before.contains("OPS"),
        "{before}"
    );
    configure(folder.path(), &sandbox, &limited("OPS"));
    process.signal("HUP").await;
    process.has_logged("settings read again").await;
    let now = instructions(&process.server).await;
    assert!(now.contains("OPS") && !now.contains("DEMO"), "{now}");
}

#[tokio::test]
async fn settings_that_cannot_be_are_told_and_the_old_ones_stay() {
    let (folder, sandbox) = (tempdir().unwrap(), Sandbox::start().await.unwrap());
    let own = people::ana().personal_access_token;
    configure(folder.path(), &sandbox, &[("JIRA_PERSONAL_TOKEN", &own)]);
    let process = RunningServer::start_in(folder.path(), &[], &[]).await;
    for (wrong, told) in [
        ("JIRA_URL=elsewhere\n", "JIRA_URL"),
        ("JIRA_URL=http://127.0.0.1:9\n", "restart the server"),
        ("JIRA_PERSONAL_TOKEN=two words\n", "line 1 of .env"),
    ] {
        std::fs::write(folder.path().join(".env"), wrong).unwrap();
        process.signal("HUP").await;
        process.has_logged(told).await;
        let issues = own_issues(&process.server).await;
        assert!(text(&issues).contains("Ana Sousa"), "{issues}");
    }
    let log = process.terminate().await.stderr;
    assert_eq!(log.matches("the old ones stay").count(), 3, "{log}");
}

#[tokio::test]
async fn a_server_that_ends_says_so_while_it_still_serves() {
    let process = RunningServer::start(&["--demo", "--drain-delay", "300"], &[]).await;
    assert_eq!(get(&process.server, "/readyz").await.0, 200);
    process.signal("TERM").await;
    process.has_logged("asked to end").await;
    let (status, body) = get_json(&process.server, "/readyz").await;
    assert_eq!((status, &body["status"]), (503, &json!("ending")));
    let token = people::ana().personal_access_token;
    let issue = json!({"issue_key": "DEMO-1"});
    let answer = call_tool(&process.server, &token, "get-jira-issue", &issue).await;
    assert!(!is_error(&answer), "{answer}");
    // A second signal does not wait any longer.
    let ended = process.terminate().await;
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
}

#[tokio::test]
async fn a_second_signal_drops_calls_that_have_begun_and_they_are_recorded() {
    let sandbox = Sandbox::start().await.unwrap();
    let process = RunningServer::start(&[], &site_variables(&sandbox, DataCenter)).await;
    let (jira, _) = personalities(DataCenter);
    sandbox.inject(Fault::new(jira, "", Effect::Stall));
    let asked = Server::at(process.server.address);
    let calling = tokio::spawn(async move {
        let token = people::ana().personal_access_token;
        let message = call(1, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
        let request = http_client().post(asked.url("/mcp")).json(&message);
        request.bearer_auth(token).send().await.is_err()
    });
    while sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    process.signal("TERM").await;
    process.has_logged("asked to end").await;
    process.signal("TERM").await;
    let ended = process.ended().await;
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    assert!(calling.await.unwrap());
    let log = ended.stderr;
    assert!(log.contains("asked again to end"), "{log}");
    assert!(log.contains(r#"outcome="cancelled""#), "{log}");
}

//! The built bridge before the built server: every transport, every way of presenting tokens.

use std::process::Stdio;

use sandbox::people;
use serde_json::{Value, json};
use tests::host::Host;
use tests::leaks;
use tests::programs::{Program, RunningServer};
use tests::transport::{call, is_error, text};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

fn initialize() -> Value {
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "e2e", "version": "1"},
    });
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
}

fn bridge(url: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Program::Bridge.command();
    command
        .arg(url)
        .envs(variables.iter().copied())
        .env("LOG_LEVEL", "warn");
    command
}

async fn acts_as(host: &mut Host) -> String {
    let answer = host
        .request(&call(7, "get-my-assigned-issues", &json!({})))
        .await
        .unwrap();
    let identity = &answer["result"]["_meta"]["io.github.mcp-jira-confluence/identity"];
    identity["jira"]["name"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

/// B-29: what was advertised as a bridge printed logs and exited.
#[tokio::test]
async fn b_29_a_host_talks_through_the_bridge_over_every_transport() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let token = people::ana().personal_access_token;
    for (path, transport) in [
        ("", "auto"),
        ("/mcp", "auto"),
        ("/mcp", "http"),
        ("/sse", "sse"),
        ("/sse", "auto"),
    ] {
        let url = format!("{}{path}", server.url());
        let mut command = bridge(&url, &[("JIRA_PERSONAL_TOKEN", &token)]);
        let mut host = Host::start(command.args(["--transport", transport])).unwrap();
        let answer = host.request(&initialize()).await.unwrap();
        assert_eq!(
            answer["result"]["protocolVersion"], "2025-11-25",
            "{path} {transport}"
        );
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        host.send(&initialized).await.unwrap();
        assert_eq!(acts_as(&mut host).await, "Ana Sousa", "{path} {transport}");
        let (ended, rest) = host.end().await.unwrap();
        assert!(ended.success(), "{path} {transport}");
        assert_eq!(rest, Vec::<Value>::new(), "{path} {transport}");
    }
}

#[tokio::test]
async fn each_way_of_configuring_tokens_acts_as_their_owner() {
    let (ana, ben) = (people::ana(), people::ben());
    let pat = ana.personal_access_token.as_str();
    let other = ben.personal_access_token.as_str();
    let data_center = RunningServer::start(&["--demo"], &[]).await;
    for variables in [
        &[("JIRA_PERSONAL_TOKEN", pat)][..],
        &[
            ("JIRA_PERSONAL_TOKEN", pat),
            ("CONFLUENCE_PERSONAL_TOKEN", pat),
        ],
        &[
            ("JIRA_PERSONAL_TOKEN", pat),
            ("CONFLUENCE_PERSONAL_TOKEN", other),
        ],
    ] {
        let mut host = Host::start(&mut bridge(data_center.url(), variables)).unwrap();
        assert_eq!(acts_as(&mut host).await, "Ana Sousa");
    }
    let cloud = RunningServer::start(&["--demo", "cloud"], &[]).await;
    for variables in [
        &[
            ("JIRA_EMAIL", ana.email.as_str()),
            ("JIRA_API_TOKEN", ana.api_token.as_str()),
        ][..],
        &[
            ("JIRA_EMAIL", &ana.email),
            ("JIRA_API_TOKEN", &ana.api_token),
            ("CONFLUENCE_USERNAME", &ana.email),
            ("CONFLUENCE_API_TOKEN", &ana.api_token),
        ],
        &[
            ("JIRA_EMAIL", &ana.email),
            ("JIRA_API_TOKEN", &ana.api_token),
            ("CONFLUENCE_USERNAME", &ben.email),
            ("CONFLUENCE_API_TOKEN", &ben.api_token),
        ],
    ] {
        let mut host = Host::start(&mut bridge(cloud.url(), variables)).unwrap();
        assert_eq!(acts_as(&mut host).await, "Ana Sousa");
    }
}

/// B-08: a lone Jira token reached Confluence too; `--token-headers service` keeps it home.
#[tokio::test]
async fn b_08_a_lone_token_serves_both_services_unless_narrowed() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let token = people::ana().personal_access_token;
    for (flag, reaches_confluence) in [("auto", true), ("service", false)] {
        let mut command = bridge(server.url(), &[("JIRA_PERSONAL_TOKEN", &token)]);
        let mut host = Host::start(command.args(["--token-headers", flag])).unwrap();
        let search = call(1, "search-confluence", &json!({"query": "checkout"}));
        let answer = host.request(&search).await.unwrap();
        assert_eq!(is_error(&answer), !reaches_confluence, "{flag}: {answer}");
        assert_eq!(acts_as(&mut host).await, "Ana Sousa");
    }
}

#[tokio::test]
async fn many_concurrent_calls_are_each_answered_once() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let token = people::ben().personal_access_token;
    for path in ["/mcp", "/sse"] {
        let url = format!("{}{path}", server.url());
        let mut command = bridge(&url, &[("JIRA_PERSONAL_TOKEN", &token)]);
        let mut host = Host::start(&mut command).unwrap();
        host.request(&initialize()).await.unwrap();
        for id in 1..=100 {
            let message = call(id, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
            host.send(&message).await.unwrap();
        }
        let (_, answers) = host.end().await.unwrap();
        let mut ids: Vec<_> = answers
            .iter()
            .map(|answer| answer["id"].as_i64().unwrap())
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, (1..=100).collect::<Vec<_>>(), "{path}");
        assert!(
            answers.iter().all(|answer| text(answer).contains("DEMO-1")),
            "{path}"
        );
    }
}

/// The bridge at trace level, with tokens that work and tokens that are refused.
#[tokio::test]
async fn nothing_the_bridge_writes_holds_a_token_in_any_form() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let ana = people::ana();
    let secrets = [
        "wrong-s3cret/token+x",
        ana.personal_access_token.as_str(),
        ana.api_token.as_str(),
    ];
    let messages = format!(
        "{}\n{}\n",
        initialize(),
        call(1, "get-my-assigned-issues", &json!({}))
    );
    for token in secrets {
        for path in ["/mcp", "/sse", "/nowhere"] {
            let variables = [
                ("JIRA_EMAIL", ana.email.as_str()),
                ("JIRA_API_TOKEN", token),
                ("CONFLUENCE_PERSONAL_TOKEN", token),
                ("OWN", token),
            ];
            let mut command = bridge(&format!("{}{path}", server.url()), &variables);
            command.args(["--log-level", "trace", "--header", "X-Own: ${OWN}"]);
            let (stdout, stderr) = output(&mut command, &messages).await;
            for (place, text) in [("stdout", stdout), ("stderr", stderr)] {
                leaks::assert_none(place, &text, &secrets, &[&ana.email]);
            }
        }
    }
}

async fn output(command: &mut Command, input: &str) -> (String, String) {
    use tokio::io::AsyncWriteExt as _;
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut bridge = piped.spawn().unwrap();
    bridge
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .await
        .unwrap();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let (mut out, mut err) = (bridge.stdout.take().unwrap(), bridge.stderr.take().unwrap());
    tokio::try_join!(
        out.read_to_string(&mut stdout),
        err.read_to_string(&mut stderr)
    )
    .unwrap();
    bridge.wait().await.unwrap();
    (stdout, stderr)
}

#[tokio::test]
async fn check_says_whom_each_door_acts_as_and_exits_by_it() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let token = people::ana().personal_access_token;
    let check = async |token: &str| {
        let mut command = Program::Bridge.command();
        command
            .args(["check", server.url()])
            .env("JIRA_PERSONAL_TOKEN", token);
        command.output().await.unwrap()
    };
    let good = check(&token).await;
    let said = String::from_utf8(good.stdout).unwrap();
    assert_eq!(good.status.code(), Some(0), "{said}");
    assert!(said.contains("Ana Sousa"), "{said}");
    leaks::assert_none("check", &said, &[&token], &[]);

    let bad = check("no-such-token").await;
    let said = String::from_utf8(bad.stdout).unwrap();
    assert_eq!(bad.status.code(), Some(1), "{said}");
    leaks::assert_none("check", &said, &["no-such-token"], &[]);
}

//! The built program: what is on stdout and stderr, and its exit codes.

mod log;
#[cfg(unix)]
mod signals;
mod surroundings;

use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::support::{Origin, call, result};

const PATIENCE: Duration = Duration::from_secs(20);

/// The program with these arguments and nothing of this process's environment.
pub(crate) fn program(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "Windows opens no socket without this one"
    )]
    let system_root = std::env::var_os("SystemRoot").map(|value| ("SystemRoot", value));
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-jira-confluence-bridge"));
    command
        .args(arguments)
        .env_clear()
        .envs(system_root)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Writes the input, closes it and waits for the end.
pub(crate) async fn run(mut command: Command, input: &str) -> Output {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that refuses to start does not read.
    let _gone = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    timeout(PATIENCE, child.wait_with_output())
        .await
        .expect("the program ends")
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn server() -> Origin {
    Origin::answering(|request| result(&request.rpc_id())).await
}

/// B-29: the Python client writes its log to the place of the protocol and never reads stdin.
#[tokio::test]
async fn b_29_stdout_holds_json_lines_only_and_no_output_a_token() {
    let origin = server().await;
    let variables = [
        ("JIRA_USERNAME", "ana@x.io"),
        ("JIRA_API_TOKEN", "tok-secret"),
        ("CONFLUENCE_USERNAME", "ana@x.io"),
        ("CONFLUENCE_API_TOKEN", "tok-secret"),
        ("OTHER", "tok-other"),
    ];
    let arguments = [
        &origin.at("/mcp"),
        "--log-level",
        "trace",
        "--header",
        "X-Key: ${OTHER}",
    ];
    let output = run(
        program(&arguments, &variables),
        &format!("{}\nnonsense\n", call("1")),
    )
    .await;
    assert_eq!(
        (text(&output.stdout), output.status.code()),
        (format!("{}\n", result("1")), Some(0))
    );
    let log = text(&output.stderr);
    assert!(
        log.contains("TRACE") && log.contains("ignored"),
        "the log is on stderr: {log}"
    );
    for secret in ["tok-secret", "tok-other", "YW5hQHguaW86dG9rLXNlY3JldA"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(
        origin.requests()[0]
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );
}

#[tokio::test]
async fn the_end_of_input_with_nothing_pending_is_exit_code_zero_and_no_output() {
    let output = run(
        program(&["http://127.0.0.1:9"], &[("LOG_LEVEL", "error")]),
        "",
    )
    .await;
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        (text(&output.stdout), text(&output.stderr)),
        (String::new(), String::new())
    );
}

#[tokio::test]
async fn no_token_is_said_on_stderr() {
    let output = run(program(&["http://127.0.0.1:9"], &[]), "").await;
    assert_eq!(
        text(&output.stderr)
            .matches("no token is configured")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_host_that_stops_reading_is_no_reason_for_noise() {
    let origin = server().await;
    let mut child = program(
        &[&origin.at("/mcp"), "--log-level", "warn"],
        &[("JIRA_PERSONAL_TOKEN", "t")],
    )
    .spawn()
    .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(format!("{}\n", call("1")).as_bytes())
        .await
        .unwrap();
    // The input stays open: it is the closed output that ends the program.
    let output = timeout(PATIENCE, child.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(0), String::new())
    );
    drop(stdin);
}

#[tokio::test]
async fn help_and_version_are_on_stdout_with_exit_code_zero() {
    let help = run(program(&["--help"], &[]), "").await;
    let text_of_help = text(&help.stdout);
    assert_eq!(help.status.code(), Some(0));
    for part in [
        "SSE_SERVER_URL",
        "JIRA_PERSONAL_TOKEN",
        "CONFLUENCE_PERSONAL_TOKEN",
        "--transport",
        "--token-headers",
        "--header",
        "--allow-http",
        "--env-file",
        "--drain",
        "--connect-wait",
        "--idle",
        "--call-timeout",
        "--log-level",
        "--ca-file",
        "--client-cert",
        "--client-key",
        "--proxy",
        "--no-proxy",
        "BRIDGE_PROXY",
        "--log-file",
        "--trace",
        "check",
        "Exit codes",
    ] {
        assert!(text_of_help.contains(part), "{part} in {text_of_help}");
    }
    let version = run(program(&["--version"], &[]), "").await;
    assert_eq!(
        text(&version.stdout),
        format!("mcp-jira-confluence-bridge {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn a_wrong_setting_is_exit_code_two_and_never_shows_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.env");
    std::fs::write(&file, "A=1\nJIRA_PERSONAL_TOKEN tok-secret\n").unwrap();
    let file = file.to_str().unwrap();
    for (arguments, variables) in [
        (
            &["http://h"][..],
            &[("JIRA_PERSONAL_TOKEN", "tok-secret")][..],
        ),
        (&["https://h"], &[("JIRA_PERSONAL_TOKEN", "tok-secret\n\n")]),
        (&["https://h"], &[("JIRA_API_TOKEN", "tok-secret")]),
        (&["https://ana:tok-secret@h"], &[]),
        (&["https://h", "--header", "tok-secret"], &[]),
        (&["https://h", "--header", "Host: tok-secret"], &[]),
        (
            &["https://h", "--header", "Authorization:", "tok-secret"],
            &[],
        ),
        (&["https://h", "--token=tok-secret"], &[]),
        (&["--env-file", file], &[]),
    ] {
        let output = run(program(arguments, variables), "").await;
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(
            (output.status.code(), out.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(error.starts_with("mcp-jira-confluence-bridge: "), "{error}");
        assert!(!error.contains("tok-secret"), "{error}");
    }
}

#[tokio::test]
async fn the_self_test_reports_on_stdout_and_by_its_exit_code() {
    let output = run(program(&["check", "http://127.0.0.1:9"], &[]), "").await;
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    assert!(
        report.contains("failed   server: nothing listens"),
        "{report}"
    );
}

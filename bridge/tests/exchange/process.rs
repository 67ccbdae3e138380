//! The built program: what is on stdout and stderr, and how it ends.

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
async fn a_dot_env_of_the_working_directory_is_not_read() {
    let (real, evil) = (server().await, server().await);
    let folder = tempfile::tempdir().unwrap();
    let content = format!(
        "SSE_SERVER_URL={}\nCONFLUENCE_PERSONAL_TOKEN=other\n",
        evil.url
    );
    std::fs::write(folder.path().join(".env"), content).unwrap();
    let variables = [
        ("SSE_SERVER_URL", real.url.as_str()),
        ("JIRA_PERSONAL_TOKEN", "mine"),
    ];
    let mut command = program(&[], &variables);
    command.current_dir(&folder);
    let output = run(command, &call("1")).await;
    assert_eq!(text(&output.stdout), format!("{}\n", result("1")));
    assert_eq!(
        real.requests()[0].header("authorization"),
        Some("Bearer mine")
    );
    assert_eq!(evil.paths(), [""; 0]);
}

#[tokio::test]
async fn this_machine_is_reached_past_every_proxy_of_the_environment() {
    let origin = server().await;
    let dead = "http://127.0.0.1:9";
    let variables = [
        ("http_proxy", dead),
        ("HTTP_PROXY", dead),
        ("ALL_PROXY", dead),
        ("JIRA_PERSONAL_TOKEN", "t"),
    ];
    let output = run(program(&[&origin.at("/mcp")], &variables), &call("1")).await;
    assert_eq!(text(&output.stdout), format!("{}\n", result("1")));
}

#[tokio::test]
async fn another_machine_is_reached_by_the_proxy_of_the_environment() {
    let proxy = server().await;
    let variables = [
        ("http_proxy", proxy.url.as_str()),
        ("HTTP_PROXY", &proxy.url),
    ];
    let output = run(
        program(&["http://elsewhere.invalid/mcp"], &variables),
        &call("1"),
    )
    .await;
    assert_eq!(text(&output.stdout), format!("{}\n", result("1")));
    assert_eq!(proxy.paths(), ["POST http://elsewhere.invalid/mcp"]);
}

#[tokio::test]
async fn without_certificates_http_works_and_https_says_what_is_missing() {
    let origin = server().await;
    let none = [
        ("SSL_CERT_FILE", "/no/such/file"),
        ("SSL_CERT_DIR", "/no/such/folder"),
    ];
    let output = run(program(&[&origin.at("/mcp")], &none), &call("1")).await;
    assert_eq!(text(&output.stdout), format!("{}\n", result("1")));
    if cfg!(target_os = "linux") {
        let output = run(program(&["https://127.0.0.1:9/mcp"], &none), &call("1")).await;
        let answer = text(&output.stdout);
        assert!(
            answer.contains("no certificates") && answer.contains("ca-certificates"),
            "{answer}"
        );
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

#[cfg(unix)]
mod signals {
    use tokio::io::{AsyncBufReadExt as _, BufReader};
    use tokio::process::Child;

    use super::*;

    async fn signalled(signal: &str) -> (Option<i32>, String) {
        let origin = Origin::start(|_, mut reply| async move { reply.closed().await }).await;
        let mut child = program(&[&origin.at("/mcp")], &[]).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // The second line is answered without the server: then the first has been read.
        stdin
            .write_all(format!("{}\n{{\"id\":2,\"method\":7}}\n", call("1")).as_bytes())
            .await
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(
            lines
                .next_line()
                .await
                .unwrap()
                .unwrap()
                .contains("\"id\":2")
        );
        kill(&child, signal).await;
        // The bound is the requirement: the host kills what does not end within two seconds.
        let status = timeout(Duration::from_secs(1), child.wait())
            .await
            .expect("under a second");
        let last = lines.next_line().await.unwrap().unwrap_or_default();
        assert_eq!(lines.next_line().await.unwrap(), None);
        drop(stdin);
        (status.unwrap().code(), last)
    }

    async fn kill(child: &Child, signal: &str) {
        let id = child.id().unwrap().to_string();
        let status = Command::new("kill")
            .args([signal, &id])
            .status()
            .await
            .unwrap();
        assert!(status.success());
    }

    #[tokio::test]
    async fn a_signal_ends_the_program_within_a_second_with_an_answer_to_what_is_open() {
        for (signal, code) in [("-TERM", 143), ("-INT", 130)] {
            let (exit, last) = signalled(signal).await;
            assert_eq!(exit, Some(code));
            assert!(
                last.contains("\"id\":1") && last.contains("was stopped"),
                "{last}"
            );
        }
    }

    #[tokio::test]
    async fn a_signal_makes_the_program_read_its_tokens_again() {
        let origin = server().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "old").unwrap();
        let variable = ("JIRA_PERSONAL_TOKEN_FILE", file.to_str().unwrap());
        let mut child = program(&[&origin.at("/mcp")], &[variable]).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = format!("{}\n", call("1"));
        stdin.write_all(first.as_bytes()).await.unwrap();
        answers.next_line().await.unwrap().unwrap();
        std::fs::write(&file, "new").unwrap();
        kill(&child, "-HUP").await;
        let read_again = async {
            while !log
                .next_line()
                .await
                .unwrap()
                .unwrap()
                .contains("read again")
            {}
        };
        timeout(PATIENCE, read_again).await.unwrap();
        let second = format!("{}\n", call("2"));
        stdin.write_all(second.as_bytes()).await.unwrap();
        answers.next_line().await.unwrap().unwrap();
        let requests = origin.requests();
        let tokens = [&requests[0], &requests[1]].map(|request| request.header("authorization"));
        assert_eq!(tokens, [Some("Bearer old"), Some("Bearer new")]);
    }

    /// The host is killed, and its end of the pipes stays open in somebody else's hands.
    #[tokio::test]
    async fn the_program_ends_with_the_one_that_started_it_even_while_a_call_is_open() {
        let origin = Origin::start(|_, mut reply| async move { reply.closed().await }).await;
        for input in [String::new(), format!("{}\n", call("1"))] {
            let bridge = env!("CARGO_BIN_EXE_mcp-jira-confluence-bridge");
            let mut shell = Command::new("sh")
                // A shell gives a command in the background no standard input of its own.
                .args(["-c", r#"exec 3<&0; "$0" "$1" <&3 & wait"#, bridge])
                .arg(origin.at("/mcp"))
                .env_clear()
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut stdin = shell.stdin.take().unwrap();
            let mut stdout = BufReader::new(shell.stdout.take().unwrap()).lines();
            let probe = format!("{input}{{\"id\":2,\"method\":7}}\n");
            stdin.write_all(probe.as_bytes()).await.unwrap();
            let answer = stdout.next_line().await.unwrap().unwrap();
            assert!(answer.contains("\"id\":2"), "it runs: {answer}");
            shell.kill().await.unwrap();
            // The bound is the requirement. The last one to hold standard output is the bridge.
            let rest = async { while stdout.next_line().await.unwrap().is_some() {} };
            timeout(Duration::from_secs(2), rest)
                .await
                .expect("under two seconds");
            drop(stdin);
        }
    }
}

//! What the program takes from the machine it runs on, and what not.

#[cfg(target_os = "linux")]
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::*;

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

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_that_is_full_is_told_where_somebody_may_read_it() {
    let origin = server().await;
    let full = std::fs::File::create("/dev/full").unwrap();
    let mut command = program(&[&origin.at("/mcp")], &[("JIRA_PERSONAL_TOKEN", "t")]);
    command.stdout(full);
    let log = text(&run(command, &call("1")).await.stderr);
    assert!(log.contains("standard output cannot be written"), "{log}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn at_a_terminal_it_says_what_it_waits_for() {
    let terminal = std::fs::File::options()
        .read(true)
        .write(true)
        .open("/dev/ptmx")
        .unwrap();
    let mut command = program(&["http://127.0.0.1:9"], &[]);
    command.stdin(terminal);
    let mut child = command.spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = async {
        while let Some(line) = log.next_line().await.unwrap() {
            if line.contains("`check`") {
                return true;
            }
        }
        false
    };
    assert!(timeout(PATIENCE, said).await.unwrap());
    let output = run(program(&["http://127.0.0.1:9"], &[]), "").await;
    assert!(!text(&output.stderr).contains("`check`"));
}

//! What it says and refuses before it serves.

use tempfile::tempdir;
use tests::programs::{RunningServer, run_server};

use super::{URL, refused, variables};

#[tokio::test]
async fn help_and_version_go_to_stdout_and_a_wrong_flag_to_stderr() {
    let folder = tempdir().unwrap();
    let help = run_server(folder.path(), &["--help"], &[]).await;
    assert_eq!((help.code(), help.stderr.as_str()), (Some(0), ""));
    for flag in [
        "--host",
        "--port",
        "--log-level",
        "--credentials",
        "--demo",
        "JIRA_URL",
    ] {
        assert!(help.stdout.contains(flag), "{flag}: {}", help.stdout);
    }
    let version = run_server(folder.path(), &["--version"], &[]).await;
    assert_eq!((version.code(), version.stderr.as_str()), (Some(0), ""));
    assert!(
        version.stdout.starts_with("mcp-jira-confluence-sse "),
        "{}",
        version.stdout
    );
    let wrong = refused(folder.path(), &["--hots", "x"], &[URL]).await;
    assert_eq!(wrong.code(), Some(2));
    assert!(wrong.stderr.contains("--hots"), "{}", wrong.stderr);
}

/// Flags, variables, and what the sentence about them names.
type Refused = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

const BOTH: [(&str, &str); 3] = [
    URL,
    ("JIRA_PERSONAL_TOKEN", "t"),
    ("JIRA_PERSONAL_TOKEN_FILE", "x"),
];

const REFUSED: &[Refused] = &[
    (&[], &[], &["JIRA_URL", "CONFLUENCE_URL", "--demo"]),
    (
        &[],
        &[("JIRA_URL", "jira.invalid")],
        &["JIRA_URL", "https://"],
    ),
    (
        &[],
        &[URL, ("JIRA_API_TOKEN", "t")],
        &["JIRA_API_TOKEN", "JIRA_EMAIL"],
    ),
    (&[], &BOTH, &["JIRA_PERSONAL_TOKEN_FILE"]),
    (
        &[],
        &[URL, ("JIRA_PERSONAL_TOKEN", "two words")],
        &["JIRA_PERSONAL_TOKEN"],
    ),
    (
        &[],
        &[URL, ("JIRA_API_TOKEN_FILE", "no-such-file")],
        &["JIRA_API_TOKEN_FILE"],
    ),
    (
        &[],
        &[URL, ("JIRA_DEPLOYMENT", "moon")],
        &["JIRA_DEPLOYMENT", "datacenter"],
    ),
    (
        &[],
        &[URL, ("JIRA_TIMEOUT_SECONDS", "0")],
        &["JIRA_TIMEOUT_SECONDS"],
    ),
    (&[], &[URL, ("PORT", "http")], &["PORT"]),
    (
        &[],
        &[URL, ("SSE_LOG_LEVEL", "loud")],
        &["SSE_LOG_LEVEL", "trace"],
    ),
    (
        &[],
        &[URL, ("CREDENTIALS", "all")],
        &["CREDENTIALS", "headers-only"],
    ),
    (&[], &[URL, ("ALLOWED_HOSTS", "a b")], &["ALLOWED_HOSTS"]),
    (&["--env-file", "no-such-file"], &[URL], &["no-such-file"]),
];

/// B-02 and B-03 among them: half a credential was used as none, and none was refused.
#[tokio::test]
async fn b_02_settings_that_cannot_be_end_it_with_code_2_and_a_sentence_that_names_them() {
    let folder = tempdir().unwrap();
    for (flags, pairs, named) in REFUSED {
        let ended = refused(folder.path(), flags, pairs).await;
        assert_eq!(ended.code(), Some(2), "{pairs:?}: {}", ended.stderr);
        for name in *named {
            assert!(ended.stderr.contains(name), "{name}: {}", ended.stderr);
        }
    }
}

#[tokio::test]
async fn b_06_others_are_not_let_near_the_servers_own_account_unless_somebody_said_so() {
    let folder = tempdir().unwrap();
    let own = [URL, ("JIRA_PERSONAL_TOKEN", "t")];
    let open = ["--host", "0.0.0.0", "--port", "0"];
    let ended = refused(folder.path(), &open, &own).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("--credentials headers-only"),
        "{}",
        ended.stderr
    );

    let said = [
        "--behind-tls-proxy",
        "--host",
        "0.0.0.0",
        "--credentials",
        "headers-only",
    ];
    for (flags, pairs) in [(&said[..], &own[..]), (&said[..3], &own[..1])] {
        let server = RunningServer::start(flags, &variables(pairs)).await;
        assert_eq!(server.terminate().await.stdout, "");
    }
    let demo = ["--demo", "--host", "0.0.0.0", "--port", "0"];
    let ended = refused(folder.path(), &demo, &[]).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("--demo listens on loopback"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_with_the_flag_to_change() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let folder = tempdir().unwrap();
    let ended = refused(folder.path(), &["--port", &port], &[URL]).await;
    assert_eq!(ended.code(), Some(1), "{}", ended.stderr);
    for part in ["cannot listen on 127.0.0.1", &port, "--port", "in use"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
}

//! The program and those who can end it or tell it something: signals, and the end of its host.

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
    // The server never answers, and would be waited for longer than this.
    let status = timeout(PATIENCE, child.wait())
        .await
        .expect("it does not wait for the server");
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
async fn a_signal_ends_the_program_at_once_with_an_answer_to_what_is_open() {
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
        // The last one to hold standard output is the bridge.
        let rest = async { while stdout.next_line().await.unwrap().is_some() {} };
        timeout(PATIENCE, rest).await.expect("it ends");
        drop(stdin);
    }
}

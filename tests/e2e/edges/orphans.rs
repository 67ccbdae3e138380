//! Case 72: a host that is killed and cannot close its pipes.

use std::process::Stdio;
use std::time::Duration;

use tests::fault::bridge::Setup;
use tests::fault::message::call;
use tests::fault::origin::Origin;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// Within this a bridge ends that was orphaned.
const PROMPT: Duration = Duration::from_secs(2);

/// A shell as the host: its child, the bridge, gets this test's pipes, which stay open when the shell is
/// killed. The first line is the bridge's process number.
fn under_a_shell(setup: &Setup) -> (Child, Lines<BufReader<ChildStdout>>) {
    let bridge = setup.command();
    let bridge = bridge.as_std();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", r#"exec 3<&0; "$0" "$@" <&3 & echo $!; wait"#])
        .arg(bridge.get_program())
        .args(bridge.get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    for (name, value) in bridge.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let mut child = shell.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// On other systems the pipes of a killed host close, which is case 66.
#[cfg(unix)]
#[tokio::test]
async fn case_72_a_bridge_whose_host_was_killed_ends_with_calls_pending_or_not() {
    for is_pending in [false, true] {
        let origin = Origin::start(|_, mut reply| async move { reply.stall().await }).await;
        let (mut shell, mut lines) = under_a_shell(&Setup::to(&origin.at("/mcp")));
        let bridge = lines.next_line().await.unwrap().unwrap();
        let input = shell.stdin.as_mut().unwrap();
        // The bridge answers this itself: it is up, and knows whose child it is.
        input.write_all(b"{\"id\":0,\"method\":7}\n").await.unwrap();
        lines.next_line().await.unwrap().unwrap();
        if is_pending {
            let line = format!("{}\n", call("1"));
            input.write_all(line.as_bytes()).await.unwrap();
            origin.until("tools/call", 1).await;
        }
        shell.start_kill().unwrap();
        // The end of its output is the end of the bridge: nobody else holds the other end.
        let ended = timeout(PROMPT, async {
            while lines.next_line().await.unwrap().is_some() {}
        })
        .await;
        assert!(
            ended.is_ok(),
            "process {bridge} lives on, pending: {is_pending}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn case_72_no_bridge_of_ten_is_left_when_their_hosts_are_killed() {
    let origin = Origin::start(|_, mut reply| async move { reply.stall().await }).await;
    let mut running = Vec::new();
    for _ in 0..10 {
        let (mut shell, mut lines) = under_a_shell(&Setup::to(&origin.at("/mcp")));
        lines.next_line().await.unwrap().unwrap();
        let input = shell.stdin.as_mut().unwrap();
        let line = format!("{}\n", call("1"));
        input.write_all(line.as_bytes()).await.unwrap();
        running.push((shell, lines));
    }
    origin.until("tools/call", 10).await;
    for (shell, _) in &mut running {
        shell.start_kill().unwrap();
    }
    let all_end = async {
        for (_, lines) in &mut running {
            while lines.next_line().await.unwrap().is_some() {}
        }
    };
    assert!(timeout(PROMPT, all_end).await.is_ok(), "some live on");
}

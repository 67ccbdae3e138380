//! Case 72: a host that is killed and cannot close its pipes.

use std::process::Stdio;
use std::time::Duration;

use tests::fault::bridge::Setup;
use tests::fault::message::call;
use tests::fault::origin::Origin;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// How long a test waits for the end of an orphan, which has no other reason to end, before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

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
        let ended = timeout(PATIENCE, async {
            while lines.next_line().await.unwrap().is_some() {}
        })
        .await;
        assert!(
            ended.is_ok(),
            "process {bridge} lives on, pending: {is_pending}"
        );
    }
}

/// Whether a process is there and has not ended; one that nobody has buried yet has.
#[cfg(target_os = "linux")]
fn is_running(process: &str) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else {
        return false;
    };
    // The state stands behind the name, which may hold anything (proc_pid_stat(5)).
    let state = stat.rsplit_once(") ").map(|(_, rest)| &rest[..1]);
    !matches!(state, Some("Z" | "X") | None)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn case_72_no_process_of_ten_bridges_is_left_after_their_hosts_were_killed() {
    let origin = Origin::start(|_, mut reply| async move { reply.stall().await }).await;
    let mut hosts = Vec::new();
    let mut bridges = Vec::new();
    for number in 0..10 {
        let (mut shell, mut lines) = under_a_shell(&Setup::to(&origin.at("/mcp")));
        bridges.push(lines.next_line().await.unwrap().unwrap());
        let input = shell.stdin.as_mut().unwrap();
        // Half of them have a call pending, the others have only started.
        let line = match number % 2 {
            0 => call("1"),
            _ => r#"{"id":0,"method":7}"#.to_owned(),
        };
        input
            .write_all(format!("{line}\n").as_bytes())
            .await
            .unwrap();
        if number % 2 == 1 {
            lines.next_line().await.unwrap().unwrap();
        }
        hosts.push((shell, lines));
    }
    origin.until("tools/call", 5).await;
    assert!(bridges.iter().all(|bridge| is_running(bridge)));
    for (shell, _) in &mut hosts {
        shell.start_kill().unwrap();
    }
    let all_end = async {
        while bridges.iter().any(|bridge| is_running(bridge)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ended = timeout(PATIENCE, all_end).await;
    let left: Vec<_> = bridges.iter().filter(|bridge| is_running(bridge)).collect();
    assert!(ended.is_ok(), "processes {left:?} live on");
}

//! Case 70: a host that does not read what is written to it.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tests::fault::bridge::Setup;
use tests::fault::message::call;
use tests::fault::origin::Origin;
use tests::fault::roles::plain;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin, ChildStdout};

/// A server that answers every call with far too many notifications, and counts what it got rid of.
async fn flooding(written: Arc<AtomicUsize>) -> Origin {
    plain(move |_, mut reply| {
        let written = Arc::clone(&written);
        async move {
            let text = "x".repeat(64 * 1024);
            let note = format!(
                "data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{{\"x\":\"{text}\"}}}}\n\n"
            );
            reply.open_stream(&[]).await;
            for _ in 0..FLOOD / note.len() {
                if reply.try_raw(&note).await.is_err() {
                    return;
                }
                written.fetch_add(note.len(), Ordering::Relaxed);
            }
        }
    })
    .await
}

/// More than pipes, every bounded buffer and sockets (tens of megabytes each) hold together.
const FLOOD: usize = 256 * 1024 * 1024;

/// The number, once it no longer grows.
async fn when_it_stops(number: &AtomicUsize) -> usize {
    loop {
        let before = number.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(150)).await;
        if before > 0 && before == number.load(Ordering::Relaxed) {
            return before;
        }
    }
}

/// A bridge whose host does not read, and all that keeps it so.
struct Stopped {
    child: Child,
    _input: ChildStdin,
    _unread: ChildStdout,
    _origin: Origin,
}

/// When nothing moves any more: the bridge's way out is full, and so is all behind it.
async fn stopped_bridge() -> Stopped {
    let written = Arc::new(AtomicUsize::new(0));
    let origin = flooding(Arc::clone(&written)).await;
    let mut command = Setup::to(&origin.at("/mcp")).command();
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let unread = child.stdout.take().unwrap();
    // Input stays live while the way out is full.
    for (id, count) in [("1", 1), ("2", 2)] {
        input
            .write_all(format!("{}\n", call(id)).as_bytes())
            .await
            .unwrap();
        origin.until("tools/call", count).await;
    }
    let stopped_at = when_it_stops(&written).await;
    assert!(stopped_at < FLOOD, "all was taken: {stopped_at}");
    Stopped {
        child,
        _input: input,
        _unread: unread,
        _origin: origin,
    }
}

#[tokio::test]
async fn case_70_a_host_that_does_not_read_stops_the_server_and_not_the_input() {
    let mut bridge = stopped_bridge().await;
    assert!(bridge.child.try_wait().unwrap().is_none(), "it goes on");
}

/// How long a test waits for the end before it fails: not as long as the bridge waits for a host that
/// reads slowly (30 s).
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(unix)]
#[tokio::test]
async fn case_70_a_signal_ends_it_although_its_host_does_not_read() {
    let mut bridge = stopped_bridge().await;
    let id = bridge.child.id().unwrap().to_string();
    let mut kill = tokio::process::Command::new("kill");
    assert!(kill.args(["-TERM", &id]).status().await.unwrap().success());
    let status = tokio::time::timeout(PATIENCE, bridge.child.wait()).await;
    assert_eq!(status.expect("it ends").unwrap().code(), Some(143));
}

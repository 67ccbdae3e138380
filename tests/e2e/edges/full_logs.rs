//! Case 71: a log that nobody reads.

use std::time::Duration;

use tests::fault::bridge::Setup;
use tests::fault::message::{call, result};
use tests::fault::roles::plain;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

/// How long a test waits before it fails; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn case_71_a_full_standard_error_that_nobody_reads_blocks_nothing() {
    let origin = plain(|request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    })
    .await;
    let mut child = Setup::to(&origin.at("/mcp")).command().spawn().unwrap();
    let _unread = child.stderr.take();
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // At trace level this is several times what a pipe holds.
    for id in 1..=300 {
        let id = id.to_string();
        input
            .write_all(format!("{}\n", call(&id)).as_bytes())
            .await
            .unwrap();
        let line = timeout(PATIENCE, lines.next_line()).await;
        assert_eq!(line.expect("it is not blocked").unwrap(), Some(result(&id)));
    }
    drop(input);
    let ended = timeout(PATIENCE, child.wait()).await;
    assert_eq!(ended.expect("it ends").unwrap().code(), Some(0));
}

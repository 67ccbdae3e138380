//! Standard input as an asynchronous reader; not what is read.

use std::io::{self, IsTerminal as _, Read as _};
use std::thread;

use bytes::Bytes;
use futures::stream;
use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio_util::io::StreamReader;

const CHUNK: usize = 64 * 1024;
/// How many chunks may wait: reading stops while the bridge is behind.
const QUEUED_CHUNKS: usize = 4;

/// Reads standard input from a thread of its own.
///
/// tokio's own stdin borrows a thread of the runtime, and a runtime cannot shut down while that
/// thread sits in a read that may never return. This one belongs to nobody; the process leaves it
/// behind by ending with [`std::process::exit`].
///
/// Where that is a terminal, the log tells the person before it what is waited for.
pub fn stdin() -> impl AsyncRead + Unpin + Send + 'static {
    if io::stdin().is_terminal() {
        tracing::info!(
            "this program waits for the messages of an MCP host, which starts it by itself; to try the \
             connection from a terminal, start it with `check`"
        );
    }
    let (chunks, received) = mpsc::channel(QUEUED_CHUNKS);
    // Without this thread there is no input at all; the reader then sees the end at once.
    let _thread = thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(move || read_all(&chunks));
    let received = stream::unfold(received, async |mut received| {
        let chunk: io::Result<Bytes> = received.recv().await?;
        Some((chunk, received))
    });
    StreamReader::new(Box::pin(received))
}

fn read_all(chunks: &mpsc::Sender<io::Result<Bytes>>) {
    let mut input = io::stdin().lock();
    let mut buffer = vec![0; CHUNK];
    loop {
        let chunk = match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => Ok(Bytes::copy_from_slice(&buffer[..length])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let has_failed = chunk.is_err();
        if chunks.blocking_send(chunk).is_err() || has_failed {
            return;
        }
    }
}

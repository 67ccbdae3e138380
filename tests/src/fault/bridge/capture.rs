//! One of a bridge's outputs, read all the time so that the bridge never waits for a reader.

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Everything that was read so far.
pub(super) struct Capture {
    seen: watch::Receiver<Vec<u8>>,
    reader: JoinHandle<()>,
}

impl Capture {
    pub(super) fn of(mut stream: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let (found, seen) = watch::channel(Vec::new());
        let reader = tokio::spawn(async move {
            let mut chunk = vec![0; 64 * 1024];
            while let Ok(length @ 1..) = stream.read(&mut chunk).await {
                found.send_modify(|all| all.extend_from_slice(&chunk[..length]));
            }
        });
        Self { seen, reader }
    }

    /// The line with this number; `None` when the stream ends before it.
    pub(super) async fn line(&mut self, number: usize) -> Option<String> {
        let nth = |bytes: &Vec<u8>| {
            let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
            let line = lines.nth(number).and_then(|line| line.strip_suffix(b"\n"));
            line.map(|line| String::from_utf8_lossy(line).into_owned())
        };
        let _ended_or_there = self
            .seen
            .wait_for(|bytes| nth(bytes).is_some())
            .await
            .map(drop);
        let bytes = self.seen.borrow();
        nth(&bytes)
    }

    /// Waits until a text is in it; `false` when the stream ends before.
    pub(super) async fn holds(&self, text: &str) -> bool {
        let holds = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains(text);
        self.seen.clone().wait_for(holds).await.is_ok()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.seen.borrow().clone()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.seen.borrow()).into_owned()
    }

    /// Reads on to the end.
    pub(super) async fn whole(&mut self) {
        let _ended = (&mut self.reader).await;
    }

    /// Stops reading and closes the stream.
    pub(super) async fn stop(self) {
        self.reader.abort();
        let _aborted = self.reader.await;
    }
}

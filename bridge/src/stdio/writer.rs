//! The one writer of standard output: whole lines, in the order they were handed over.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt as _, BufWriter};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::queue::{LineReceiver, LineSender, queue};
use crate::trace::{Sender, Trace};

const BUFFER: usize = 64 * 1024;

/// Owns the output. Ends by itself when the host has closed its side.
#[derive(Debug)]
pub(crate) struct Writer {
    task: JoinHandle<()>,
    finish: CancellationToken,
}

impl Writer {
    /// Starts writing what is handed over to the returned queue.
    pub(crate) fn start(
        output: impl AsyncWrite + Unpin + Send + 'static,
        trace: Trace,
    ) -> (Self, LineSender) {
        let (sender, lines) = queue();
        let finish = CancellationToken::new();
        let task = tokio::spawn(write_until(output, lines, trace, finish.clone()));
        (Self { task, finish }, sender)
    }

    /// Waits until the host has closed its side.
    pub(crate) async fn gone(&mut self) {
        // The task neither panics nor is aborted; either would leave nobody to write for.
        let _ended = (&mut self.task).await;
    }

    /// Writes what was handed over so far and stops, at the latest when the patience ends: the host may
    /// not be reading.
    pub(crate) async fn finish(mut self, patience: impl Future<Output = ()>) {
        self.finish.cancel();
        if self.task.is_finished() {
            return;
        }
        tokio::select! {
            biased;
            _written = &mut self.task => {}
            () = patience => self.task.abort(),
        }
    }
}

async fn write_until(
    output: impl AsyncWrite + Unpin,
    mut lines: LineReceiver,
    trace: Trace,
    finish: CancellationToken,
) {
    let mut output = BufWriter::with_capacity(BUFFER, output);
    let written = async {
        loop {
            let waiting = tokio::select! {
                biased;
                waiting = lines.recv() => waiting,
                () = finish.cancelled() => None,
            };
            let Some(waiting) = waiting else {
                return output.flush().await;
            };
            trace.note(Sender::Server, &waiting.line);
            output.write_all(&waiting.line).await?;
            output.write_all(b"\n").await?;
            if lines.is_empty() {
                output.flush().await?;
            }
        }
    };
    let written: io::Result<()> = written.await;
    match written {
        Ok(()) => {}
        Err(error) if is_closed(&error) => tracing::debug!(%error, "the host has closed its side"),
        Err(error) => tracing::warn!(%error, "standard output cannot be written, answers are lost"),
    }
}

/// Whether the other end is gone: of a pipe, or of the socket pair that Node.js gives its children.
fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset};
    matches!(error.kind(), BrokenPipe | ConnectionReset)
}

/// A message on one line: its raw line breaks, which JSON allows between tokens only, become spaces.
/// Everything else stays as it is.
pub(crate) fn one_line(message: &Bytes) -> Bytes {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    if !message.iter().any(is_break) {
        return message.clone();
    }
    let bytes = message.iter();
    bytes
        .map(|byte| if is_break(byte) { b' ' } else { *byte })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::future;

    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn lines_come_out_whole_and_in_order_and_the_last_ones_before_the_end() {
        let (mut host, output) = tokio::io::duplex(16);
        let (writer, lines) = Writer::start(output, Trace::off());
        let reading = tokio::spawn(async move {
            let mut text = String::new();
            host.read_to_string(&mut text).await.unwrap();
            text
        });
        for line in ["first, longer than the pipe", "second", "third"] {
            lines.send(Bytes::from(line)).await.unwrap();
        }
        writer.finish(future::pending()).await;
        assert_eq!(
            reading.await.unwrap(),
            "first, longer than the pipe\nsecond\nthird\n"
        );
    }

    #[tokio::test]
    async fn a_closed_output_ends_the_writer() {
        let (host, output) = tokio::io::duplex(16);
        let (mut writer, lines) = Writer::start(output, Trace::off());
        drop(host);
        lines.send(Bytes::from("nobody reads this")).await.unwrap();
        writer.gone().await;
        assert!(lines.send(Bytes::from("nor this")).await.is_err());
    }

    #[tokio::test]
    async fn a_host_that_does_not_read_cannot_hold_up_the_end() {
        let (_host, output) = tokio::io::duplex(4);
        let (writer, lines) = Writer::start(output, Trace::off());
        lines
            .send(Bytes::from("longer than the pipe"))
            .await
            .unwrap();
        writer.finish(future::ready(())).await;
    }

    #[test]
    fn only_raw_line_breaks_are_replaced() {
        let message = Bytes::from("{\r\n \"a\": \"\\n\u{2028}\"\n}");
        assert_eq!(one_line(&message), "{   \"a\": \"\\n\u{2028}\" }");
        let same = Bytes::from("{}");
        assert_eq!(one_line(&same).as_ptr(), same.as_ptr());
    }
}

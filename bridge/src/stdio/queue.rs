//! Lines on their way to the writer, bounded in number and in bytes; not how they are written.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// How many lines may wait; beyond that, reading from the server stops until the host catches up.
const LINES: usize = 64;
/// How many bytes they may have together: answers of several megabytes are usual, and 64 of them are not
/// little. A longer line waits alone.
const BYTES: u32 = 8 * 1024 * 1024;

/// Where lines are handed over. Clones lead to the same writer.
#[derive(Debug, Clone)]
pub(crate) struct LineSender {
    lines: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
}

/// Where they come out, in the order they were handed over.
#[derive(Debug)]
pub(crate) struct LineReceiver(mpsc::Receiver<Waiting>);

/// A line, which takes up room until it is dropped.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) line: Bytes,
    _room: OwnedSemaphorePermit,
}

/// Nobody writes any more.
#[derive(Debug)]
pub(crate) struct Closed;

/// A queue, empty.
pub(crate) fn queue() -> (LineSender, LineReceiver) {
    let (lines, receiver) = mpsc::channel(LINES);
    let room = Arc::new(Semaphore::new(BYTES as usize));
    (LineSender { lines, room }, LineReceiver(receiver))
}

impl LineSender {
    /// Hands a line over, as soon as there is room for it. Lines that wait for room are let in as they came.
    pub(crate) async fn send(&self, line: Bytes) -> Result<(), Closed> {
        let needed = u32::try_from(line.len()).map_or(BYTES, |length| length.min(BYTES));
        let room = Arc::clone(&self.room).acquire_many_owned(needed).await;
        let room = room.map_err(|_| Closed)?;
        let waiting = Waiting { line, _room: room };
        self.lines.send(waiting).await.map_err(|_| Closed)
    }
}

impl LineReceiver {
    /// The next line; `None` when nobody can hand over another one.
    pub(crate) async fn recv(&mut self) -> Option<Waiting> {
        self.0.recv().await
    }

    /// Whether no line waits now.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next line, if one waits.
    #[cfg(test)]
    pub(crate) fn try_recv(&mut self) -> Option<Bytes> {
        self.0.try_recv().ok().map(|waiting| waiting.line)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    const ROOM: usize = BYTES as usize;

    fn line(length: usize) -> Bytes {
        Bytes::from(vec![b'x'; length])
    }

    /// Whether it was taken at once.
    fn takes(sender: &LineSender, length: usize) -> bool {
        sender.send(line(length)).now_or_never().is_some()
    }

    #[test]
    fn no_more_wait_than_there_is_room_for_by_number_and_by_bytes() {
        let (sender, mut lines) = queue();
        assert!((0..LINES).all(|_| takes(&sender, 10)));
        assert!(!takes(&sender, 10));
        while lines.try_recv().is_some() {}
        assert!(lines.is_empty() && takes(&sender, ROOM - 10));
        assert!(takes(&sender, 10) && !takes(&sender, 1));
    }

    #[tokio::test]
    async fn a_line_longer_than_all_room_waits_alone_and_its_room_comes_back_when_it_is_written() {
        let (sender, mut lines) = queue();
        assert!(takes(&sender, 3 * ROOM) && !takes(&sender, 1));
        let written = lines.recv().await.unwrap();
        assert_eq!(written.line.len(), 3 * ROOM);
        assert!(!takes(&sender, 1), "it is being written");
        drop(written);
        assert!(takes(&sender, 1));
    }

    #[tokio::test]
    async fn who_waits_for_room_is_told_when_nobody_writes_any_more() {
        let (sender, lines) = queue();
        assert!(takes(&sender, ROOM));
        let (sent, ()) = tokio::join!(sender.send(line(1)), async { drop(lines) });
        assert!(sent.is_err());
    }
}

//! Log lines on their way to stderr through a bounded queue: a stderr that nobody reads costs log
//! lines, never the program's time.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How many lines may wait; what comes beyond them while nobody reads is lost.
const LINES: usize = 4096;

/// How long the end of a program may wait for its last lines to be read.
const FAREWELL: Duration = Duration::from_millis(200);

enum Entry {
    Line(Box<[u8]>),
    /// Everything before this has been written.
    Mark(SyncSender<()>),
}

/// Writes lines into the queue.
#[derive(Clone)]
pub(super) struct Queue(SyncSender<Entry>);

/// The running log. Waits, within a bound, for the last lines when it is dropped, so keep it until the
/// program ends.
#[must_use]
pub struct Logging(Queue);

impl Queue {
    /// Starts the thread that writes to `sink`.
    pub(super) fn to(sink: impl Write + Send + 'static) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(LINES);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_all(&receiver, sink))?;
        Ok(Self(sender))
    }

    pub(super) fn logging(&self) -> Logging {
        Logging(self.clone())
    }
}

fn write_all(entries: &Receiver<Entry>, mut sink: impl Write) {
    for entry in entries {
        match entry {
            // A closed stderr must cost log lines, not the program.
            Entry::Line(line) => drop(sink.write_all(&line)),
            Entry::Mark(reached) => drop(reached.try_send(())),
        }
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        let (reached, wait) = sync_channel(1);
        let Queue(queue) = &self.0;
        // A full queue has no reader, so there is nothing to wait for.
        if queue.try_send(Entry::Mark(reached)).is_ok() {
            let _late = wait.recv_timeout(FAREWELL);
        }
    }
}

impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let _lost = self.0.try_send(Entry::Line(line.into()));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Queue {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_end_waits_for_the_last_line() {
        let sink = Sink::default();
        let mut queue = Queue::to(sink.clone()).unwrap();
        let logging = queue.logging();
        for line in ["one\n", "two\n"] {
            queue.write_all(line.as_bytes()).unwrap();
        }
        drop(logging);
        assert_eq!(*sink.0.lock().unwrap(), b"one\ntwo\n");
    }

    #[test]
    fn a_sink_that_nobody_empties_blocks_neither_the_writer_nor_the_end() {
        let sink = Sink::default();
        let held = Arc::clone(&sink.0);
        let full = held.lock().unwrap();
        let mut queue = Queue::to(sink.clone()).unwrap();
        let logging = queue.logging();
        for _ in 0..2 * LINES {
            queue.write_all(b"line\n").unwrap();
        }
        drop(logging);
        assert!(full.is_empty());
    }
}

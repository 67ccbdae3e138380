//! What has been told on one stream of a session, so that a reader who lost it can go on where it was.

use std::collections::VecDeque;

use bytes::{BufMut as _, Bytes, BytesMut};
use shared::sse::encode_event;
use tokio::sync::mpsc;

/// How many bytes of events are kept for a reader that comes back.
const KEPT_BYTES: usize = 1 << 20;

/// How many events may wait for a slow reader; it is cut off then and may come back.
const QUEUE: usize = 64;

/// How long a client should wait before it comes back, in milliseconds.
const RETRY_MS: u32 = 1000;

/// Names one event of one stream: `Last-Event-ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EventId {
    pub(super) stream: u64,
    event: u64,
}

/// One stream.
#[derive(Debug)]
pub(super) struct Log {
    stream: u64,
    /// The newest events, each encoded; the last one has the id `told`.
    events: VecDeque<Bytes>,
    bytes: usize,
    told: u64,
    reader: Option<mpsc::Sender<Bytes>>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Going,
    /// Nothing more will be told.
    Ended,
}

/// Events that a reader has missed, and those to come.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) missed: Vec<Bytes>,
    pub(super) coming: mpsc::Receiver<Bytes>,
}

impl EventId {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (stream, event) = text.split_once('-')?;
        Some(Self {
            stream: stream.parse().ok()?,
            event: event.parse().ok()?,
        })
    }

    fn line(self) -> String {
        format!("id: {}-{}\n", self.stream, self.event)
    }
}

impl Log {
    pub(super) fn new(stream: u64) -> Self {
        Self {
            stream,
            events: VecDeque::new(),
            bytes: 0,
            told: 0,
            reader: None,
            state: State::Going,
        }
    }

    /// An event without content that tells a new reader where it is (revision 2025-11-25).
    pub(super) fn priming_event(&self) -> Bytes {
        let id = self.id_of(self.told).line();
        Bytes::from(format!("{id}retry: {RETRY_MS}\ndata: \n\n"))
    }

    /// Tells a message. A reader that is too slow is cut off.
    pub(super) fn tell(&mut self, message: &str) {
        self.told += 1;
        let event = encode_event("message", message);
        let id = self.id_of(self.told).line();
        let mut bytes = BytesMut::with_capacity(id.len() + event.len());
        bytes.put_slice(id.as_bytes());
        bytes.put_slice(&event);
        let event = bytes.freeze();
        let reader = self.reader.take();
        self.reader = reader.filter(|reader| reader.try_send(event.clone()).is_ok());
        self.bytes += event.len();
        self.events.push_back(event);
        // The newest event stays however large it is: it may be the answer.
        while self.bytes > KEPT_BYTES && self.events.len() > 1 {
            self.bytes -= self.events.pop_front().map_or(0, |event| event.len());
        }
    }

    /// Lets go of the reader, who sees the end after what is queued and may come back.
    pub(super) fn release(&mut self) {
        self.reader = None;
    }

    /// Nothing more will be told; the reader sees the end after what is queued.
    pub(super) fn end(&mut self) {
        self.state = State::Ended;
        self.reader = None;
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// Reads on from now. An earlier reader's stream ends.
    pub(super) fn read(&mut self) -> Reading {
        self.read_after(self.told)
    }

    /// Reads on after an event; `None` when that event was never told here.
    pub(super) fn resume(&mut self, after: EventId) -> Option<Reading> {
        (after.event <= self.told).then(|| self.read_after(after.event))
    }

    fn read_after(&mut self, event: u64) -> Reading {
        let missed = usize::try_from(self.told - event).unwrap_or(usize::MAX);
        let known = self.events.len().saturating_sub(missed);
        let missed = self.events.iter().skip(known).cloned().collect();
        let (reader, coming) = mpsc::channel(QUEUE);
        self.reader = (self.state == State::Going).then_some(reader);
        Reading { missed, coming }
    }

    fn id_of(&self, event: u64) -> EventId {
        EventId {
            stream: self.stream,
            event,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(log: &mut Log, after: &str) -> Vec<Bytes> {
        let mut reading = log.resume(EventId::parse(after).unwrap()).unwrap();
        let mut events = reading.missed;
        while let Ok(event) = reading.coming.try_recv() {
            events.push(event);
        }
        events
    }

    #[test]
    fn a_reader_that_comes_back_gets_what_it_missed_and_nothing_twice() {
        let mut log = Log::new(3);
        let mut reading = log.read();
        assert_eq!(log.priming_event(), "id: 3-0\nretry: 1000\ndata: \n\n");
        log.tell("{}");
        let first = "id: 3-1\nevent: message\ndata: {}\n\n";
        assert_eq!(reading.coming.try_recv().unwrap(), first);
        drop(reading);
        log.tell("[]");
        log.end();
        let second = "id: 3-2\nevent: message\ndata: []\n\n";
        assert_eq!(told(&mut log, "3-0"), [first, second]);
        assert_eq!(told(&mut log, "3-1"), [second]);
        assert!(told(&mut log, "3-2").is_empty());
        assert!(log.resume(EventId::parse("3-3").unwrap()).is_none());
    }

    #[test]
    fn only_so_much_is_kept_but_always_the_newest() {
        let mut log = Log::new(1);
        let large = "x".repeat(KEPT_BYTES / 2);
        for _ in 0..3 {
            log.tell(&large);
        }
        assert_eq!(told(&mut log, "1-0").len(), 1);
        log.tell(&"x".repeat(KEPT_BYTES * 2));
        assert_eq!(told(&mut log, "1-0").len(), 1);
    }

    #[test]
    fn a_reader_that_does_not_read_is_cut_off() {
        let mut log = Log::new(1);
        let mut reading = log.read();
        for _ in 0..=QUEUE {
            log.tell("{}");
        }
        let mut read = 0;
        while reading.coming.blocking_recv().is_some() {
            read += 1;
        }
        assert_eq!(read, QUEUE);
    }
}

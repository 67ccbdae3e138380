//! One session: its conversation and its streams.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use shared::protocol::Revision;

use super::super::answer::Resumption;
use super::log::{EventId, Log, Reading};
use crate::conversation::Conversation;

/// The stream that a client opens by itself, for what belongs to no request.
const STANDING: u64 = 0;

/// How many streams that have ended can still be resumed.
const KEPT_STREAMS: usize = 8;

/// One session.
pub(in super::super) struct Session {
    pub(in super::super) conversation: Arc<Conversation>,
    revision: Revision,
    streams: Mutex<BTreeMap<u64, Log>>,
}

impl Session {
    pub(super) fn new(revision: Revision) -> Self {
        let standing = (STANDING, Log::new(STANDING));
        Self {
            conversation: Arc::new(Conversation::new()),
            revision,
            streams: Mutex::new(BTreeMap::from([standing])),
        }
    }

    /// Opens a stream for the answer to one request; gives its number and what the client reads.
    pub(super) fn open_stream(self: &Arc<Self>) -> (u64, impl Stream<Item = Bytes> + Send + use<>) {
        let mut streams = self.lock();
        let number = streams.last_key_value().map_or(STANDING, |(last, _)| *last) + 1;
        let ended: Vec<_> = streams
            .iter()
            .filter(|(_, log)| log.has_ended())
            .map(|(number, _)| *number)
            .collect();
        for number in ended.iter().rev().skip(KEPT_STREAMS) {
            streams.remove(number);
        }
        let log = streams.entry(number).or_insert_with(|| Log::new(number));
        let priming = self.priming(log);
        let reading = log.read();
        (number, self.events(priming, reading))
    }

    /// Reads the stream for what belongs to no request, from now on.
    pub(super) fn standing_stream(self: &Arc<Self>) -> impl Stream<Item = Bytes> + Send + use<> {
        let mut streams = self.lock();
        let log = streams
            .entry(STANDING)
            .or_insert_with(|| Log::new(STANDING));
        let priming = self.priming(log);
        let reading = log.read();
        self.events(priming, reading)
    }

    /// Reads a stream on after an event; `None` when there is no such event.
    pub(super) fn resume(
        self: &Arc<Self>,
        after: EventId,
    ) -> Option<impl Stream<Item = Bytes> + Send + use<>> {
        let reading = self.lock().get_mut(&after.stream)?.resume(after)?;
        Some(self.events(None, reading))
    }

    /// Tells a message on the stream for what belongs to no request.
    pub(super) fn tell_standing(&self, message: &str) {
        self.tell(STANDING, message);
    }

    pub(super) fn tell(&self, stream: u64, message: &str) {
        if let Some(log) = self.lock().get_mut(&stream) {
            log.tell(message);
        }
    }

    /// Lets go of a stream's reader, who may come back.
    pub(super) fn release(&self, stream: u64) {
        if let Some(log) = self.lock().get_mut(&stream) {
            log.release();
        }
    }

    pub(super) fn end_stream(&self, stream: u64) {
        if let Some(log) = self.lock().get_mut(&stream) {
            log.end();
        }
    }

    /// Ends the session: its open questions have no answer and its streams end.
    pub(super) fn end(&self) {
        self.conversation.end();
        self.lock().values_mut().for_each(Log::end);
    }

    /// Whether its client can come back before anything was told: only by a priming event, which
    /// clients of earlier revisions may take for a broken message.
    pub(in super::super) fn resumption(&self) -> Resumption {
        if self.revision >= Revision::V2025_11_25 {
            Resumption::Possible
        } else {
            Resumption::Impossible
        }
    }

    fn priming(&self, log: &Log) -> Option<Bytes> {
        (self.resumption() == Resumption::Possible).then(|| log.priming_event())
    }

    fn events(
        self: &Arc<Self>,
        priming: Option<Bytes>,
        reading: Reading,
    ) -> impl Stream<Item = Bytes> + Send + use<> {
        // Whoever reads holds the session, which is in use as long as that lasts.
        let coming = stream::unfold(
            (reading.coming, Arc::clone(self)),
            |(mut coming, session)| async move {
                let event = coming.recv().await?;
                Some((event, (coming, session)))
            },
        );
        stream::iter(priming.into_iter().chain(reading.missed)).chain(coming)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Log>> {
        // No code panics while holding it, and each log is valid at any point.
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

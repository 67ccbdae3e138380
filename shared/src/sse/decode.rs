//! From a stream of bytes to a stream of events; not where the bytes come from.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use eventsource_stream::{EventStream, EventStreamError};
use futures::{Stream, StreamExt, stream};

use super::guard::{Guard, Guarded};

/// One event, its fields read by the rules of the HTML standard (server-sent events).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The `event` field; `message` when there was none.
    pub kind: String,
    /// The `data` lines, joined by line feeds. Empty when the event only carries an id or a delay:
    /// there is nothing to deliver then.
    pub data: String,
    /// The last event id of the stream after this event; empty when there is none.
    pub last_event_id: String,
    /// The `retry` field of this event.
    pub retry: Option<Duration>,
}

/// Why an event, or the rest of a stream, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError<E> {
    /// One event was not UTF-8; later ones may still come.
    #[error("an event of the stream is not UTF-8")]
    NotUtf8 {
        /// Its lines as they came, each ended by a line feed, for whoever can guess what it was.
        event: Bytes,
    },
    /// One event was larger than the limit; later ones may still come.
    #[error("an event of the stream is larger than {max_event_bytes} bytes")]
    TooLarge {
        /// The limit, in bytes.
        max_event_bytes: usize,
    },
    /// The connection failed.
    #[error("the event stream broke off")]
    Transport(#[source] E),
}

/// Decodes an event stream. Takes chunks cut anywhere; costs time linear in their size and memory
/// bounded by `max_event_bytes` plus one chunk.
///
/// Ends when the input ends or after its first transport error. An event that is not followed by a
/// blank line when the input ends is discarded (WHATWG HTML, section 9.2.6).
pub fn decode<S, E>(
    bytes: S,
    max_event_bytes: usize,
) -> impl Stream<Item = Result<Event, DecodeError<E>>>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    // The library looks for a byte order mark in the first text it gets and panics when it finds
    // one; the guard has dealt with it, so a comment goes first.
    let first = stream::iter([Ok(Bytes::from_static(b":\n"))]);
    let lines = first.chain(guarded_lines(bytes, max_event_bytes));
    EventStream::new(lines).map(|event| match event {
        Ok(event) => Ok(Event {
            kind: event.event,
            data: event.data,
            last_event_id: event.id,
            retry: event.retry,
        }),
        Err(EventStreamError::Transport(error)) => Err(error),
        // Not reached behind the guard, which passes on whole valid lines only.
        Err(EventStreamError::Utf8(_) | EventStreamError::Parser(_)) => Err(DecodeError::NotUtf8 {
            event: Bytes::new(),
        }),
    })
}

/// The guard as a stream of lines. State `None` means that the input has ended.
fn guarded_lines<S, E>(
    bytes: S,
    max_event_bytes: usize,
) -> impl Stream<Item = Result<Bytes, DecodeError<E>>>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let state = Some((Box::pin(bytes), Guard::new(max_event_bytes)));
    stream::unfold(state, move |state| async move {
        let (mut bytes, mut guard) = state?;
        loop {
            match guard.pop() {
                Some(Guarded::Line(line)) => return Some((Ok(line), Some((bytes, guard)))),
                Some(Guarded::NotUtf8(event)) => {
                    let error = DecodeError::NotUtf8 { event };
                    return Some((Err(error), Some((bytes, guard))));
                }
                Some(Guarded::TooLarge) => {
                    let error = DecodeError::TooLarge { max_event_bytes };
                    return Some((Err(error), Some((bytes, guard))));
                }
                None => match bytes.next().await? {
                    Ok(chunk) => guard.push(&chunk),
                    Err(error) => return Some((Err(DecodeError::Transport(error)), None)),
                },
            }
        }
    })
}

/// Decodes bytes that are all there; for tests, fuzzing and recorded streams.
#[doc(hidden)]
pub fn decode_all(chunks: Vec<Bytes>, max_event_bytes: usize) -> Vec<Option<Event>> {
    let bytes = stream::iter(chunks.into_iter().map(Ok::<_, Infallible>));
    futures::executor::block_on(decode(bytes, max_event_bytes).map(Result::ok).collect())
}

#[cfg(test)]
mod tests;

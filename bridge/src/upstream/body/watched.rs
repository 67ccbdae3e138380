//! A body as events, and how long it has been silent; not what the events say.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use reqwest::Response;
use shared::sse::{DecodeError, Event, decode};
use tokio::time::{Instant, timeout_at};

use super::garbled;

/// What an event stream can fail with.
type Lost = DecodeError<reqwest::Error>;

/// The events of a response, and when its last byte came: a comment is a sign of life, too.
pub(in crate::upstream) struct Watched {
    events: Pin<Box<dyn Stream<Item = Result<Event, Lost>> + Send>>,
    opened: Instant,
    heard: Arc<Mutex<Option<Instant>>>,
}

/// What an event stream brings next.
pub(in crate::upstream) enum Next {
    Event(Event),
    /// An event was lost, or the connection.
    Broken(Lost),
    End,
    /// Not one byte for too long.
    Silence,
}

/// Says what was lost: one event, which nobody will send again, or only the connection, which proxies
/// end as they like.
pub(in crate::upstream) fn tell_of(error: &Lost) {
    match error {
        DecodeError::Transport(_) => tracing::debug!(%error, "the connection was cut off"),
        DecodeError::NotUtf8 { .. } | DecodeError::TooLarge { .. } => {
            tracing::warn!(%error, "an event was lost");
        }
    }
}

impl Watched {
    /// Decodes a response as an event stream.
    pub(in crate::upstream) fn new(response: Response, max_event_bytes: usize) -> Self {
        let heard = Arc::new(Mutex::new(None));
        let hearing = Arc::clone(&heard);
        let bytes = response.bytes_stream().inspect(move |chunk| {
            if chunk.is_ok() {
                *hearing.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            }
        });
        Self {
            events: Box::pin(decode(bytes, max_event_bytes)),
            opened: Instant::now(),
            heard,
        }
    }

    /// Waits for what comes next, or until no byte has come for so long; zero waits for ever.
    pub(in crate::upstream) async fn next(&mut self, quiet: Duration) -> Next {
        loop {
            let last = self.heard().unwrap_or(self.opened);
            let limit = last.checked_add(quiet).filter(|_| !quiet.is_zero());
            let event = match limit {
                None => Ok(self.events.next().await),
                Some(limit) => timeout_at(limit, self.events.next()).await,
            };
            return match event {
                Ok(Some(Ok(event))) => Next::Event(event),
                Ok(Some(Err(error))) => match garbled::answer(&error) {
                    Some(answer) => Next::Event(answer),
                    None => Next::Broken(error),
                },
                Ok(None) => Next::End,
                Err(_) if self.heard().unwrap_or(self.opened) > last => continue,
                Err(_) => Next::Silence,
            };
        }
    }

    /// Whether anything came at all.
    pub(in crate::upstream) fn has_spoken(&self) -> bool {
        self.heard().is_some()
    }

    /// The silence begins anew: something else has shown that the server is there.
    pub(in crate::upstream) fn forgive(&mut self) {
        self.opened = Instant::now();
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.opened);
    }

    fn heard(&self) -> Option<Instant> {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use tokio::time::sleep;

    use super::*;

    const QUIET: Duration = Duration::from_secs(60);

    /// A body of these parts, each of which comes just before it has been quiet for too long; then
    /// nothing comes and it does not end.
    fn watched(parts: Vec<&'static str>) -> Watched {
        let parts = stream::iter(parts).then(|part| async move {
            sleep(QUIET - Duration::from_secs(1)).await;
            Ok::<_, std::io::Error>(part)
        });
        let body = reqwest::Body::wrap_stream(parts.chain(stream::pending()));
        Watched::new(http::Response::new(body).into(), 1024)
    }

    #[tokio::test(start_paused = true)]
    async fn any_byte_is_a_sign_of_life() {
        for byte in [":\n", "x"] {
            let mut parts = vec![byte; 9];
            parts.push("\ndata: 1\n\n");
            let mut stream = watched(parts);
            let next = stream.next(QUIET).await;
            assert!(
                matches!(next, Next::Event(event) if event.data == "1"),
                "{byte:?}"
            );
            assert!(matches!(stream.next(QUIET).await, Next::Silence));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_counted_from_the_last_byte_or_the_beginning() {
        for (parts, silent_after) in [
            (vec![], QUIET),
            (vec![":\n"], QUIET * 2 - Duration::from_secs(1)),
        ] {
            let (mut stream, opened) = (watched(parts.clone()), Instant::now());
            assert!(matches!(stream.next(QUIET).await, Next::Silence));
            assert_eq!(opened.elapsed(), silent_after);
            assert_eq!(stream.has_spoken(), !parts.is_empty());
            stream.forgive();
            assert!(matches!(stream.next(QUIET).await, Next::Silence));
            assert_eq!(opened.elapsed(), silent_after + QUIET);
        }
    }
}

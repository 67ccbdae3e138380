//! An event stream that outlives its connection: read, and taken up after the last event seen;
//! whether one wants that is for others to say.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use reqwest::Response;
use shared::protocol::{LAST_EVENT_ID_HEADER, SESSION_ID_HEADER};
use shared::sse::Event;
use tokio::time::{Instant, sleep};

use crate::reply::{Failure, Unusable};
use crate::upstream::body::{ContentKind, Next, Watched, tell_of};
use crate::upstream::wire::{Reply, Wire};

use super::Streamable;

/// How many ids of delivered events are kept. A server replays what came after the one it is told,
/// so this is more than enough unless it replays everything.
const SEEN_IDS: usize = 4096;
/// How often a stream is taken up in a row without a single byte on it. A server may make a client
/// poll, but not for ever.
const MAX_FRUITLESS: u32 = 20;

/// What is known of a stream across its connections.
pub(in crate::upstream) struct Resumable {
    last_id: Option<HeaderValue>,
    seen: Seen,
    retry: Option<Duration>,
    fruitless: u32,
    is_other_transport: bool,
    default_pause: Duration,
    longest_pause: Duration,
}

/// What came of taking a stream up.
pub(in crate::upstream) enum Resumed {
    Stream(Response),
    /// Nothing to take it up after, or the server does not do it.
    NotPossible,
    /// The server has forgotten this session.
    UnknownSession(HeaderValue),
}

impl Resumable {
    pub(in crate::upstream) fn new(wire: &Wire) -> Self {
        let timing = wire.timing();
        Self {
            last_id: None,
            seen: Seen::default(),
            retry: None,
            fruitless: 0,
            is_other_transport: false,
            default_pause: timing.resume_pause,
            longest_pause: timing.longest_retry,
        }
    }

    /// How long the server wants to be left alone.
    pub(in crate::upstream) fn pause(&self) -> Duration {
        let pause = self.retry.unwrap_or(self.default_pause);
        pause.min(self.longest_pause)
    }

    /// Whether it turned out to be a 2024-11-05 stream, the start of a session that nobody wants.
    pub(in crate::upstream) fn is_other_transport(&self) -> bool {
        self.is_other_transport
    }

    /// What is needed to take it up is forgotten; another stream begins.
    pub(in crate::upstream) fn forget(&mut self) {
        self.last_id = None;
        self.fruitless = 0;
    }

    /// The header that says where to take it up.
    pub(in crate::upstream) fn last_id(&self) -> Option<HeaderValue> {
        self.last_id.clone()
    }

    /// Reads a connection to its end, or until it is no longer trusted, and passes on what is new;
    /// returns how it ended.
    pub(in crate::upstream) async fn read(
        &mut self,
        streamable: &Streamable,
        response: Response,
        idle: Duration,
        distrusted: impl Future<Output = ()>,
    ) -> Unusable {
        let wire = streamable.wire();
        let mut stream = Watched::new(response, wire.max_message_bytes());
        let mut detail = "the event stream ended".to_owned();
        let mut previous = String::new();
        self.fruitless += 1;
        tokio::pin!(distrusted);
        loop {
            let next = tokio::select! {
                () = &mut distrusted => Next::End,
                next = stream.next(idle) => next,
            };
            match next {
                Next::Event(event) if event.kind == "endpoint" => {
                    self.is_other_transport = true;
                    break;
                }
                Next::Event(event) => {
                    if self.is_new(&event, &mut previous) {
                        pass_on(streamable, event).await;
                    }
                }
                Next::Broken(error) => {
                    tell_of(&error);
                    detail = error.to_string();
                }
                Next::End => break,
                Next::Silence if streamable.is_alive().await => stream.forgive(),
                Next::Silence => return Unusable::Silent { idle },
            }
        }
        if stream.has_spoken() {
            self.fruitless = 0;
        }
        Unusable::CutShort { detail }
    }

    /// Notes the id before the event is passed on, and whether it was passed on before. `previous` is
    /// the id of the event before on the same connection: an event without one inherits it.
    fn is_new(&mut self, event: &Event, previous: &mut String) -> bool {
        self.retry = event.retry.or(self.retry);
        let id = &event.last_event_id;
        if id == previous {
            return true;
        }
        previous.clone_from(id);
        // An empty id takes the possibility back (WHATWG HTML, section 9.2.6).
        self.last_id = match HeaderValue::from_bytes(id.as_bytes()) {
            Ok(value) if !id.is_empty() => Some(value),
            _ => None,
        };
        let is_new = id.is_empty() || self.seen.insert(id);
        if !is_new {
            tracing::debug!("dropped an event that was delivered before");
        }
        is_new
    }

    /// Takes the stream up after the time the server wants (2025-11-25, "Resumability and
    /// Redelivery").
    pub(super) async fn resume(&self, streamable: &Streamable) -> Resumed {
        let Some(last_id) = self.last_id.clone() else {
            return Resumed::NotPossible;
        };
        if self.fruitless >= MAX_FRUITLESS {
            tracing::warn!("the server takes the stream up again and again and says nothing");
            return Resumed::NotPossible;
        }
        sleep(self.pause()).await;
        let send_by = Instant::now() + streamable.wire.timing().connect_wait;
        reopen(streamable, Some(last_id), send_by)
            .await
            .unwrap_or(Resumed::NotPossible)
    }
}

/// Opens a stream, after the last event if one is named.
pub(in crate::upstream) async fn reopen(
    streamable: &Streamable,
    last_id: Option<HeaderValue>,
    send_by: Instant,
) -> Result<Resumed, Failure> {
    let mut headers = streamable.host.session().headers();
    let session_id = headers.get(SESSION_ID_HEADER).cloned();
    if let Some(last_id) = last_id {
        headers.insert(LAST_EVENT_ID_HEADER, last_id);
    }
    let reply = streamable
        .wire
        .open_stream(&streamable.url, headers, send_by)
        .await?;
    Ok(match (reply, session_id) {
        (Reply::Accepted(response), _)
            if ContentKind::of(response.headers()) == ContentKind::EventStream =>
        {
            Resumed::Stream(response)
        }
        (Reply::Refused(refusal), Some(session_id)) if refusal.status == StatusCode::NOT_FOUND => {
            Resumed::UnknownSession(session_id)
        }
        (Reply::Refused(refusal), _) if refusal.is_put_off() => {
            return Err(Failure::Refused(refusal.into()));
        }
        _ => Resumed::NotPossible,
    })
}

async fn pass_on(streamable: &Streamable, event: Event) {
    match event.kind.as_str() {
        // An event without data only carries an id, to resume after (2025-11-25).
        "message" if event.data.is_empty() => {}
        "message" => streamable.host.deliver(&Bytes::from(event.data)).await,
        kind => tracing::debug!(kind, "ignored an event"),
    }
}

/// The ids of the last events.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl Seen {
    /// `false` if it was there.
    fn insert(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > SEEN_IDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

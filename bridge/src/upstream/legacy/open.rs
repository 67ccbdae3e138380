//! Opening the event stream: its first event, and the endpoint that it names.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::reply::Failure;
use crate::settings::Elsewhere;
use crate::upstream::body::{ContentKind, Next, Watched};
use crate::upstream::wire::{Reply, Wire};

/// A stream that has named its endpoint.
pub(crate) struct OpenStream {
    /// Where it was opened.
    pub(super) url: Url,
    /// Where messages go. Holds the session's id, so it is never shown.
    pub(super) endpoint: Url,
    pub(super) events: Watched,
}

/// Why there is no such stream.
#[derive(Debug)]
pub(crate) enum NotOpen {
    /// This address does not offer the transport.
    NoStream(String),
    /// It may offer it, and something is wrong.
    Failed(Failure),
}

impl NotOpen {
    /// What it means where there was such a stream before.
    pub(crate) fn into_failure(self) -> Failure {
        match self {
            Self::NoStream(detail) => Failure::SessionLost { detail },
            Self::Failed(failure) => failure,
        }
    }
}

/// Opens the stream and waits for its first event, which names the endpoint.
pub(crate) async fn open(wire: &Wire, url: &Url, send_by: Instant) -> Result<OpenStream, NotOpen> {
    let reply = wire
        .open_stream(url, HeaderMap::new(), send_by)
        .await
        .map_err(NotOpen::Failed)?;
    let response = match reply {
        Reply::Accepted(response) => response,
        Reply::Refused(refusal) if refusal.is_no_endpoint() => {
            return Err(NotOpen::NoStream(refusal.status.to_string()));
        }
        Reply::Refused(refusal) => return Err(NotOpen::Failed(Failure::Refused(refusal.into()))),
    };
    if ContentKind::of(response.headers()) != ContentKind::EventStream {
        return Err(NotOpen::NoStream("not an event stream".to_owned()));
    }
    let stream_url = response.url().clone();
    let mut events = Watched::new(response, wire.max_message_bytes());
    let first = events.next(Duration::ZERO);
    let endpoint = match timeout(wire.timing().handshake, first).await {
        Ok(Next::Event(event)) if event.kind == "endpoint" => event.data,
        Ok(_) => {
            let why = "an event stream that does not begin with an endpoint event";
            return Err(NotOpen::NoStream(why.to_owned()));
        }
        Err(_) => {
            let why = "an event stream without an endpoint event in time";
            return Err(NotOpen::NoStream(why.to_owned()));
        }
    };
    Ok(OpenStream {
        endpoint: wire
            .target()
            .resolve(&stream_url, &endpoint)
            .map_err(foreign)?,
        url: url.clone(),
        events,
    })
}

/// The credentials must not go to another origin.
fn foreign(elsewhere: Elsewhere) -> NotOpen {
    NotOpen::Failed(Failure::ForeignEndpoint {
        endpoint: elsewhere.to_string(),
    })
}

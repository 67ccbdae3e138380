//! The standing stream of Streamable HTTP: what the server has to say unasked.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use reqwest::Response;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::host::Host;
use crate::reply::Failure;

use super::body::{ContentKind, events};
use super::wire::{Reply, Wire};

/// How long a server is left alone between two streams, unless it names a time.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Why a stream is over.
enum Over {
    /// It ended; another one may be opened after a pause.
    Ended(Option<Duration>),
    /// The server offers none: 405, any other error, or not this kind of stream.
    NotOffered,
}

/// Keeps a stream open as long as the server offers one.
pub(super) async fn listen(wire: Arc<Wire>, url: Url, host: Host) {
    let mut pause = PAUSE;
    loop {
        let session = host.session().headers();
        match wire.open_stream(&url, session, Instant::now()).await {
            Ok(Reply::Accepted(response)) => match read(&wire, &host, response).await {
                Over::Ended(retry) => pause = retry.unwrap_or(PAUSE).min(LONGEST_PAUSE),
                Over::NotOffered => return,
            },
            Ok(Reply::Refused(refusal)) => {
                tracing::debug!(status = %refusal.status, "the server offers no standing stream");
                return;
            }
            // The server may be restarting.
            Err(Failure::Unreachable { .. } | Failure::Interrupted { .. }) => {
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(_) => return,
        }
        sleep(pause).await;
    }
}

async fn read(wire: &Wire, host: &Host, response: Response) -> Over {
    if ContentKind::of(response.headers()) != ContentKind::EventStream {
        return Over::NotOffered;
    }
    let mut retry = None;
    let mut events = events(response, wire.max_message_bytes());
    while let Some(event) = events.next().await {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                tracing::debug!(%error, "an event of the standing stream was lost");
                continue;
            }
        };
        retry = event.retry.or(retry);
        match event.kind.as_str() {
            "message" if !event.data.is_empty() => host.deliver(&Bytes::from(event.data)).await,
            // The address also serves the 2024-11-05 transport, and this is the start of a session
            // that nobody wants.
            "endpoint" => return Over::NotOffered,
            _ => {}
        }
    }
    Over::Ended(retry)
}

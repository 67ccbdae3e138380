//! Finds out which transport the server speaks, with nothing but the host's own message.

use bytes::Bytes;
use tokio::time::Instant;
use url::Url;

use crate::reply::Failure;
use crate::settings::{Transport, shown};

use super::Upstream;
use super::body::ContentKind;
use super::legacy::{self, NotOpen, OpenStream};
use super::wire::Reply;

/// The transport that fits.
pub(super) enum Found {
    /// Messages are taken by POST at this address, and this is the reply to the first one.
    Streamable { url: Url, reply: Reply },
    /// A 2024-11-05 stream is open; the message is still to be sent.
    Legacy(OpenStream),
}

/// Tries one address after the other. An address that is not an MCP endpoint leads to the next; a
/// server that cannot be reached, refuses the credential or is out of order leads to an error and to
/// no verdict.
pub(super) async fn detect(
    upstream: &Upstream,
    message: &Bytes,
    send_by: Instant,
) -> Result<Found, Failure> {
    let Upstream {
        wire,
        host,
        transport,
        ..
    } = upstream;
    // No session can be there before its first message; what else goes with it is its own.
    let headers = host.modern().headers(message).unwrap_or_default();
    let mut attempts = Vec::new();
    let candidates = wire.target().candidates();
    if *transport != Transport::Sse {
        for url in candidates {
            let reply = wire
                .post(url, headers.clone(), message.clone(), send_by)
                .await?;
            match why_no_endpoint(&reply) {
                None => return Ok(streamable(url, reply)),
                Some(why) => attempts.push(format!("POST {}: {why}", shown(url))),
            }
        }
    }
    if *transport != Transport::Http {
        for url in streams_first(candidates) {
            match legacy::open(wire, url, send_by).await {
                Ok(stream) => return Ok(Found::Legacy(stream)),
                Err(NotOpen::NoStream(why)) => attempts.push(format!("GET {}: {why}", shown(url))),
                Err(NotOpen::Failed(failure)) => return Err(failure),
            }
        }
    }
    Err(Failure::NoTransport { attempts })
}

/// After a redirect the server's own address is kept.
fn streamable(url: &Url, reply: Reply) -> Found {
    let url = match &reply {
        Reply::Accepted(response) => response.url().clone(),
        Reply::Refused(_) => url.clone(),
    };
    Found::Streamable { url, reply }
}

fn why_no_endpoint(reply: &Reply) -> Option<String> {
    match reply {
        Reply::Refused(refusal) if refusal.is_no_endpoint() => {
            let status = refusal.status;
            Some(match refusal.excerpt.as_str() {
                "" => status.to_string(),
                excerpt => format!("{status}, {excerpt}"),
            })
        }
        Reply::Accepted(response) => {
            let is_web_page = ContentKind::of(response.headers()) == ContentKind::WebPage;
            is_web_page.then(|| "a web page, perhaps for signing in".to_owned())
        }
        Reply::Refused(_) => None,
    }
}

/// The addresses that look like event streams before the others.
fn streams_first(candidates: &[Url]) -> impl Iterator<Item = &Url> {
    let is_stream = |url: &&Url| url.path().trim_end_matches('/').ends_with("/sse");
    let streams = candidates.iter().filter(is_stream);
    streams.chain(candidates.iter().filter(move |url| !is_stream(url)))
}

//! Revision 2026-07-28, in which every message stands for itself: which messages are of it, what of
//! them travels as headers, and what the answers teach about headers; not how anything is sent.
//!
//! ```text
//!   message ──▶ message   is it of this era, and what does it name
//!                  │
//!                  ├──▶ headers     MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Param-…
//!                  │       ▲   └──▶ value   how a value becomes one of a header
//!                  │    learned schemas
//!                  │       ▲
//!                  │    listing     a passing list of tools, without those that may not be offered
//!                  │       └──▶ annotations   `x-mcp-header` in one input schema
//!                  └──▶ exchanges   which requests are open, and how one is closed
//! ```

mod annotations;
mod exchanges;
mod headers;
mod listing;
mod message;
mod value;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use http::HeaderMap;
use serde_json::value::RawValue;
use shared::jsonrpc::RequestId;

use crate::outgoing::Outgoing;
use crate::question::own_id;

pub(crate) use exchanges::Closing;
use exchanges::Exchanges;
use listing::Schemas;
use message::Modern as Message;
pub(crate) use message::renamed;

/// What the bridge keeps of this era for the life of the process.
#[derive(Debug, Default)]
pub(crate) struct Modern {
    is_spoken: AtomicBool,
    exchanges: Exchanges,
    schemas: Mutex<Schemas>,
}

impl Modern {
    /// Takes note of a request the host wrote, from before it can be answered or cancelled. `None` for
    /// other eras.
    pub(crate) fn begin(&self, outgoing: &Outgoing) -> Option<Closing> {
        Message::read(&outgoing.bytes)?;
        self.is_spoken.store(true, Ordering::Relaxed);
        let [id] = &outgoing.requests[..] else {
            return None;
        };
        Some(self.exchanges.begin(id.clone()))
    }

    /// An exchange is over.
    pub(crate) fn end(&self, closing: &Closing) {
        self.exchanges.end(closing);
    }

    /// Closes the exchange of a request the host has cancelled, which is how a server of this era is
    /// told. `false` when no such request is open.
    pub(crate) fn close(&self, id: &RequestId) -> bool {
        self.exchanges.close(id)
    }

    /// Whether the host has spoken this era.
    pub(crate) fn is_spoken(&self) -> bool {
        self.is_spoken.load(Ordering::Relaxed)
    }

    /// Whether a request is of this era and its exchange not over.
    pub(crate) fn is_open(&self, id: &RequestId) -> bool {
        self.exchanges.is_open(id)
    }

    /// A request that was lost, to be asked anew: under another id, because a client must not use one
    /// twice (2026-07-28, "Receiving Messages"). `None` for other eras, where it is the same request.
    pub(crate) fn reissue(&self, lost: &Outgoing) -> Option<Bytes> {
        let [id] = &lost.requests[..] else {
            return None;
        };
        let alias = own_id();
        let is_open = self.exchanges.rename(id, alias.clone());
        is_open.then(|| renamed(&lost.bytes, &alias))?
    }

    /// The host's id of the request that the server knows under one of ours.
    pub(crate) fn original(&self, alias: &RequestId) -> Option<RequestId> {
        self.exchanges.original(alias)
    }

    /// The headers of a message of this era; `None` for other eras, whose headers are the session's.
    pub(crate) fn headers(&self, message: &[u8]) -> Option<HeaderMap> {
        let message = Message::read(message)?;
        Some(headers::of(&message, &self.schemas()))
    }

    /// Learns from the answer to `tools/list`, and takes out the tools that may not be offered.
    /// `result` is a part of `answer`.
    pub(crate) fn pass_list(&self, answer: &Bytes, result: &RawValue) -> Bytes {
        listing::pass(answer, result, &mut self.schemas())
    }

    fn schemas(&self) -> MutexGuard<'_, Schemas> {
        self.schemas
            .lock()
            .expect("no holder of the schemas panics")
    }
}

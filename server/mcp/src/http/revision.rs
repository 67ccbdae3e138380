//! The `MCP-Protocol-Version` header in the revisions that have a handshake.

use http::HeaderMap;
use shared::protocol::{PROTOCOL_VERSION_HEADER, Revision};

use super::incoming::RefusedBody;
use crate::dispatch::{self, NEWEST_REVISION, Request};

/// What the header says.
#[derive(Debug, Clone, Copy)]
enum Named {
    None,
    Spoken(Revision),
    NotSpoken,
}

/// Checks the header of a request. The handshake agrees on a revision itself.
pub(super) fn check_request(headers: &HeaderMap, request: &Request) -> Result<(), RefusedBody> {
    let is_handshake = dispatch::initialize::handshake(request).is_some();
    if matches!(named(headers), Named::NotSpoken) && !is_handshake {
        let id = Some(request.id.clone());
        return Err(RefusedBody::invalid_request(id, not_spoken()));
    }
    Ok(())
}

/// Batches are of revision 2025-03-26 only; a client that names no revision may mean it.
pub(super) fn check_batch(headers: &HeaderMap) -> Result<(), RefusedBody> {
    let message = match named(headers) {
        Named::None | Named::Spoken(Revision::V2025_03_26) => return Ok(()),
        Named::Spoken(named) => format!("revision {named} has no batches: send one message"),
        Named::NotSpoken => not_spoken(),
    };
    Err(RefusedBody::invalid_request(None, message))
}

fn named(headers: &HeaderMap) -> Named {
    let Some(value) = headers.get(PROTOCOL_VERSION_HEADER) else {
        return Named::None;
    };
    match value.to_str().map(str::parse::<Revision>) {
        Ok(Ok(revision)) if revision <= NEWEST_REVISION => Named::Spoken(revision),
        _ => Named::NotSpoken,
    }
}

fn not_spoken() -> String {
    format!(
        "the MCP-Protocol-Version header names a revision this server does not speak, or not in \
         this form; it speaks {}",
        dispatch::supported_versions().join(", ")
    )
}

//! `server/discover`: what takes the place of the handshake in revision 2026-07-28.

use serde::Serialize;
use shared::jsonrpc::ErrorObject;
use shared::protocol::Revision;

use super::call::Call;
use super::capabilities::Capabilities;
use super::outcome::{Freshness, Outcome};
use crate::application::Application;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DiscoverResult<'a> {
    supported_versions: Vec<&'static str>,
    capabilities: Capabilities,
    instructions: &'a str,
}

/// The revisions spoken here, the newest first.
pub(crate) fn supported_versions() -> Vec<&'static str> {
    let newest_first = Revision::ALL.into_iter().rev();
    newest_first.map(Revision::as_str).collect()
}

pub(super) fn result<A: Application>(
    application: &A,
    call: &Call<A::Caller>,
) -> Result<Outcome, ErrorObject> {
    let result = Outcome::of(&DiscoverResult {
        supported_versions: supported_versions(),
        capabilities: Capabilities::of(application, &call.era),
        instructions: &application.instructions(),
    })?;
    Ok(result.with_freshness(Freshness::DISCOVERY))
}

//! The handshake of the revisions up to 2025-11-25: which revision both sides speak and who the
//! server is.

use serde::{Deserialize, Serialize};
use shared::protocol::Revision;

use crate::application::ServerDescription;

/// The newest revision that has a handshake; later ones are stateless and agree on nothing here.
pub(crate) const NEWEST_REVISION: Revision = Revision::V2025_11_25;

/// What a client sends. Hand-made clients leave out most of it, so only the revision is read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params {
    protocol_version: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InitializeResult<'a> {
    protocol_version: &'static str,
    capabilities: Capabilities,
    server_info: ServerInfo<'a>,
    instructions: &'a str,
}

/// Only what is offered is named; null members break strict clients (fault B-23).
#[derive(Debug, Serialize)]
struct Capabilities {
    tools: ToolsCapability,
}

#[derive(Debug, Serialize)]
struct ToolsCapability {}

#[derive(Debug, Serialize)]
struct ServerInfo<'a> {
    name: &'a str,
    title: &'a str,
    version: &'a str,
}

pub(super) fn result<'a>(server: &'a ServerDescription, params: &Params) -> InitializeResult<'a> {
    InitializeResult {
        protocol_version: negotiate(params.protocol_version.as_deref()).as_str(),
        capabilities: Capabilities {
            tools: ToolsCapability {},
        },
        server_info: ServerInfo {
            name: server.name,
            title: server.title,
            version: server.version,
        },
        instructions: server.instructions,
    }
}

/// The asked revision if it is known here, else the newest one (lifecycle, "Version Negotiation").
fn negotiate(asked: Option<&str>) -> Revision {
    asked
        .and_then(|name| name.parse().ok())
        .filter(|revision| *revision <= NEWEST_REVISION)
        .unwrap_or(NEWEST_REVISION)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-21: the Python server answered 2024-11-05 to everybody.
    #[test]
    fn b_21_a_known_revision_is_agreed_to_and_any_other_becomes_the_newest() {
        for (asked, agreed) in [
            (Some("2024-11-05"), "2024-11-05"),
            (Some("2025-03-26"), "2025-03-26"),
            (Some("2025-06-18"), "2025-06-18"),
            (Some("2025-11-25"), "2025-11-25"),
            (Some("2026-07-28"), "2025-11-25"),
            (Some("1999-01-01"), "2025-11-25"),
            (None, "2025-11-25"),
        ] {
            assert_eq!(negotiate(asked).as_str(), agreed, "{asked:?}");
        }
    }
}

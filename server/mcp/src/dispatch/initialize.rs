//! The handshake of the revisions up to 2025-11-25: which revision both sides speak and who the
//! server is.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use shared::jsonrpc::ErrorObject;
use shared::protocol::{Revision, method};

use super::call::{Era, Request};
use super::capabilities::Capabilities;
use super::outcome::Outcome;
use super::params::parse_optional;
use crate::application::Application;
use crate::conversation::{ClientCapabilities, Conversation};

/// The newest revision that has a handshake; later ones are stateless and agree on nothing here.
pub(crate) const NEWEST_REVISION: Revision = Revision::V2025_11_25;

/// What a client sends. Hand-made clients leave out most of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    protocol_version: Option<String>,
    capabilities: Option<Value>,
}

/// What a client says in a handshake that matters to its transport.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Handshake {
    /// The revision both sides will speak.
    pub(crate) revision: Revision,
    pub(crate) capabilities: ClientCapabilities,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InitializeResult<'a> {
    protocol_version: &'static str,
    capabilities: Capabilities,
    server_info: ServerInfo<'a>,
    instructions: &'a str,
}

#[derive(Debug, Serialize)]
struct ServerInfo<'a> {
    name: &'a str,
    title: &'a str,
    version: &'a str,
}

/// Reads a handshake; `None` when the request is none or is malformed.
pub(crate) fn handshake(request: &Request) -> Option<Handshake> {
    if request.method != method::INITIALIZE {
        return None;
    }
    read(request.params.as_deref()).ok()
}

fn read(params: Option<&RawValue>) -> Result<Handshake, ErrorObject> {
    let params: Params = parse_optional(method::INITIALIZE, params)?;
    Ok(Handshake {
        revision: negotiate(params.protocol_version.as_deref()),
        capabilities: ClientCapabilities::of(params.capabilities),
    })
}

pub(super) fn result<A: Application>(
    application: &A,
    era: &Era,
    params: Option<&RawValue>,
) -> Result<Outcome, ErrorObject> {
    let Handshake {
        revision,
        capabilities,
    } = read(params)?;
    if let Era::Handshake(Some(conversation)) = era {
        Conversation::introduce(conversation, capabilities);
    }
    let server = application.description();
    Outcome::of(&InitializeResult {
        protocol_version: revision.as_str(),
        capabilities: Capabilities::of(application, era),
        server_info: ServerInfo {
            name: server.name,
            title: server.title,
            version: server.version,
        },
        instructions: &application.instructions(),
    })
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

//! What the server says it can do: only what is offered, and only where it can work.

use serde::Serialize;

use super::call::Era;
use crate::application::Application;
use crate::level::ClientLogging;

/// Only what is offered is named; null members break strict clients (fault B-23).
#[derive(Debug, Serialize)]
pub(super) struct Capabilities {
    tools: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompts: Option<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completions: Option<Offered>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logging: Option<Offered>,
}

#[derive(Debug, Serialize)]
struct Offered {}

#[derive(Debug, Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
struct List {
    #[serde(skip_serializing_if = "Option::is_none")]
    list_changed: Option<bool>,
    /// Of resources only.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscribe: Option<bool>,
}

impl Capabilities {
    pub(super) fn of<A: Application>(application: &A, era: &Era) -> Self {
        // Without a session there is no stream on which a client could be told.
        let can_tell = !matches!(era, Era::Handshake(None)) && application.changes().is_some();
        let list = List {
            list_changed: can_tell.then_some(true),
            subscribe: None,
        };
        let resources = List {
            subscribe: can_tell.then_some(true),
            ..list
        };
        let logging = application.client_logging() == ClientLogging::Offered;
        Self {
            tools: list,
            prompts: application.prompts().map(|_| list),
            resources: application.resources().map(|_| resources),
            completions: application.completions().map(|_| Offered {}),
            logging: logging.then_some(Offered {}),
        }
    }
}

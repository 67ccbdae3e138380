//! A result before it is known to whom it goes: its members, and what revision 2026-07-28 adds.

use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject};

use super::call::Era;
use crate::application::ServerDescription;
use crate::tool::Metadata;

/// How long a list may be taken for current. It changes with a new version of the program only, or
/// the client is told.
const LIST: Duration = Duration::from_secs(300);

/// A result.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// JSON text of an object without `_meta`.
    members: String,
    metadata: Metadata,
    kind: Kind,
    freshness: Option<Freshness>,
}

/// `resultType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Complete,
    InputRequired,
}

/// How long, and by whom, a result may be kept (`ttlMs` and `cacheScope`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Freshness {
    ttl: Duration,
    scope: &'static str,
}

impl Freshness {
    /// A list, which may differ from caller to caller.
    pub(super) const LIST: Self = Self {
        ttl: LIST,
        scope: "private",
    };
    /// What this server is, the same for everybody.
    pub(super) const DISCOVERY: Self = Self {
        ttl: LIST,
        scope: "public",
    };
    /// Content that other people change at any time.
    pub(super) const CONTENT: Self = Self {
        ttl: Duration::ZERO,
        scope: "private",
    };
}

impl Outcome {
    pub(super) fn empty() -> Self {
        Self::raw("{}".to_owned())
    }

    /// A result whose members are those of a struct or a map.
    pub(super) fn of(result: &impl Serialize) -> Result<Self, ErrorObject> {
        let members = serde_json::to_string(result).map_err(|error| {
            tracing::error!(%error, "a result is not JSON");
            let message = "the server could not write its answer";
            ErrorObject::new(ErrorCode::INTERNAL_ERROR, message)
        })?;
        Ok(Self::raw(members))
    }

    fn raw(members: String) -> Self {
        Self {
            members,
            metadata: Metadata::new(),
            kind: Kind::Complete,
            freshness: None,
        }
    }

    pub(super) fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    pub(super) fn with_freshness(mut self, freshness: Freshness) -> Self {
        self.freshness = Some(freshness);
        self
    }

    pub(super) fn input_required(mut self) -> Self {
        self.kind = Kind::InputRequired;
        self
    }

    /// Writes the result as its client expects it. Older clients get nothing they do not know.
    pub(super) fn for_era(self, era: &Era, server: &ServerDescription) -> Box<RawValue> {
        let mut metadata = self.metadata;
        let mut added = Map::new();
        if let Era::Stateless(_) = era {
            let kind = match self.kind {
                Kind::Complete => "complete",
                Kind::InputRequired => "input_required",
            };
            added.insert("resultType".to_owned(), kind.into());
            if let Some(Freshness { ttl, scope }) = self.freshness {
                added.insert("ttlMs".to_owned(), json!(ttl.as_millis()));
                added.insert("cacheScope".to_owned(), scope.into());
            }
            let info =
                json!({"name": server.name, "title": server.title, "version": server.version});
            metadata.insert("io.modelcontextprotocol/serverInfo".to_owned(), info);
        }
        if !metadata.is_empty() {
            added.insert("_meta".to_owned(), Value::Object(metadata));
        }
        joined(self.members, &added)
    }
}

/// Adds members to an object without reading it: lists and long texts are written once only.
fn joined(mut members: String, added: &Map<String, Value>) -> Box<RawValue> {
    if !added.is_empty() {
        members.pop();
        if !members.ends_with('{') {
            members.push(',');
        }
        let added = serde_json::to_string(added).expect("a map of values is JSON");
        members.push_str(&added[1..]);
    }
    RawValue::from_string(members).expect("two objects joined are an object")
}

#[cfg(test)]
mod tests {
    use super::super::call::ClientMeta;
    use super::*;

    const SERVER: ServerDescription = ServerDescription {
        name: "n",
        title: "T",
        version: "1",
    };

    fn written(outcome: Outcome, era: &Era) -> Value {
        serde_json::from_str(outcome.for_era(era, &SERVER).get()).unwrap()
    }

    #[test]
    fn only_stateless_requests_get_the_members_of_their_revision() {
        let outcome = || {
            Outcome::of(&json!({"tools": []}))
                .unwrap()
                .with_freshness(Freshness::LIST)
        };
        let handshake = Era::Handshake(None);
        assert_eq!(written(outcome(), &handshake), json!({"tools": []}));
        assert_eq!(written(Outcome::empty(), &handshake), json!({}));
        let stateless = Era::Stateless(ClientMeta::default());
        let info = json!({"name": "n", "title": "T", "version": "1"});
        let meta = json!({"io.modelcontextprotocol/serverInfo": info});
        assert_eq!(
            written(outcome(), &stateless),
            json!({"tools": [], "resultType": "complete", "ttlMs": 300_000,
                "cacheScope": "private", "_meta": meta})
        );
        assert_eq!(
            written(Outcome::empty().input_required(), &stateless),
            json!({"resultType": "input_required", "_meta": meta})
        );
    }

    #[test]
    fn what_a_tool_says_about_its_answer_comes_to_everybody() {
        let metadata = Metadata::from_iter([("a".to_owned(), json!(1))]);
        let outcome = Outcome::empty().with_metadata(metadata);
        let written = written(outcome, &Era::Handshake(None));
        assert_eq!(written, json!({"_meta": {"a": 1}}));
    }
}

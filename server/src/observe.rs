//! What the server tells its operator about its work: metrics, a record of who did what, and the id
//! and trace that tie log lines together. Nothing here decides what is answered.

mod acting;
mod audit;
mod metrics;
mod object;
mod request;

use std::sync::Arc;

use atlassian::FingerprintKey;
use mcp::{Ended, Observer};
use serde_json::{Map, Value};

pub(crate) use metrics::Metrics;
pub(crate) use request::{observed, trace_now, trace_of_message};

use crate::identity::Caller;

/// Learns of every request of MCP and tells the metrics and the record.
pub(crate) struct Observation {
    metrics: Arc<Metrics>,
    /// What the credentials in the record are hashed with.
    key: FingerprintKey,
}

impl Observation {
    pub(crate) fn new(metrics: Arc<Metrics>, key: FingerprintKey) -> Self {
        Self { metrics, key }
    }
}

impl Observer<Caller> for Observation {
    fn object(&self, arguments: &Map<String, Value>) -> Option<String> {
        object::of(arguments)
    }

    fn ended(&self, request: &Ended<'_, Caller>) {
        let acted = request
            .tool
            .map(|tool| acting::as_whom(request.caller, &tool.metadata));
        self.metrics.request(request, acted.as_deref());
        if let (Some(tool), Some(acted)) = (request.tool, acted) {
            audit::record(tool, &acted, request, &self.key);
        }
    }
}

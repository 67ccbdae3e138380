//! What an observer is told, as one line for each request.

use mcp::{Ended, Observer};
use serde_json::{Map, Value};
use tokio::sync::mpsc::UnboundedSender;

use super::Caller;

pub(crate) struct Observed(pub(super) UnboundedSender<String>);

impl Observer<Caller> for Observed {
    fn object(&self, arguments: &Map<String, Value>) -> Option<String> {
        arguments.get("object")?.as_str().map(str::to_owned)
    }

    fn ended(&self, request: &Ended<'_, Caller>) {
        let method = request.method.unwrap_or("other");
        let tool = request.tool.map_or_else(String::new, |tool| {
            format!(" {} {:?} {:?}", tool.name, tool.effect, tool.object)
        });
        let who = &request.caller.name;
        let line = format!("{who} {method}{tool}: {:?}", request.end);
        self.0.send(line).ok();
    }
}

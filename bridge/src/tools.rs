//! Which tools may run twice, by the hints in the last `tools/list` that passed by; not when one does.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The tools whose hints say that a second run changes nothing more.
#[derive(Debug, Default)]
pub(crate) struct Tools(Mutex<HashSet<String>>);

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    tools: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    annotations: Value,
}

impl Tools {
    /// Takes note of one page of `tools/list`. What it says of a tool replaces what was said before;
    /// tools of other pages keep what is known of them.
    pub(crate) fn learn(&self, result: &RawValue) {
        let Ok(page) = serde_json::from_str::<Page<'_>>(result.get()) else {
            return;
        };
        let mut repeatable = self.repeatable();
        for tool in page.tools {
            // A tool without a name cannot be called either.
            let Ok(tool) = serde_json::from_str::<Tool>(tool.get()) else {
                continue;
            };
            let is_true = |hint: &str| tool.annotations[hint] == Value::Bool(true);
            if is_true("readOnlyHint") || is_true("idempotentHint") {
                repeatable.insert(tool.name);
            } else {
                repeatable.remove(&tool.name);
            }
        }
    }

    /// Whether the last hints seen say so.
    pub(crate) fn is_repeatable(&self, name: &str) -> bool {
        self.repeatable().contains(name)
    }

    fn repeatable(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learn(tools: &Tools, json: &str) {
        tools.learn(&RawValue::from_string(json.to_owned()).unwrap());
    }

    #[test]
    fn a_tool_is_repeatable_if_a_hint_is_true() {
        let tools = Tools::default();
        learn(
            &tools,
            r#"{"tools":[{"name":"read","annotations":{"readOnlyHint":true}},
                {"name":"same","annotations":{"readOnlyHint":false,"idempotentHint":true}},
                {"name":"write","annotations":{"readOnlyHint":"true"}},
                {"name":"plain"},{"nameless":1},7]}"#,
        );
        let known = ["read", "same", "write", "plain"].map(|name| tools.is_repeatable(name));
        assert_eq!(known, [true, true, false, false]);
    }

    #[test]
    fn the_last_entry_counts_and_other_pages_stay() {
        let tools = Tools::default();
        learn(
            &tools,
            r#"{"tools":[{"name":"a","annotations":{"readOnlyHint":true}}]}"#,
        );
        learn(
            &tools,
            r#"{"tools":[{"name":"b","annotations":{"readOnlyHint":true}}]}"#,
        );
        assert!(tools.is_repeatable("a") && tools.is_repeatable("b"));
        learn(&tools, r#"{"tools":[{"name":"a","annotations":null}]}"#);
        learn(&tools, r#"{"tools":7}"#);
        assert!(!tools.is_repeatable("a") && tools.is_repeatable("b"));
    }
}

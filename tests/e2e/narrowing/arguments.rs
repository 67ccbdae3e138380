//! Arguments for any tool, made from its input schema by the names of its members, so that a new tool is
//! tried without a word about it here.

use serde_json::{Map, Value, json};

/// Keys of issues in every project, one that was moved (OPS-4), some that never were.
const ISSUES: [&str; 12] = [
    "DEMO-1", "DEMO-2", "DEMO-9", "DEMO-12", "OPS-1", "OPS-2", "OPS-4", "OPS-7", "SECRET-1",
    "SECRET-2", "OPS-999", "NONE-1",
];
const PROJECTS: [&str; 4] = ["DEMO", "OPS", "SECRET", "NONE"];
/// Numbers of pages in both spaces, and one that never was.
const PAGES: [&str; 8] = [
    "98300", "98310", "98330", "98340", "98400", "98410", "98421", "1",
];
/// Numbers of comments on pages in both spaces, and one that never was.
const COMMENTS: [&str; 5] = ["99001", "99003", "99010", "99020", "1"];
const SPACES: [&str; 3] = ["DEMO", "TEAM", "NONE"];
/// Numbers and names of files on issues and pages everywhere.
const FILES: [&str; 10] = [
    "60001",
    "60007",
    "60008",
    "att97001",
    "att97006",
    "97008",
    "checkout.log",
    "refunds.log",
    "heron.pdf",
    "numbers.txt",
];
const TITLES: [&str; 4] = ["Onboarding", "Team home", "Checkout flow", "A new page"];

/// Pieces of queries in both languages, also those that try to get out of brackets.
const QUERIES: [&str; 16] = [
    "type = page",
    "space = TEAM OR space = DEMO ORDER BY created",
    "(space = TEAM) OR (space = DEMO)",
    "title ~ \") OR (space = DEMO\" OR type = page",
    "space = TEAM) OR (space = DEMO",
    "type = page ORDER BY created) OR (space = DEMO",
    "space = it's OR title = ') OR space = DEMO OR (title = '",
    "project = SECRET OR project = OPS OR project = DEMO ORDER BY key",
    "project in (SECRET, OPS) OR key in (OPS-4, DEMO-9, SECRET-1)",
    "NOT project = DEMO OR summary ~ \"a\\\" OR project = OPS OR summary ~ \\\"b\"",
    "project = DEMO) OR (project = OPS",
    "parent = DEMO-2 OR project = OPS",
    "/* project = OPS */ OR project = DEMO",
    "project = OPS -- OR project = DEMO",
    "payment",
    "checkout \"onboarding\" team",
];

/// A stream of choices: the same numbers make the same arguments.
pub(super) struct Choices<'a>(pub(super) std::slice::Iter<'a, u16>);

impl Choices<'_> {
    fn number(&mut self) -> usize {
        self.0.next().copied().unwrap_or_default().into()
    }

    /// Less than the limit, which is not zero.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.number() % limit
    }

    fn of(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    /// Some of these, in their order.
    pub(super) fn some_of(&mut self, from: &[&'static str]) -> Vec<&'static str> {
        let bits = self.number();
        let chosen = |(at, name): (usize, &&'static str)| (bits >> at & 1 == 1).then_some(*name);
        from.iter().enumerate().filter_map(chosen).collect()
    }
}

/// Arguments for a tool as `tools/list` describes it.
pub(super) fn of(tool: &Value, choices: &mut Choices<'_>) -> Value {
    let schema = &tool["inputSchema"];
    let required = |name: &str| {
        let names = schema["required"].as_array();
        names.is_some_and(|names| names.iter().any(|it| it == name))
    };
    let mut arguments = Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        // What is optional is left out one time in three.
        if required(name) || choices.below(3) > 0 {
            arguments.extend(value(name, property, choices).map(|value| (name.clone(), value)));
        }
    }
    Value::Object(arguments)
}

fn value(name: &str, property: &Value, choices: &mut Choices<'_>) -> Option<Value> {
    let is = |kind: &str| property["type"] == kind || property["type"][0] == kind;
    Some(match name {
        "dry_run" => json!(choices.below(4) == 0),
        "max_results" | "limit" | "max_chars" => return None,
        "cursor" => return None,
        "fields" => json!({"parent": {"key": choices.of(&ISSUES)}}),
        "query" | "jql" | "cql" => json!(choices.of(&QUERIES)),
        "reply_to" => json!(choices.of(&COMMENTS)),
        "title" => json!(choices.of(&TITLES)),
        "issue_type" => json!("Task"),
        "transition_id" => json!(choices.of(&["In Progress", "Done", "11", "21"])),
        name if name.contains("issue_key") || name.contains("parent_key") => {
            json!(choices.of(&ISSUES))
        }
        name if name.contains("project") => json!(choices.of(&PROJECTS)),
        name if name.contains("space") => json!(choices.of(&SPACES)),
        "attachment_id" | "file_name" => json!(choices.of(&FILES)),
        name if name.ends_with("_id") => json!(choices.of(&PAGES)),
        _ if is("boolean") => json!(choices.below(2) == 0),
        _ if is("string") => {
            let offered = property["enum"].as_array();
            offered.map_or(json!("words"), |offered| {
                offered[choices.below(offered.len())].clone()
            })
        }
        _ => return None,
    })
}

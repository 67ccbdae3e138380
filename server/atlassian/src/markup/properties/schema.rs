//! What ADF may hold where, in short. The whole of Atlassian's schema is checked by
//! `just markup-schema`; this finds most mistakes without it.

use serde_json::Value;

const BLOCKS: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "taskList",
    "codeBlock",
    "mediaSingle",
    "panel",
    "blockquote",
    "rule",
    "table",
];
const INLINES: &[&str] = &[
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "date",
    "status",
    "inlineCard",
];

/// What a node may contain: its children, and whether there must be one.
fn rule(kind: &str) -> (Vec<&'static str>, bool) {
    match kind {
        "doc" => ([BLOCKS, &["expand", "layoutSection"]].concat(), false),
        "layoutSection" => (vec!["layoutColumn"], true),
        "layoutColumn" => ([BLOCKS, &["expand"]].concat(), true),
        "expand" => ([BLOCKS, &["nestedExpand"]].concat(), true),
        "nestedExpand" => (without(&["table"]), true),
        "tableCell" | "tableHeader" => ([without(&["table"]), vec!["nestedExpand"]].concat(), true),
        "panel" => (without(&["table", "panel", "blockquote"]), true),
        "listItem" => (
            without(&["table", "panel", "blockquote", "rule", "heading"]),
            true,
        ),
        "blockquote" => (
            without(&[
                "table",
                "panel",
                "blockquote",
                "rule",
                "heading",
                "taskList",
            ]),
            true,
        ),
        "bulletList" | "orderedList" => (vec!["listItem"], true),
        "taskList" => (vec!["taskItem", "taskList"], true),
        "table" => (vec!["tableRow"], true),
        "tableRow" => (vec!["tableCell", "tableHeader"], true),
        "mediaSingle" => (vec!["media"], true),
        "paragraph" | "heading" | "taskItem" => (INLINES.to_vec(), false),
        "codeBlock" => (vec!["text"], false),
        "media" | "rule" => (Vec::new(), false),
        // What is not known here counts as empty although it must not be.
        kind => (Vec::new(), !INLINES.contains(&kind)),
    }
}

fn without(left_out: &[&str]) -> Vec<&'static str> {
    let kinds = BLOCKS.iter().copied();
    kinds.filter(|kind| !left_out.contains(kind)).collect()
}

/// The first thing that is wrong with a document.
pub(super) fn violation(node: &Value) -> Option<String> {
    let kind = node["type"].as_str()?;
    let (allowed, filled) = rule(kind);
    let children = node["content"].as_array();
    if filled && children.is_none_or(Vec::is_empty) {
        return Some(format!("an empty {kind}"));
    }
    if kind == "text" {
        let marks: Vec<_> = node["marks"].as_array().into_iter().flatten().collect();
        let code = marks.iter().any(|mark| mark["type"] == "code");
        let other = marks
            .iter()
            .any(|mark| !matches!(mark["type"].as_str(), Some("code" | "link")));
        if node["text"].as_str().is_none_or(str::is_empty) || code && other {
            return Some(format!("text {node}"));
        }
    }
    if kind == "taskList" && node["content"][0]["type"] != "taskItem" {
        return Some("a list of tasks that begins with none".to_owned());
    }
    for child in children.into_iter().flatten() {
        let name = child["type"].as_str().unwrap_or_default();
        if !allowed.contains(&name) {
            return Some(format!("{name} in {kind}"));
        }
        if let Some(found) = violation(child) {
            return Some(found);
        }
    }
    None
}

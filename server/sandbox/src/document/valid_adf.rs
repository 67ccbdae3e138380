//! Whether a JSON value is Atlassian Document Format, as far as the shape of nodes goes: which nodes and
//! marks exist and what may stand in what. Finer rules are those of Atlassian's published schema.

use serde_json::{Map, Value};

/// What a node may contain.
#[derive(Clone, Copy)]
enum Content {
    Blocks,
    Inlines,
    /// Text without marks.
    Code,
    Only(&'static [&'static str]),
    Nothing,
}

const BLOCKS: &[(&str, Content)] = &[
    ("paragraph", Content::Inlines),
    ("heading", Content::Inlines),
    ("blockquote", Content::Blocks),
    ("bulletList", Content::Only(&["listItem"])),
    ("orderedList", Content::Only(&["listItem"])),
    ("codeBlock", Content::Code),
    ("panel", Content::Blocks),
    ("expand", Content::Blocks),
    ("nestedExpand", Content::Blocks),
    ("rule", Content::Nothing),
    ("table", Content::Only(&["tableRow"])),
    ("taskList", Content::Only(&["taskItem", "taskList"])),
    ("decisionList", Content::Only(&["decisionItem"])),
    ("mediaSingle", Content::Only(&["media", "caption"])),
    ("mediaGroup", Content::Only(&["media"])),
    ("layoutSection", Content::Only(&["layoutColumn"])),
    ("blockCard", Content::Nothing),
    ("embedCard", Content::Nothing),
    ("extension", Content::Nothing),
    ("bodiedExtension", Content::Blocks),
];

const INLINES: &[(&str, Content)] = &[
    ("text", Content::Nothing),
    ("hardBreak", Content::Nothing),
    ("mention", Content::Nothing),
    ("emoji", Content::Nothing),
    ("inlineCard", Content::Nothing),
    ("date", Content::Nothing),
    ("status", Content::Nothing),
    ("mediaInline", Content::Nothing),
    ("inlineExtension", Content::Nothing),
];

/// Nodes that stand in certain others only.
const PARTS: &[(&str, Content)] = &[
    ("listItem", Content::Blocks),
    ("taskItem", Content::Inlines),
    ("decisionItem", Content::Inlines),
    ("tableRow", Content::Only(&["tableHeader", "tableCell"])),
    ("tableHeader", Content::Blocks),
    ("tableCell", Content::Blocks),
    ("layoutColumn", Content::Blocks),
    ("media", Content::Nothing),
    ("caption", Content::Inlines),
];

const MARKS: &[&str] = &[
    "strong",
    "em",
    "code",
    "strike",
    "underline",
    "link",
    "subsup",
    "textColor",
    "backgroundColor",
    "alignment",
    "indentation",
    "border",
    "breakout",
];

/// Refuses what is no document, and says where it goes wrong.
pub(crate) fn check(document: &Value) -> Result<(), String> {
    let root = document.as_object().ok_or("a document is an object")?;
    if root.get("type") != Some(&"doc".into()) || root.get("version") != Some(&1.into()) {
        return Err("a document has type doc and version 1".to_owned());
    }
    members(root, &["type", "version", "content"])?;
    children(root, Content::Blocks)
}

fn members(node: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match node.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(format!("no node has a member {name}")),
    }
}

fn children(node: &Map<String, Value>, content: Content) -> Result<(), String> {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    let nodes = match (node.get("content"), content) {
        (None, Content::Nothing | Content::Inlines | Content::Code) => return Ok(()),
        (None, _) => return Err(format!("{kind} needs content")),
        (Some(_), Content::Nothing) => return Err(format!("{kind} has no content")),
        (Some(nodes), _) => nodes.as_array().ok_or("content is a list")?,
    };
    for child in nodes {
        let child = child.as_object().ok_or("a node is an object")?;
        let name = child.get("type").and_then(Value::as_str);
        let name = name.ok_or("a node has a type")?;
        let below = within(content, name).ok_or(format!("{kind} cannot contain {name}"))?;
        self::node(name, child)?;
        children(child, below)?;
    }
    Ok(())
}

/// What the named node may contain, if it may stand here.
fn within(content: Content, name: &str) -> Option<Content> {
    let table = match content {
        Content::Blocks => BLOCKS,
        Content::Inlines => INLINES,
        Content::Code if name == "text" => INLINES,
        Content::Only(names) if names.contains(&name) && name == "taskList" => BLOCKS,
        Content::Only(names) if names.contains(&name) => PARTS,
        Content::Code | Content::Only(_) | Content::Nothing => return None,
    };
    let found = table.iter().find(|(known, _)| *known == name);
    found.map(|(_, content)| *content)
}

fn node(name: &str, node: &Map<String, Value>) -> Result<(), String> {
    members(node, &["type", "attrs", "content", "marks", "text"])?;
    let text = node.get("text").map(Value::as_str);
    match (name, text) {
        ("text", Some(Some(text))) if !text.is_empty() => {}
        ("text", _) => return Err("text must not be empty".to_owned()),
        (_, None) => {}
        (_, Some(_)) => return Err(format!("{name} has no text of its own")),
    }
    let level = node.get("attrs").and_then(|attrs| attrs["level"].as_u64());
    if name == "heading" && !matches!(level, Some(1..=6)) {
        return Err("a heading has a level from 1 to 6".to_owned());
    }
    let marks = node.get("marks").and_then(Value::as_array);
    for mark in marks.into_iter().flatten() {
        let kind = mark["type"].as_str().unwrap_or_default();
        if !MARKS.contains(&kind) {
            return Err(format!("{kind:?} is no mark"));
        }
        if kind == "link" && mark["attrs"]["href"].as_str().is_none_or(str::is_empty) {
            return Err("a link has an href".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;
    use crate::people;

    fn doc(content: &Value) -> Value {
        json!({ "type": "doc", "version": 1, "content": content })
    }

    #[test]
    fn what_the_samples_are_told_as_is_valid() {
        let blocks = json!([
            { "heading": { "level": 2, "text": "A" } }, ["b ", { "mention": "ben" }],
            { "bullets": ["one", { "text": "two", "below": ["two a"] }] },
            { "table": [["a"], ["b"]] }, { "code": { "language": "json", "text": "{}" } },
            { "tasks": [{ "done": true, "text": "c" }] }, { "quote": "d" }, { "rule": null }
        ]);
        let document: Document = serde_json::from_value(blocks).unwrap();
        assert_eq!(check(&document.to_adf(&people::all())), Ok(()));
        assert_eq!(check(&doc(&json!([]))), Ok(()));
    }

    #[test]
    fn what_is_no_document_is_refused_with_the_reason() {
        let text = json!({ "type": "text", "text": "a" });
        for (document, reason) in [
            (json!("h1. wiki"), "an object"),
            (json!({ "type": "doc", "content": [] }), "version 1"),
            (json!({ "type": "doc", "version": 1 }), "needs content"),
            (doc(&json!([text])), "doc cannot contain text"),
            (
                doc(&json!([{ "type": "paragraph", "content": [{ "type": "text", "text": "" }] }])),
                "must not be empty",
            ),
            (
                doc(&json!([{ "type": "bulletList", "content": [text] }])),
                "bulletList cannot contain text",
            ),
            (
                doc(&json!([{ "type": "heading", "attrs": { "level": 7 } }])),
                "1 to 6",
            ),
            (
                doc(&json!([{ "type": "paragraph", "body": "x" }])),
                "member body",
            ),
        ] {
            let told = check(&document).unwrap_err();
            assert!(told.contains(reason), "{document}: {told}");
        }
    }
}

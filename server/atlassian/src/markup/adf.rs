//! Atlassian Document Format, the JSON tree of Jira Cloud, as Markdown.
//! Node types follow Atlassian's "Atlassian Document Format" reference.

use serde_json::Value;

use super::document::{
    Arrangement, Block, Callout, CalloutKind, Columns, Inline, Item, List, Row, Task, push,
};
use super::hidden::ink::{Colour, Paper};
use super::{parser, writer};

mod inline;
mod write;

/// Deeper nodes are replaced by a mark; real documents stay below ten.
const DEEPEST: usize = 100;

/// The document as Markdown; empty for `null` and empty documents.
///
/// ```
/// let document = serde_json::json!({"type": "doc", "version": 1, "content": [
///     {"type": "paragraph", "content": [
///         {"type": "text", "text": "Hello", "marks": [{"type": "strong"}]}
///     ]}
/// ]});
/// assert_eq!(atlassian::markup::adf::to_markdown(&document), "**Hello**");
/// ```
#[must_use]
pub fn to_markdown(document: &Value) -> String {
    let mut blocks = Vec::new();
    match document {
        Value::Object(_) => read(document, &Around::default(), &mut blocks),
        Value::Array(nodes) => blocks = read_all(nodes.iter(), &Around::default()),
        Value::String(text) => blocks.push(Block::text(text)),
        _ => {}
    }
    writer::markdown(&blocks)
}

/// Markdown as a whole document (a node of type `doc`), valid by Atlassian's schema whatever the text.
///
/// ```
/// let document = atlassian::markup::adf::from_markdown("**Hello**");
/// assert_eq!(document["content"][0]["content"][0]["text"], "Hello");
/// ```
#[must_use]
pub fn from_markdown(markdown: &str) -> Value {
    write::document(&parser::parse(markdown))
}

/// What the readers know of where a node stands.
#[derive(Debug, Default)]
struct Around {
    depth: usize,
    /// What is behind its text.
    paper: Paper,
}

impl Around {
    fn deeper(&self) -> Self {
        Self {
            depth: self.depth + 1,
            paper: self.paper.clone(),
        }
    }

    /// Where the content of a node stands.
    fn inside(&self, node: &Value) -> Self {
        let colour = |name| attribute(node, name).and_then(Colour::parse);
        let paper = match kind(node) {
            "tableCell" => colour("background").map(Paper::Coloured),
            // Headings of tables and panels are coloured even if nobody says how.
            "tableHeader" => Some(Paper::of(colour("background"))),
            "panel" => Some(Paper::of(colour("panelColor"))),
            _ => None,
        };
        Self {
            paper: paper.unwrap_or_else(|| self.paper.clone()),
            ..self.deeper()
        }
    }
}

fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node["content"].as_array().into_iter().flatten()
}

/// A text attribute that is not empty.
fn attribute<'a>(node: &'a Value, name: &str) -> Option<&'a str> {
    node["attrs"][name]
        .as_str()
        .filter(|text| !text.trim().is_empty())
}

/// The blocks of a row of nodes; inline nodes among them make paragraphs of their own.
fn read_all<'a>(nodes: impl Iterator<Item = &'a Value>, around: &Around) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut line = Vec::new();
    for node in nodes {
        if inline::is_inline(node) {
            inline::read(node, around, &mut line);
        } else {
            flush(&mut line, &mut blocks);
            read(node, around, &mut blocks);
        }
    }
    flush(&mut line, &mut blocks);
    blocks
}

fn flush(line: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    if !line.is_empty() {
        blocks.push(Block::Paragraph(std::mem::take(line)));
    }
}

fn read(node: &Value, around: &Around, blocks: &mut Vec<Block>) {
    if around.depth > DEEPEST {
        blocks.push(Block::text("[…]"));
        return;
    }
    let inner = || read_all(children(node), &around.inside(node));
    match kind(node) {
        "doc" | "layoutColumn" | "mediaGroup" | "mediaSingle" | "caption" => blocks.extend(inner()),
        "layoutSection" => columns(node, around, blocks),
        "paragraph" => blocks.push(Block::Paragraph(inline::line(node, around))),
        "heading" => {
            let level = node["attrs"]["level"].as_u64().unwrap_or(1).clamp(1, 6);
            let level = u8::try_from(level).unwrap_or(6);
            blocks.push(Block::Heading(level, inline::line(node, around)));
        }
        "bulletList" | "orderedList" | "taskList" | "decisionList" => {
            blocks.push(Block::List(list(node, around)));
        }
        "codeBlock" => blocks.push(Block::Code {
            language: attribute(node, "language").map(str::to_owned),
            text: plain(node, around.depth),
        }),
        "blockquote" => blocks.push(Block::Quote(inner())),
        "panel" => blocks.push(Block::Callout(Callout {
            kind: panel_kind(node),
            title: String::new(),
            blocks: inner(),
        })),
        "rule" => blocks.push(Block::Rule),
        "table" => blocks.push(Block::Table(rows(node, around))),
        "expand" | "nestedExpand" => blocks.push(Block::Callout(Callout {
            kind: CalloutKind::Expand,
            title: attribute(node, "title").unwrap_or_default().to_owned(),
            blocks: inner(),
        })),
        other => unknown(other, node, around, blocks),
    }
}

/// Extensions and nodes of the future: a mark with their name, and what they contain.
fn unknown(kind: &str, node: &Value, around: &Around, blocks: &mut Vec<Block>) {
    let name = attribute(node, "extensionKey").unwrap_or(kind);
    if !name.is_empty() {
        let text = attribute(node, "text")
            .map(|text| format!(": {text}"))
            .unwrap_or_default();
        blocks.push(Block::text(format!("[{name}{text}]")));
    }
    if let Some(text) = node["text"].as_str() {
        blocks.push(Block::text(text));
    }
    blocks.extend(read_all(children(node), &around.inside(node)));
}

/// Panels by colour: Atlassian's info is GitHub's note.
fn panel_kind(node: &Value) -> CalloutKind {
    match attribute(node, "panelType") {
        Some("note") => CalloutKind::Important,
        Some("warning") => CalloutKind::Warning,
        Some("success" | "tip") => CalloutKind::Tip,
        Some("error") => CalloutKind::Caution,
        Some("custom") => CalloutKind::Panel,
        _ => CalloutKind::Note,
    }
}

/// A section of columns; one alone, and more than there are arrangements for, are only content.
fn columns(node: &Value, around: &Around, blocks: &mut Vec<Block>) {
    let widths: Vec<_> = children(node)
        .map(|column| column["attrs"]["width"].as_f64().unwrap_or_default())
        .collect();
    match Arrangement::of_widths(&widths) {
        Some(arrangement) if around.depth <= 1 => blocks.push(Block::Columns(Columns {
            arrangement,
            columns: children(node)
                .map(|column| read_all(children(column), &around.inside(node).inside(column)))
                .collect(),
        })),
        _ => blocks.extend(read_all(children(node), &around.inside(node))),
    }
}

fn list(node: &Value, around: &Around) -> List {
    let start = (kind(node) == "orderedList").then(|| node["attrs"]["order"].as_u64().unwrap_or(1));
    let mut items: Vec<Item> = Vec::new();
    for child in children(node) {
        let task = match (kind(child), attribute(child, "state")) {
            ("taskItem" | "blockTaskItem", Some("DONE")) => Some(Task::Done),
            ("taskItem" | "blockTaskItem", _) => Some(Task::Open),
            _ => None,
        };
        let nested = matches!(kind(child), "taskList" | "bulletList" | "orderedList");
        match items.last_mut() {
            // A task list nests by standing beside the item it belongs to.
            Some(last) if nested => read(child, &around.inside(node), &mut last.blocks),
            _ if nested => {
                let mut blocks = Vec::new();
                read(child, &around.inside(node), &mut blocks);
                items.push(Item::plain(blocks));
            }
            _ => items.push(Item {
                task,
                blocks: content(child, ITEMS, around),
            }),
        }
    }
    List { start, items }
}

fn rows(table: &Value, around: &Around) -> Vec<Row> {
    let mut rows = Vec::new();
    for row in children(table) {
        let cells: Vec<_> = match kind(row) {
            "tableRow" => children(row)
                .map(|cell| content(cell, CELLS, around))
                .collect(),
            _ => vec![content(row, CELLS, around)],
        };
        let header = children(row).all(|cell| kind(cell) == "tableHeader");
        rows.push(Row {
            header: header && kind(row) == "tableRow",
            cells,
        });
    }
    rows
}

const ITEMS: &[&str] = &["listItem", "taskItem", "blockTaskItem", "decisionItem"];
const CELLS: &[&str] = &["tableCell", "tableHeader"];

/// What a container holds; a node where a container should be stands for itself.
fn content(node: &Value, containers: &[&str], around: &Around) -> Vec<Block> {
    if containers.contains(&kind(node)) {
        read_all(children(node), &around.inside(node))
    } else {
        read_all(std::iter::once(node), &around.deeper())
    }
}

/// All text below a node, as it stands.
fn plain(node: &Value, depth: usize) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    let own = node["text"].as_str().unwrap_or_default().to_owned();
    children(node).fold(own, |text, child| text + &plain(child, depth + 1))
}

#[cfg(test)]
mod tests;

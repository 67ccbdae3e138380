//! Confluence's storage format, XHTML with macros, as Markdown (B-51).
//! Element names follow Atlassian's "Confluence Storage Format" page.

use std::collections::HashMap;

use super::document::{
    Arrangement, Block, Callout, CalloutKind, Columns, Inline, Item, List, Row, Task,
};
use super::{parser, writer};

pub mod data_center;
pub mod edit;
mod inline;
mod kept;
mod macros;
mod original;
mod reader;
mod style;
mod tree;
mod unseen;
mod well_formed;
mod write;

use data_center::Languages;
use original::Original;
use tree::{Element, Node};
pub use well_formed::{NotWellFormed, check};

/// The page as Markdown. Broken XML is read as far as it goes, the rest as text.
///
/// What Markdown lacks has an address of ours: `[Home](page:DS/Home)`, `[@Ann](accountid:5b10…)`,
/// `[DONE](status:green)`. Macros and elements without such a form are shown by a placeholder,
/// `[macro: toc](kept:1)` or `> [!KEPT 2] macro: own` above their content.
///
/// ```
/// let page = "<h1>T</h1><ul><li>a &amp; b</li></ul>";
/// assert_eq!(atlassian::markup::storage::to_markdown(page), "# T\n\n- a & b");
/// ```
#[must_use]
pub fn to_markdown(xml: &str) -> String {
    let mut nodes = tree::parse(xml);
    kept::number(&mut nodes);
    unseen::mark(&mut nodes);
    writer::markdown(&blocks(&nodes))
}

/// Markdown as a page, well-formed whatever the text; HTML in it is text.
///
/// ```
/// let page = atlassian::markup::storage::from_markdown("# T\n\na & <b>");
/// assert_eq!(page, "<h1>T</h1><p>a &amp; &lt;b&gt;</p>");
/// ```
#[must_use]
pub fn from_markdown(markdown: &str) -> String {
    write::document(&parser::parse(markdown), None, Languages::Any)
}

/// Markdown as a page that takes the place of another, from which the Markdown was made. Blocks that
/// did not change keep their bytes, and placeholders become the parts they stand for. A placeholder
/// for which there is no such part in the original is text.
///
/// ```
/// use atlassian::markup::storage;
///
/// let page = "<p class=\"x\">a</p><ac:structured-macro ac:name=\"toc\" />";
/// assert_eq!(storage::to_markdown(page), "a\n\n[macro: toc](kept:1)");
/// let edited = storage::from_markdown_over("a\n\nb\n\n[macro: toc](kept:1)", page);
/// assert_eq!(edited, "<p class=\"x\">a</p><p>b</p><ac:structured-macro ac:name=\"toc\" />");
/// ```
#[must_use]
pub fn from_markdown_over(markdown: &str, original: &str) -> String {
    let original = Original::of(original);
    let blocks = parser::parse(markdown);
    write::document(&blocks, original.as_ref(), Languages::Any)
}

/// The names of the parts of a page that have no form in Markdown, macros above all, and that are not
/// in the page that is to take its place; one for each that is missing.
///
/// ```
/// use atlassian::markup::storage;
///
/// let page = "<p>a</p><ac:structured-macro ac:name=\"toc\" />";
/// assert_eq!(storage::dropped(page, "<p>b</p>"), ["toc"]);
/// ```
#[must_use]
pub fn dropped(before: &str, after: &str) -> Vec<String> {
    let mut left: HashMap<String, usize> = HashMap::new();
    for name in macros(after) {
        *left.entry(name).or_default() += 1;
    }
    let mut gone = macros(before);
    gone.retain(|name| match left.get_mut(name) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    gone
}

/// The names of the parts of a page that have no form in Markdown, in their order.
#[must_use]
pub fn macros(page: &str) -> Vec<String> {
    let parts = kept::number(&mut tree::parse(page));
    parts.into_iter().map(|part| part.name).collect()
}

/// The blocks of a row of nodes; text and inline elements among them make paragraphs.
fn blocks(nodes: &[Node]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut line = Vec::new();
    for node in nodes {
        match node {
            Node::Element(element) if is_block(element) => {
                flush(&mut line, &mut blocks);
                block(element, &mut blocks);
            }
            node => inline::read(node, &mut line),
        }
    }
    flush(&mut line, &mut blocks);
    blocks
}

fn flush(line: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    let blank = |inline: &Inline| match inline {
        Inline::Text(text) => text.trim().is_empty(),
        inline => *inline == Inline::Break,
    };
    if !line.iter().all(blank) {
        blocks.push(Block::Paragraph(std::mem::take(line)));
    }
    line.clear();
}

/// Whether an element, or something it merely wraps, stands on lines of its own.
fn is_block(element: &Element) -> bool {
    match element.name.as_str() {
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "li" | "table"
        | "thead" | "tbody" | "tfoot" | "tr" | "pre" | "blockquote" | "hr" | "section" | "dl"
        | "dt" | "dd" | "ac:task-list" | "ac:task" | "ac:layout" | "ac:layout-section"
        | "ac:layout-cell" | "ac:rich-text-body" | "ac:plain-text-body" | "ac:adf-extension"
        | "ac:adf-node" | "ac:adf-content" => true,
        "ac:structured-macro" | "ac:macro" => macros::is_block(element),
        "ac:link" | "ac:image" => false,
        _ => element.elements().any(is_block),
    }
}

fn block(element: &Element, out: &mut Vec<Block>) {
    match element.name.as_str() {
        "p" if element.elements().any(is_block) => out.extend(blocks(&element.children)),
        "p" => flush(&mut inline::line(&element.children), out),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let level = element.name.as_bytes()[1] - b'0';
            out.push(Block::Heading(level, inline::line(&element.children)));
        }
        "ul" | "ol" => out.push(Block::List(list(element))),
        "table" => out.push(Block::Table(rows(element))),
        "pre" => out.push(macros::code(element, None)),
        "blockquote" => out.push(Block::Quote(blocks(&element.children))),
        "hr" => out.push(Block::Rule),
        "ac:task-list" => out.push(Block::List(tasks(element))),
        "ac:structured-macro" | "ac:macro" => macros::block(element, out),
        "ac:adf-extension" => adf_extension(element, out),
        "ac:layout-section" => columns(element, out),
        // Wrappers, and list items or cells that lost their list or table.
        _ => out.extend(blocks(&element.children)),
    }
}

fn list(element: &Element) -> List {
    let start = (element.name == "ol").then(|| {
        element
            .attribute("start")
            .and_then(|start| start.parse().ok())
            .unwrap_or(1)
    });
    let mut items: Vec<Item> = Vec::new();
    for child in &element.children {
        match child {
            Node::Element(item) if item.name == "li" => {
                items.push(Item::plain(blocks(&item.children)));
            }
            Node::Text(text) if text.trim().is_empty() => {}
            // A list directly inside a list belongs to the item before it.
            stray => {
                let found = blocks(std::slice::from_ref(stray));
                match items.last_mut() {
                    Some(last) => last.blocks.extend(found),
                    None => items.push(Item::plain(found)),
                }
            }
        }
    }
    List { start, items }
}

fn tasks(element: &Element) -> List {
    let item = |task: &Element| {
        let done = task
            .child("ac:task-status")
            .is_some_and(|it| it.text().trim() == "complete");
        let body = task
            .child("ac:task-body")
            .map(|body| blocks(&body.children));
        let nested = task.elements().filter(|it| it.name == "ac:task-list");
        let nested = nested.map(|list| Block::List(tasks(list)));
        Item {
            task: Some(if done { Task::Done } else { Task::Open }),
            blocks: body.unwrap_or_default().into_iter().chain(nested).collect(),
        }
    };
    List {
        start: None,
        items: element.elements().map(item).collect(),
    }
}

/// The rows of a table, whatever groups them; a table inside a cell stays inside its cell. What
/// stands where a row or cell should be becomes one.
fn rows(element: &Element) -> Vec<Row> {
    let mut rows = Vec::new();
    for node in &element.children {
        match node {
            Node::Element(row) if row.name == "tr" => {
                let header = row.elements().all(|cell| cell.name == "th");
                rows.push(Row {
                    header,
                    cells: row.children.iter().filter_map(cell).collect(),
                });
            }
            Node::Element(group) if matches!(group.name.as_str(), "thead" | "tbody" | "tfoot") => {
                rows.extend(self::rows(group));
            }
            stray => rows.extend(cell(stray).map(|cell| Row {
                header: false,
                cells: vec![cell],
            })),
        }
    }
    rows
}

fn cell(node: &Node) -> Option<Vec<Block>> {
    match node {
        Node::Element(cell) if matches!(cell.name.as_str(), "td" | "th") => {
            Some(blocks(&cell.children))
        }
        stray => Some(blocks(std::slice::from_ref(stray))).filter(|blocks| !blocks.is_empty()),
    }
}

/// Columns; a section of one is only content.
fn columns(section: &Element, out: &mut Vec<Block>) {
    let cells: Vec<_> = section
        .elements()
        .filter(|it| it.name == "ac:layout-cell")
        .collect();
    let arrangement = section.attribute("ac:type").and_then(Arrangement::of_word);
    match arrangement.filter(|it| it.widths().len() == cells.len()) {
        Some(arrangement) => out.push(Block::Columns(Columns {
            arrangement,
            columns: cells.iter().map(|cell| blocks(&cell.children)).collect(),
        })),
        None => out.extend(blocks(&section.children)),
    }
}

/// Cloud's way to keep ADF in storage: the content counts, the fallback repeats it.
fn adf_extension(element: &Element, out: &mut Vec<Block>) {
    match (adf_panel(element), &element.kept) {
        (Some(kind), _) => out.push(Block::Callout(Callout {
            kind,
            title: String::new(),
            blocks: kept::body_element(element)
                .map(|body| blocks(&body.children))
                .unwrap_or_default(),
        })),
        (None, Some(placeholder)) => out.push(macros::kept(element, placeholder)),
        (None, None) => {}
    }
}

/// The kind of a panel that is kept as ADF, as Cloud does with the purple and custom ones.
fn adf_panel(element: &Element) -> Option<CalloutKind> {
    let node = element.child("ac:adf-node")?;
    let is_type = |it: &&Element| it.attribute("key") == Some("panel-type");
    let kind = node.elements().find(is_type).map(Element::text);
    if node.attribute("type") != Some("panel") || node.child("ac:adf-content").is_none() {
        return None;
    }
    Some(match kind.as_deref().map(str::trim) {
        Some("note") => CalloutKind::Important,
        Some("success" | "tip") => CalloutKind::Tip,
        Some("warning") => CalloutKind::Warning,
        Some("error") => CalloutKind::Caution,
        Some("custom") => CalloutKind::Panel,
        _ => CalloutKind::Note,
    })
}

#[cfg(test)]
mod tests;

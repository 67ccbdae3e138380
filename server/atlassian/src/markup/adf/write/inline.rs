//! Writes lines as ADF: texts with marks, and nodes for what a link of ours stands for.
//! Blocks are the parent's.

use serde_json::{Value, json};

use crate::markup::document::leaf::{Leaf, Leaves};
use crate::markup::document::{Inline, words};
use crate::markup::reference::{Person, Reference, milliseconds};

/// The nodes of a line.
pub(super) fn nodes(line: &[Inline]) -> Vec<Value> {
    let line = Leaves::of(line);
    let mut nodes = Vec::new();
    for run in line.leaves.chunk_by(|a, b| a.link == b.link) {
        match run[0].link.and_then(|at| line.links.get(at)) {
            Some(url) => link(url, run, &mut nodes),
            None => run.iter().for_each(|leaf| nodes.extend(node(leaf, None))),
        }
    }
    nodes
}

/// One leaf, within a link to this address.
fn node(leaf: &Leaf, href: Option<&str>) -> Option<Value> {
    match &leaf.content {
        Inline::Text(part) => text(part, leaf, Marks::Style, href),
        Inline::Code(part) => text(part, leaf, Marks::Code, href),
        Inline::Break => Some(json!({ "type": "hardBreak" })),
        Inline::Image { url, alt } => picture(url, alt, leaf, href),
        Inline::Link { url, .. } => bare(url, leaf),
        Inline::Styled(..) => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    Style,
    /// Code goes with a link, and with nothing else.
    Code,
}

fn text(part: &str, leaf: &Leaf, kind: Marks, href: Option<&str>) -> Option<Value> {
    if part.is_empty() {
        return None;
    }
    let mut marks = Vec::new();
    if let Some(href) = href {
        marks.push(json!({ "type": "link", "attrs": { "href": href } }));
    }
    let styles = [
        (leaf.styles.strong, "strong"),
        (leaf.styles.emphasis, "em"),
        (leaf.styles.strike, "strike"),
    ];
    if kind == Marks::Code {
        marks.push(json!({ "type": "code" }));
    } else {
        marks.extend(
            styles
                .iter()
                .filter(|it| it.0)
                .map(|it| json!({ "type": it.1 })),
        );
    }
    let mut node = json!({ "type": "text", "text": part });
    if !marks.is_empty() {
        node["marks"] = Value::Array(marks);
    }
    Some(node)
}

/// A picture among words is a link to it.
fn picture(url: &str, alt: &str, leaf: &Leaf, href: Option<&str>) -> Option<Value> {
    let shown = if alt.is_empty() { url } else { alt };
    match Reference::parse(url) {
        Reference::Web(url) => text(shown, leaf, Marks::Style, Some(href.unwrap_or(&url))),
        Reference::Attachment(name) => {
            let shown = if alt.is_empty() { &name } else { alt };
            text(shown, leaf, Marks::Style, href)
        }
        _ => text(shown, leaf, Marks::Style, href),
    }
}

/// A link that shows its address.
fn bare(url: &str, leaf: &Leaf) -> Option<Value> {
    match Reference::parse(url) {
        Reference::Web(url) if url.starts_with("http://") || url.starts_with("https://") => {
            Some(json!({ "type": "inlineCard", "attrs": { "url": url } }))
        }
        Reference::Web(url) => {
            let shown = url.strip_prefix("mailto:").unwrap_or(&url);
            text(shown, leaf, Marks::Style, Some(&url))
        }
        Reference::Person(person) => own(&Reference::Person(person), ""),
        reference => match own(&reference, "") {
            Some(node) => Some(node),
            None => text(&shown(&reference, url), leaf, Marks::Style, None),
        },
    }
}

/// A link around other leaves.
fn link(url: &str, run: &[Leaf], nodes: &mut Vec<Value>) {
    let reference = Reference::parse(url);
    if let Reference::Web(href) = &reference {
        return nodes.extend(run.iter().filter_map(|leaf| node(leaf, Some(href))));
    }
    let inside: Vec<_> = run.iter().map(|leaf| leaf.content.clone()).collect();
    let shown = words(&inside);
    if let Some(node) = own(&reference, shown.trim()) {
        return nodes.push(node);
    }
    nodes.extend(run.iter().filter_map(|leaf| node(leaf, None)));
    if reference == Reference::Unknown && !url.trim().is_empty() {
        nodes.extend(text(&format!(" ({url})"), &run[0], Marks::Style, None));
    }
}

/// What ADF has a node for.
fn own(reference: &Reference, shown: &str) -> Option<Value> {
    match reference {
        Reference::Person(Person::AccountId(id)) => {
            let mut attributes = json!({ "id": id });
            if !shown.is_empty() {
                attributes["text"] = json!(format!("@{}", shown.trim_start_matches('@')));
            }
            Some(json!({ "type": "mention", "attrs": attributes }))
        }
        Reference::Person(Person::UserName(name) | Person::UserKey(name)) => {
            let shown = if shown.is_empty() { name } else { shown };
            let shown = format!("@{}", shown.trim_start_matches('@'));
            Some(json!({ "type": "text", "text": shown }))
        }
        Reference::Status(colour) if !shown.is_empty() => {
            let attributes = json!({ "text": shown, "color": colour.word() });
            Some(json!({ "type": "status", "attrs": attributes }))
        }
        Reference::Date(day) => {
            let timestamp = milliseconds(day)?.to_string();
            Some(json!({ "type": "date", "attrs": { "timestamp": timestamp } }))
        }
        Reference::Emoji(name) => {
            let name = format!(":{}:", name.trim_matches(':'));
            Some(json!({ "type": "emoji", "attrs": { "shortName": name } }))
        }
        _ => None,
    }
}

/// How a link without words reads where it cannot be one.
fn shown(reference: &Reference, url: &str) -> String {
    match reference {
        Reference::Page(page) => page.title.clone(),
        Reference::Attachment(name) => name.clone(),
        _ => url.to_owned(),
    }
}

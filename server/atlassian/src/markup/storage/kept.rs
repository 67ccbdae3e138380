//! Parts of a page that have no form in Markdown: they are shown by a placeholder with a number, and
//! taken from the page as it was when the Markdown is written back.
//! How placeholders look in Markdown is the part of `reference` and the callouts.

use std::ops::Range;

use super::tree::{Element, Node, Placeholder};
use super::{inline, macros};

/// A part of the original page.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// What its placeholder says.
    pub(super) label: String,
    /// Where it is in the page.
    pub(super) range: Range<usize>,
    /// Where the content that Markdown shows is in the page.
    pub(super) body: Option<Body>,
    /// Whether it stood beside paragraphs, not in one.
    pub(super) stands_alone: bool,
    /// The name by which a person knows it.
    pub(super) name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// Elements.
    Rich(Range<usize>),
    /// Text, in CDATA.
    Plain(Range<usize>),
}

/// Numbers the parts without a form in Markdown from one on, in the order in which they begin.
pub(super) fn number(nodes: &mut [Node]) -> Vec<Part> {
    let mut parts = Vec::new();
    walk(nodes, true, &mut parts);
    parts
}

fn walk(nodes: &mut [Node], stands_alone: bool, parts: &mut Vec<Part>) {
    for node in nodes {
        let Node::Element(element) = node else {
            continue;
        };
        if is_kept(element) {
            let label = label(element);
            element.kept = Some(Placeholder {
                number: parts.len() + 1,
                label: label.clone(),
            });
            parts.push(Part {
                label,
                range: element.range.clone(),
                body: body(element),
                stands_alone,
                name: name(element),
            });
        }
        let in_line = matches!(
            element.name.as_str(),
            "p" | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "span"
                | "a"
                | "strong"
                | "em"
                | "ac:link-body"
        );
        walk(&mut element.children, stands_alone && !in_line, parts);
    }
}

/// Whether there is no form in Markdown for an element itself; what it contains may have one.
fn is_kept(element: &Element) -> bool {
    match element.name.as_str() {
        "ac:structured-macro" | "ac:macro" => !macros::has_markdown(element),
        "ac:adf-extension" => super::adf_panel(element).is_none(),
        "ac:link" => !inline::is_known_link(element),
        "ac:image" => inline::image_target(element).is_none(),
        "ac:emoticon" => !inline::is_known_emoticon(element),
        "ac:layout"
        | "ac:layout-section"
        | "ac:layout-cell"
        | "ac:rich-text-body"
        | "ac:plain-text-body"
        | "ac:task-list"
        | "ac:task"
        | "ac:task-id"
        | "ac:task-uuid"
        | "ac:task-status"
        | "ac:task-body"
        | "ac:parameter"
        | "ac:link-body"
        | "ac:plain-text-link-body"
        | "ac:inline-comment-marker"
        | "ac:adf-node"
        | "ac:adf-attribute"
        | "ac:adf-content"
        | "ac:adf-fallback"
        | "ac:adf-mark"
        | "ac:caption" => false,
        name if name.starts_with("ri:") => false,
        name => name.starts_with("ac:"),
    }
}

/// The content of a part that Markdown shows below its placeholder.
pub(super) fn body_element(element: &Element) -> Option<&Element> {
    let node = || element.child("ac:adf-node")?.child("ac:adf-content");
    match element.name.as_str() {
        "ac:structured-macro" | "ac:macro" => element
            .child("ac:rich-text-body")
            .or_else(|| element.child("ac:plain-text-body")),
        "ac:adf-extension" => node(),
        _ => None,
    }
}

fn body(element: &Element) -> Option<Body> {
    let body = body_element(element)?;
    // A body that is one empty tag has no place for content.
    if body.range.end == body.content.end {
        return None;
    }
    Some(match body.name.as_str() {
        "ac:plain-text-body" => Body::Plain(body.content.clone()),
        _ => Body::Rich(body.content.clone()),
    })
}

fn name(element: &Element) -> String {
    match element.name.as_str() {
        "ac:structured-macro" | "ac:macro" => macros::name(element).to_owned(),
        name => name.strip_prefix("ac:").unwrap_or(name).to_owned(),
    }
}

/// What a placeholder says: `macro: jira, key=DEMO-1`.
fn label(element: &Element) -> String {
    let text = match element.name.as_str() {
        "ac:structured-macro" | "ac:macro" => macros::description(element),
        name => {
            let name = name.strip_prefix("ac:").unwrap_or(name);
            match inline::description(element) {
                words if words.is_empty() || body_element(element).is_some() => name.to_owned(),
                words => format!("{name}: {words}"),
            }
        }
    };
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(words, 120)
}

fn shortened(text: String, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

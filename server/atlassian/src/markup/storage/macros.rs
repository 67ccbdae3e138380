//! Macros: the few that have a form in Markdown, and a visible mark for all others.
//! Nothing is expanded: that would need the site.

use super::inline;
use super::tree::Element;
use crate::markup::document::{Block, Inline, push};

/// The background by which a panel is known as important, Cloud's purple.
pub(super) const PURPLE: &str = "#eae6ff";

/// Whether a macro stands on lines of its own. Those without body are marks within the line.
pub(super) fn is_block(element: &Element) -> bool {
    element.child("ac:rich-text-body").is_some() || element.child("ac:plain-text-body").is_some()
}

/// A macro with a body.
pub(super) fn block(element: &Element, out: &mut Vec<Block>) {
    let name = name(element);
    let body = element
        .child("ac:rich-text-body")
        .map(|body| super::blocks(&body.children));
    let text = element.child("ac:plain-text-body").map(Element::text);
    match (name, body) {
        ("info" | "note" | "warning" | "tip" | "panel", Some(body)) => {
            let mut quote = vec![Block::caption(caption(element, name))];
            quote.extend(body);
            out.push(Block::Quote(quote));
        }
        ("expand", Some(body)) => {
            out.extend(parameter(element, "title").map(Block::caption));
            out.extend(body);
        }
        // These only arrange or mark what they contain.
        ("excerpt" | "section" | "column" | "details" | "div" | "span", Some(body)) => {
            out.extend(body);
        }
        ("code" | "noformat", None) => {
            out.extend(parameter(element, "title").map(Block::caption));
            let language = parameter(element, "language");
            out.push(Block::Code {
                language,
                text: text.unwrap_or_default(),
            });
        }
        (_, body) => {
            out.push(Block::text(mark(element)));
            out.extend(body.into_iter().flatten());
            out.extend(text.map(|text| Block::Code {
                language: None,
                text,
            }));
        }
    }
}

/// A macro without body, or one inside a line that has no room for blocks.
pub(super) fn inline(element: &Element, line: &mut Vec<Inline>) {
    match name(element) {
        "status" => {
            let title = parameter(element, "title").unwrap_or_else(|| "status".to_owned());
            push(line, Inline::Text(format!("[{title}]")));
        }
        "anchor" => {}
        _ => push(line, Inline::Text(mark(element))),
    }
    for body in element
        .elements()
        .filter(|child| child.name.ends_with("-body"))
    {
        for inline in inline::line(&body.children) {
            push(line, inline);
        }
    }
}

fn name(element: &Element) -> &str {
    element.attribute("ac:name").unwrap_or("unknown")
}

fn parameter(element: &Element, name: &str) -> Option<String> {
    let mut all = element
        .elements()
        .filter(|child| child.name == "ac:parameter");
    let found = all.find(|child| child.attribute("ac:name") == Some(name))?;
    Some(value(found)).filter(|value| !value.is_empty())
}

/// The value of a parameter: text, or a resource such as a page.
fn value(parameter: &Element) -> String {
    let line = inline::line(&parameter.children);
    let part = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Link { url, .. } | Inline::Image { url, .. } => url.clone(),
        Inline::Styled(..) | Inline::Break => String::new(),
    };
    line.iter().map(part).collect::<String>().trim().to_owned()
}

/// The title of a panel, or else its kind.
fn caption(element: &Element, name: &str) -> String {
    parameter(element, "title").unwrap_or_else(|| {
        let (first, rest) = name.split_at(1);
        first.to_ascii_uppercase() + rest
    })
}

/// `[macro: name, parameter=value, …]`.
fn mark(element: &Element) -> String {
    let mut text = format!("[macro: {}", name(element));
    for child in element
        .elements()
        .filter(|child| child.name == "ac:parameter")
    {
        let value = value(child);
        match child.attribute("ac:name") {
            Some(name) => text.push_str(&format!(", {name}={value}")),
            None => text.push_str(&format!(", {value}")),
        }
    }
    text.push(']');
    text
}

//! Macros: the few that have a form in Markdown, and a visible mark for all others.
//! Nothing is expanded: that would need the site.

use super::tree::{Element, Placeholder};
use super::{inline, unseen};
use crate::markup::document::{Block, Callout, CalloutKind, Inline, push, words};
use crate::markup::reference::{Colour, Reference};

/// The background by which a panel is known as important, Cloud's purple.
pub(super) const PURPLE: &str = "#eae6ff";

/// Whether a macro is a construct of Markdown, ours included.
pub(super) fn has_markdown(element: &Element) -> bool {
    let rich = element.child("ac:rich-text-body").is_some();
    let plain = element.child("ac:plain-text-body").is_some();
    match name(element) {
        "info" | "note" | "warning" | "tip" | "panel" | "expand" => rich,
        "code" | "noformat" => plain && !rich,
        "status" => !rich && !plain && parameter(element, "title").is_some(),
        _ => false,
    }
}

/// Whether a macro stands on lines of its own. Those without body are part of the line.
pub(super) fn is_block(element: &Element) -> bool {
    element.child("ac:rich-text-body").is_some() || element.child("ac:plain-text-body").is_some()
}

/// A macro with a body.
pub(super) fn block(element: &Element, out: &mut Vec<Block>) {
    let body = || {
        let body = element.child("ac:rich-text-body");
        body.map(|body| super::blocks(&body.children))
            .unwrap_or_default()
    };
    if let Some(placeholder) = &element.kept {
        return out.push(kept(element, placeholder));
    }
    if let Some(kind) = callout_kind(element) {
        return out.push(Block::Callout(Callout {
            kind,
            title: parameter(element, "title").unwrap_or_default(),
            blocks: body(),
        }));
    }
    out.extend(parameter(element, "title").map(Block::caption));
    let text = element.child("ac:plain-text-body");
    out.extend(text.map(|text| code(text, parameter(element, "language"))));
}

/// Text that keeps its lines, unless it is hidden: then it is one.
pub(super) fn code(element: &Element, language: Option<String>) -> Block {
    if unseen::is_in(element) {
        return Block::Paragraph(inline::line(&element.children));
    }
    let text = element.text();
    Block::Code { language, text }
}

/// A placeholder, and below it what the part contains.
pub(super) fn kept(element: &Element, placeholder: &Placeholder) -> Block {
    let body = super::kept::body_element(element);
    let blocks = match body {
        Some(body) if body.name == "ac:plain-text-body" => vec![code(body, None)],
        Some(body) => super::blocks(&body.children),
        None => Vec::new(),
    };
    Block::Callout(Callout {
        kind: CalloutKind::Kept(placeholder.number),
        title: placeholder.label.clone(),
        blocks,
    })
}

/// By colour Confluence's `note` is a warning, and its `warning` an error.
fn callout_kind(element: &Element) -> Option<CalloutKind> {
    Some(match name(element) {
        "info" => CalloutKind::Note,
        "tip" => CalloutKind::Tip,
        "note" => CalloutKind::Warning,
        "warning" => CalloutKind::Caution,
        "expand" => CalloutKind::Expand,
        "panel" if parameter(element, "bgColor").as_deref() == Some(PURPLE) => {
            CalloutKind::Important
        }
        "panel" => CalloutKind::Panel,
        _ => return None,
    })
}

/// A macro without body, or one inside a line that has no room for blocks.
pub(super) fn inline(element: &Element, line: &mut Vec<Inline>) {
    if element.kept.is_some() {
        return inline::kept(element, line);
    }
    if let ("status", Some(title)) = (name(element), parameter(element, "title")) {
        let colour = parameter(element, "colour").or_else(|| parameter(element, "color"));
        let colour = Colour::of_word(colour.as_deref().unwrap_or_default());
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        return push(
            line,
            Inline::link(Reference::Status(colour).to_string(), title),
        );
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

pub(super) fn name(element: &Element) -> &str {
    element.attribute("ac:name").unwrap_or("unknown")
}

pub(super) fn parameter(element: &Element, name: &str) -> Option<String> {
    let mut all = element
        .elements()
        .filter(|child| child.name == "ac:parameter");
    let found = all.find(|child| child.attribute("ac:name") == Some(name))?;
    Some(value(found)).filter(|value| !value.is_empty())
}

/// The value of a parameter: text, or a resource such as a page.
fn value(parameter: &Element) -> String {
    words(&inline::line(&parameter.children)).trim().to_owned()
}

/// `macro: name, parameter=value, …`.
pub(super) fn description(element: &Element) -> String {
    let mut text = format!("macro: {}", name(element));
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
    text
}

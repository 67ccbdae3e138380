//! XML as a tree, forgiving: pages come from many editors and old versions.
//! What the elements mean is the parent's part.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use super::reader::Reader;
use crate::markup::entities;

/// Elements below this depth lose their own place and become part of their parent; real pages stay
/// below thirty.
const DEEPEST: usize = 150;

#[derive(Debug, PartialEq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Debug, PartialEq, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
    /// Where it is in the source, with its tags.
    pub(super) range: Range<usize>,
    /// Where its content is in the source.
    pub(super) content: Range<usize>,
    /// What stands for it, if it has no form in Markdown; see `kept`.
    pub(super) kept: Option<Placeholder>,
}

/// A number among the parts that have no form in Markdown, and words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placeholder {
    pub(super) number: usize,
    pub(super) label: String,
}

impl Element {
    /// An element that the source does not have.
    pub(super) fn around(node: Node, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            children: vec![node],
            ..Self::default()
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Whether an attribute is there, with a value or without.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(key, _)| key == name)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// All text inside, as it stands.
    pub(super) fn text(&self) -> String {
        let part = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) if element.name == "br" => "\n".to_owned(),
            Node::Element(element) => element.text(),
        };
        self.children.iter().map(part).collect()
    }
}

/// The tree. After a syntax error the rest is one text.
pub(super) fn parse(xml: &str) -> Vec<Node> {
    let mut reader = Reader::of(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut open = vec![Element::default()];
    loop {
        let before = reader.position();
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => grow(&mut open, event, before..reader.position()),
            Err(_) => {
                add_text(&mut open, xml.get(before..).unwrap_or_default());
                break;
            }
        }
    }
    close(&mut open, 1, xml.len());
    open.pop().unwrap_or_default().children
}

fn grow(open: &mut Vec<Element>, event: Event<'_>, at: Range<usize>) {
    match event {
        Event::Start(start) => {
            let element = element(&start, at);
            if is_void(&element.name) || open.len() > DEEPEST {
                add(open, Node::Element(element));
            } else {
                open.push(element);
            }
        }
        Event::Empty(start) => add(open, Node::Element(element(&start, at))),
        Event::End(end) => {
            let name = end.name();
            let name: &str = name.as_ref();
            let index = open
                .iter()
                .skip(1)
                .rposition(|element| element.name == name);
            // An end without beginning is ignored.
            if let Some(index) = index {
                close(open, index + 2, at.start);
                if let Some(mut element) = open.pop() {
                    element.content.end = at.start;
                    element.range.end = at.end;
                    add(open, Node::Element(element));
                }
            }
        }
        Event::Text(text) => add_text(open, &text),
        Event::CData(data) => add_text(open, &data),
        Event::GeneralRef(name) => {
            let unknown = || format!("&{};", &*name);
            add_text(open, &entities::character(&name).unwrap_or_else(unknown));
        }
        Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {}
    }
}

/// Closes open elements until `left` are open, as if they ended here.
fn close(open: &mut Vec<Element>, left: usize, end: usize) {
    while open.len() > left {
        let Some(mut element) = open.pop() else {
            return;
        };
        element.content.end = end;
        element.range.end = end;
        add(open, Node::Element(element));
    }
}

fn add(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn add_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else {
        return;
    };
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

fn element(start: &BytesStart<'_>, at: Range<usize>) -> Element {
    // `html_attributes` also takes values without quotes; what it cannot take is left out.
    let mut attributes = start.html_attributes();
    attributes.with_checks(false);
    Element {
        name: AsRef::<str>::as_ref(&start.name()).to_ascii_lowercase(),
        attributes: attributes
            .flatten()
            .map(|it| {
                (
                    AsRef::<str>::as_ref(&it.key).to_owned(),
                    entities::decode(&it.value),
                )
            })
            .collect(),
        children: Vec::new(),
        content: at.end..at.end,
        range: at,
        kept: None,
    }
}

/// Elements of HTML that have no end, in pages that were pasted as such.
fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "col")
}

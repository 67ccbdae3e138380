//! Finds the text of a page that no reader sees, by how elements are drawn, and marks it in the tree.
//! What a single element says is read by `style`.

use super::style::{self, Background};
use super::tree::{Element, Node};
use super::{is_block, macros};
use crate::markup::hidden::ink::{Colour, Paper};

/// The element around hidden text. No element of a page has a name with a blank.
pub(super) const MARK: &str = "hidden text";

/// Puts a mark around all text that is not seen.
pub(super) fn mark(nodes: &mut Vec<Node>) {
    walk(nodes, &Look::default());
}

/// Whether there is a mark inside.
pub(super) fn is_in(element: &Element) -> bool {
    element.elements().any(|it| it.name == MARK || is_in(it))
}

/// How text is drawn at a place of the page.
#[derive(Debug, Clone, Default)]
struct Look {
    /// Nothing is drawn at all.
    gone: bool,
    invisible: bool,
    tiny: bool,
    /// The colour of letters, where one was said.
    ink: Option<Colour>,
    paper: Paper,
}

impl Look {
    /// How it is inside an element.
    fn within(&self, element: &Element) -> Self {
        let mut look = self.clone();
        match element.name.as_str() {
            // Headings of tables are grey.
            "th" => look.paper = Paper::Unknown,
            // Links have a colour of their own.
            "a" | "ac:link" | "time" => look.ink = None,
            "ac:structured-macro" | "ac:macro" => look.enter_macro(element),
            "ac:adf-extension" => look.paper = Paper::Unknown,
            _ => {}
        }
        let style = style::of(element);
        look.gone |= style.gone;
        look.invisible = style.visible.map_or(look.invisible, |visible| !visible);
        look.tiny = style.tiny.unwrap_or(look.tiny);
        look.ink = style.ink.or(look.ink);
        match style.paper {
            None | Some(Background::Colour(Colour::Transparent)) => {}
            Some(Background::Colour(colour)) => look.paper = Paper::Coloured(colour),
            Some(Background::Unknown) => look.paper = Paper::Unknown,
        }
        look
    }

    /// Boxes of macros have colours of their own, and code has letters of its own.
    fn enter_macro(&mut self, element: &Element) {
        match macros::name(element) {
            "panel" => {
                let colour = macros::parameter(element, "bgColor");
                self.paper = Paper::of(colour.as_deref().and_then(Colour::parse));
            }
            "info" | "note" | "tip" | "warning" => self.paper = Paper::Unknown,
            "code" | "noformat" | "status" => {
                (self.ink, self.tiny, self.paper) = (None, false, Paper::Unknown);
            }
            // One that nobody knows here may paint what it likes, if it takes a colour.
            _ => {
                let paints = |child: &Element| {
                    let name = child
                        .attribute("ac:name")
                        .unwrap_or_default()
                        .to_lowercase();
                    ["colo", "background", "style", "class"]
                        .iter()
                        .any(|word| name.contains(word))
                };
                if element.elements().any(paints) {
                    self.paper = Paper::Unknown;
                }
            }
        }
    }

    /// Whether even pictures are not seen.
    fn is_empty(&self) -> bool {
        self.gone || self.invisible
    }

    fn hides_text(&self) -> bool {
        let unread = || self.ink.as_ref().is_some_and(|ink| self.paper.hides(ink));
        self.is_empty() || self.tiny || unread()
    }
}

fn walk(nodes: &mut Vec<Node>, look: &Look) {
    for node in nodes {
        let hidden = match node {
            Node::Text(_) => look.hides_text(),
            Node::Element(element) => enter(element, look),
        };
        if hidden {
            let inside = std::mem::replace(node, Node::Text(String::new()));
            *node = Node::Element(Element::around(inside, MARK));
        }
    }
}

/// Marks what is hidden in an element; whether it is itself, as a whole.
fn enter(element: &mut Element, look: &Look) -> bool {
    let look = look.within(element);
    // What it says is in its placeholder, which is seen.
    if element.kept.is_some() && super::kept::body_element(element).is_none() {
        return false;
    }
    if is_drawn_as_one(element) && look.is_empty() {
        return true;
    }
    walk(&mut element.children, &look);
    false
}

/// Parts of a line that are more than the text in them.
fn is_drawn_as_one(element: &Element) -> bool {
    match element.name.as_str() {
        "a" | "img" | "time" | "ac:link" | "ac:image" | "ac:emoticon" => !is_block(element),
        "ac:structured-macro" | "ac:macro" => macros::name(element) == "status",
        _ => false,
    }
}

#[cfg(test)]
mod tests;

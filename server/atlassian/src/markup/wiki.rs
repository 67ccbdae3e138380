//! Wiki markup, which Jira Data Center keeps, as Markdown.
//! Notation follows Jira's "Text Formatting Notation Help".

use super::document::{Block, Callout, CalloutKind};
use super::hidden::ink::Paper;
use super::{parser, writer};

mod drawing;
mod emoticons;
mod inline;
mod lines;
mod pieces;
mod write;

use drawing::Drawing;
use pieces::{Container, Piece};

/// The text as Markdown.
///
/// ```
/// let text = "h1. T\n* a\n** *b*\n{code:rust}x{code}";
/// let markdown = "# T\n\n- a\n  - **b**\n\n```rust\nx\n```";
/// assert_eq!(atlassian::markup::wiki::to_markdown(text), markdown);
/// ```
#[must_use]
pub fn to_markdown(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    writer::markdown(&document(&text))
}

/// Markdown as wiki markup. What the notation cannot say becomes the nearest thing it can.
///
/// ```
/// let text = atlassian::markup::wiki::from_markdown("# T\n\n- a\n  - **b**");
/// assert_eq!(text, "h1. T\n\n* a\n** *b*");
/// ```
#[must_use]
pub fn from_markdown(markdown: &str) -> String {
    write::document(&parser::parse(markdown))
}

/// The backgrounds with which Atlassian writes Cloud's panels as wiki markup.
const COLOURS: [(CalloutKind, &str); 5] = [
    (CalloutKind::Note, "#deebff"),
    (CalloutKind::Tip, "#e3fcef"),
    (CalloutKind::Important, "#eae6ff"),
    (CalloutKind::Warning, "#fffae6"),
    (CalloutKind::Caution, "#ffebe6"),
];

fn panel_colour(kind: CalloutKind) -> Option<&'static str> {
    let found = COLOURS.iter().find(|(known, _)| *known == kind);
    found.map(|(_, colour)| *colour)
}

fn kind_of_colour(colour: &str) -> Option<CalloutKind> {
    let found = COLOURS
        .iter()
        .find(|(_, known)| known.eq_ignore_ascii_case(colour));
    found.map(|(kind, _)| *kind)
}

/// Containers that are open, innermost last, above the text itself.
struct Open {
    levels: Vec<(Container, Vec<Block>)>,
    outside: Vec<Block>,
}

fn document(text: &str) -> Vec<Block> {
    let mut drawing = Drawing::of(text);
    let mut open = Open {
        levels: Vec::new(),
        outside: Vec::new(),
    };
    for piece in pieces::cut(text) {
        match piece {
            Piece::Text(text) => {
                drawing.paper = open.paper();
                open.inside().extend(lines::blocks(text, &mut drawing));
            }
            Piece::Code {
                title,
                language,
                text,
            } => {
                open.inside().extend(title.map(Block::caption));
                let language = language.map(str::to_owned);
                open.inside().push(Block::Code {
                    language,
                    text: text.to_owned(),
                });
            }
            Piece::Open(container) => open.levels.push((container, Vec::new())),
            Piece::Close(name) => open.close(name),
        }
    }
    while let Some((container, _)) = open.levels.last() {
        let name = container.name;
        open.close(name);
    }
    open.outside
}

impl Open {
    /// What the text in the innermost container stands on.
    fn paper(&self) -> Paper {
        let mut levels = self.levels.iter().rev();
        let paper = levels.find_map(|(container, _)| container.paper.clone());
        paper.unwrap_or_default()
    }

    fn inside(&mut self) -> &mut Vec<Block> {
        self.levels
            .last_mut()
            .map_or(&mut self.outside, |(_, blocks)| blocks)
    }

    /// Closes the innermost container of this name and all within it.
    fn close(&mut self, name: &str) {
        let Some(at) = self
            .levels
            .iter()
            .rposition(|(container, _)| container.name == name)
        else {
            return;
        };
        while self.levels.len() > at {
            if let Some((container, blocks)) = self.levels.pop() {
                let quote = match container.kind {
                    Some(kind) => Block::Callout(Callout {
                        kind,
                        title: container.title,
                        blocks,
                    }),
                    None => Block::Quote(blocks),
                };
                self.inside().push(quote);
            }
        }
    }
}

#[cfg(test)]
mod tests;

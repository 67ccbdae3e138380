//! Wiki markup, which Jira Data Center keeps, as Markdown.
//! Notation follows Jira's "Text Formatting Notation Help".

use super::document::Block;
use super::writer;

mod inline;
mod lines;
mod pieces;

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
    writer::markdown(&document(pieces::cut(&text)))
}

/// Containers that are open, innermost last, above the text itself.
struct Open {
    levels: Vec<(Container, Vec<Block>)>,
    outside: Vec<Block>,
}

fn document(pieces: Vec<Piece<'_>>) -> Vec<Block> {
    let mut open = Open {
        levels: Vec::new(),
        outside: Vec::new(),
    };
    for piece in pieces {
        match piece {
            Piece::Text(text) => open.inside().extend(lines::blocks(text)),
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
                let whole = container
                    .title
                    .into_iter()
                    .map(Block::caption)
                    .chain(blocks);
                let quote = Block::Quote(whole.collect());
                self.inside().push(quote);
            }
        }
    }
}

#[cfg(test)]
mod tests;

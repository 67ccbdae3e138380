//! Columns in Markdown: paragraphs that say `::: columns two_equal`, `::: column` and `::: end`.
//! They count at the top of a text only, as in Atlassian's editors.

use super::{Frame, Kind, Parser};
use crate::markup::document::{Arrangement, Block, Columns};

/// Columns that have begun.
pub(super) struct Open {
    arrangement: Arrangement,
    pub(super) columns: Vec<Vec<Block>>,
    /// Whether a mark has said that the first column begins.
    said: bool,
}

/// Does what a paragraph with these words asks for, if it asks for anything.
pub(super) fn mark(words: &str, parser: &mut Parser<'_>) -> bool {
    let Some(asked) = words.strip_prefix(":::").map(str::trim) else {
        return false;
    };
    let (place, mut asked) = (parser.open.last(), asked.split_whitespace());
    let in_column = place.is_some_and(|frame| matches!(frame.kind, Kind::Column));
    let at_top = place.is_some_and(|frame| matches!(frame.kind, Kind::Root));
    match (asked.next(), asked.next(), asked.next()) {
        (Some("columns"), arrangement, None) if at_top => {
            let arrangement = arrangement.and_then(Arrangement::of_word);
            parser.open.push(Frame::new(Kind::Columns(Open {
                arrangement: arrangement.unwrap_or(Arrangement::TwoEqual),
                columns: Vec::new(),
                said: false,
            })));
            parser.open.push(Frame::new(Kind::Column));
        }
        (Some("column"), None, None) if in_column => {
            // The first mark only repeats that a column begins; after another one that column is empty.
            if !repeats_the_first(parser) {
                parser.close();
                parser.open.push(Frame::new(Kind::Column));
            }
        }
        (Some("end"), None, None) if in_column => {
            parser.close();
            parser.close();
        }
        _ => return false,
    }
    true
}

/// Whether a mark stands where the first column begins anyway; from then on that is said.
fn repeats_the_first(parser: &mut Parser<'_>) -> bool {
    match parser.open.as_mut_slice() {
        [
            ..,
            Frame {
                kind: Kind::Columns(open),
                ..
            },
            column,
        ] if open.columns.is_empty() && column.blocks.is_empty() => {
            !std::mem::replace(&mut open.said, true)
        }
        _ => false,
    }
}

impl Open {
    /// Two or three columns; one alone is no column, and more than three become the third.
    pub(super) fn close(mut self) -> Vec<Block> {
        if self.columns.len() > 3 {
            let more: Vec<_> = self.columns.drain(3..).flatten().collect();
            self.columns[2].extend(more);
        }
        let equal = match self.columns.len() {
            0 | 1 => return self.columns.into_iter().flatten().collect(),
            2 => Arrangement::TwoEqual,
            _ => Arrangement::ThreeEqual,
        };
        let fits = self.arrangement.widths().len() == self.columns.len();
        vec![Block::Columns(Columns {
            arrangement: if fits { self.arrangement } else { equal },
            columns: self.columns,
        })]
    }
}

//! The colours of a text while it is read from its beginning to its end: `{color}` reaches over lines,
//! cells and boxes.
//! What a text stands on is told by who reads it.

use crate::markup::hidden::ink::{Colour, Paper};

/// How the text at a place is drawn.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) paper: Paper,
    /// The colours that are open, innermost last; none for what is no colour.
    open: Vec<Option<Colour>>,
    /// How many ends are further on. Without its end a tag does not colour anything.
    ends: usize,
}

/// The end of a colour.
const END: &str = "{color}";

impl Drawing {
    pub(super) fn of(text: &str) -> Self {
        Self {
            paper: Paper::Blank,
            open: Vec::new(),
            ends: text.matches(END).count(),
        }
    }

    /// Takes a tag without its braces, as in `color:red`; false if it says no colour.
    pub(super) fn take(&mut self, tag: &str) -> bool {
        let Some(parameter) = tag.strip_prefix("color") else {
            return false;
        };
        if parameter.is_empty() {
            self.ends = self.ends.saturating_sub(1);
            self.open.pop();
        } else if let Some(colour) = parameter.strip_prefix(':') {
            if self.open.len() < self.ends {
                self.open.push(Colour::parse(colour));
            }
        } else {
            return false;
        }
        true
    }

    /// Whether the text here cannot be told from what it stands on.
    pub(super) fn hides(&self) -> bool {
        match self.open.last() {
            Some(Some(ink)) => self.paper.hides(ink),
            Some(None) | None => false,
        }
    }
}

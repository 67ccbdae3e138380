//! Rich text of issues: samples written once and told in the dialects of both Jiras, and what callers
//! wrote, kept in the dialect it came in.
//! Confluence pages are not here: they are storage format from the start.

mod adf;
mod plain;
mod valid_adf;
mod wiki;

use serde::Deserialize;
use serde_json::Value;

use crate::people::Person;
pub(crate) use valid_adf::check as check_adf;

/// A text.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Blocks")]
pub(crate) enum Document {
    /// Blocks of the sample data.
    Sample(Blocks),
    /// What a caller of Cloud wrote; checked.
    Adf(Value),
    /// What a caller of Data Center wrote.
    Wiki(String),
}

/// Text of the sample data.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Blocks(Vec<Block>);

/// A block; in sample data a bare string is a paragraph.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Block {
    Paragraph(Line),
    Structured(Structured),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Structured {
    Heading {
        level: u8,
        text: String,
    },
    Bullets(Vec<Item>),
    Numbers(Vec<Item>),
    /// The first row is the heading.
    Table(Vec<Vec<Line>>),
    Code {
        language: Option<String>,
        text: String,
    },
    Panel {
        kind: PanelKind,
        text: Line,
    },
    Tasks(Vec<Task>),
    Quote(Line),
    Rule(()),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum PanelKind {
    Info,
    Warning,
}

/// A point of a list, with the list below it if there is one.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Item {
    Plain(Line),
    Nested { text: Line, below: Vec<Self> },
}

#[derive(Clone, Debug, Deserialize)]
struct Task {
    done: bool,
    text: Line,
}

/// Text within a block: a bare string, or several pieces.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Bare(String),
    Pieces(Vec<Piece>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Piece {
    Text(String),
    Marked(Marked),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Marked {
    Strong(String),
    Emphasis(String),
    Code(String),
    /// A person's user name.
    Mention(String),
    Link {
        text: String,
        href: String,
    },
    Emoji {
        name: String,
        text: String,
    },
}

impl Line {
    fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Bare(text) => vec![Piece::Text(text.clone())],
            Self::Pieces(pieces) => pieces.clone(),
        }
    }
}

impl Item {
    fn parts(&self) -> (&Line, &[Self]) {
        match self {
            Self::Plain(text) => (text, &[]),
            Self::Nested { text, below } => (text, below),
        }
    }
}

impl Document {
    /// A document of one paragraph.
    pub(crate) fn paragraph(text: impl Into<String>) -> Self {
        Self::Sample(Blocks(vec![Block::Paragraph(Line::Bare(text.into()))]))
    }
}

impl From<Blocks> for Document {
    fn from(blocks: Blocks) -> Self {
        Self::Sample(blocks)
    }
}

/// The person that a mention names, if they exist.
fn mentioned<'a>(people: &'a [Person], user_name: &str) -> Option<&'a Person> {
    people.iter().find(|person| person.user_name == user_name)
}

#[cfg(test)]
mod tests;

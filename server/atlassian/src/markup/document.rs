//! A document between its dialect and Markdown: blocks that hold inlines.
//! Readers build it, the writer prints it.

/// A part that stands on lines of its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    /// Level 1 to 6.
    Heading(u8, Vec<Inline>),
    List(List),
    Code {
        language: Option<String>,
        text: String,
    },
    Quote(Vec<Self>),
    Table(Vec<Row>),
    Rule,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct List {
    /// Number of the first item; none for bullets.
    pub(super) start: Option<u64>,
    pub(super) items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) task: Option<Task>,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Open,
    Done,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Whether every cell is a heading.
    pub(super) header: bool,
    pub(super) cells: Vec<Vec<Block>>,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inline {
    Text(String),
    Code(String),
    Styled(Style, Vec<Self>),
    Link { url: String, text: Vec<Self> },
    Image { url: String, alt: String },
    Break,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Strong,
    Emphasis,
    Strike,
}

impl Item {
    pub(super) fn plain(blocks: Vec<Block>) -> Self {
        Self { task: None, blocks }
    }
}

impl Block {
    /// A paragraph of unformatted text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Inline::Text(text.into())])
    }

    /// A line in bold, as a caption of what follows.
    pub(super) fn caption(text: impl Into<String>) -> Self {
        let text = vec![Inline::Text(text.into())];
        Self::Paragraph(vec![Inline::Styled(Style::Strong, text)])
    }
}

/// Appends an inline, joining it with its neighbour where both are text or of one style:
/// `**a****b**` would be wrong Markdown.
pub(super) fn push(line: &mut Vec<Inline>, inline: Inline) {
    match (line.last_mut(), inline) {
        (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
        (Some(Inline::Styled(style, inside)), Inline::Styled(same, more)) if *style == same => {
            for inline in more {
                push(inside, inline);
            }
        }
        (_, Inline::Text(text)) if text.is_empty() => {}
        (_, inline) => line.push(inline),
    }
}

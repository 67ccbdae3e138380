//! A document between its dialect and Markdown: blocks that hold inlines.
//! Readers build it, writers print it.

use super::hidden;

pub(super) mod leaf;

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
    Callout(Callout),
    Table(Vec<Row>),
    Columns(Columns),
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

/// A quote with a meaning: `> [!NOTE] title`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Callout {
    pub(super) kind: CalloutKind,
    /// Empty where there is none.
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// The five alerts of GitHub, and what Atlassian has besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CalloutKind {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
    /// A panel without meaning of its own.
    Panel,
    /// Content behind a title that unfolds.
    Expand,
    /// A macro or node that is kept as it is in the original, by its number there; its content is
    /// the callout's.
    Kept(usize),
}

impl CalloutKind {
    /// The word in the brackets.
    pub(super) fn word(self) -> String {
        match self {
            Self::Note => "NOTE".to_owned(),
            Self::Tip => "TIP".to_owned(),
            Self::Important => "IMPORTANT".to_owned(),
            Self::Warning => "WARNING".to_owned(),
            Self::Caution => "CAUTION".to_owned(),
            Self::Panel => "PANEL".to_owned(),
            Self::Expand => "EXPAND".to_owned(),
            Self::Kept(number) => format!("KEPT {number}"),
        }
    }

    /// The kind a word stands for; besides our own words those that Atlassian's editors use.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_uppercase();
        if let Some(number) = word.strip_prefix("KEPT ") {
            return number.trim().parse().ok().map(Self::Kept);
        }
        Some(match word.as_str() {
            "NOTE" | "INFO" => Self::Note,
            "TIP" | "SUCCESS" => Self::Tip,
            "IMPORTANT" => Self::Important,
            "WARNING" => Self::Warning,
            "CAUTION" | "ERROR" | "DANGER" => Self::Caution,
            "PANEL" => Self::Panel,
            "EXPAND" => Self::Expand,
            _ => return None,
        })
    }
}

/// Columns beside each other, two or three.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    pub(super) arrangement: Arrangement,
    pub(super) columns: Vec<Vec<Block>>,
}

/// How wide columns are, in Confluence's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrangement {
    TwoEqual,
    TwoLeftSidebar,
    TwoRightSidebar,
    ThreeEqual,
    ThreeWithSidebars,
}

impl Arrangement {
    const ALL: [(Self, &'static str, &'static [f64]); 5] = [
        (Self::TwoEqual, "two_equal", &[50.0, 50.0]),
        (Self::TwoLeftSidebar, "two_left_sidebar", &[33.33, 66.66]),
        (Self::TwoRightSidebar, "two_right_sidebar", &[66.66, 33.33]),
        (Self::ThreeEqual, "three_equal", &[33.33, 33.33, 33.33]),
        (
            Self::ThreeWithSidebars,
            "three_with_sidebars",
            &[25.0, 50.0, 25.0],
        ),
    ];

    pub(super) fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(kind, ..)| *kind == self);
        found.map_or("two_equal", |(_, word, _)| word)
    }

    /// Shares of the whole width, in percent.
    pub(super) fn widths(self) -> &'static [f64] {
        let found = Self::ALL.iter().find(|(kind, ..)| *kind == self);
        found.map_or(&[50.0, 50.0], |(.., widths)| widths)
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, name, _)| *name == word);
        found.map(|(kind, ..)| *kind)
    }

    /// The arrangement nearest to these widths, if there is one for as many.
    pub(super) fn of_widths(widths: &[f64]) -> Option<Self> {
        let distance =
            |known: &[f64]| -> f64 { known.iter().zip(widths).map(|(a, b)| (a - b).abs()).sum() };
        Self::ALL
            .iter()
            .filter(|(.., known)| known.len() == widths.len())
            .min_by(|(.., a), (.., b)| distance(a).total_cmp(&distance(b)))
            .map(|(kind, ..)| *kind)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Whether every cell is a heading.
    pub(super) header: bool,
    pub(super) cells: Vec<Vec<Block>>,
}

/// A part of a line. What Atlassian has beyond Markdown (people, pages, attachments, statuses,
/// dates, macros) is a link whose address `reference` understands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inline {
    Text(String),
    Code(String),
    Styled(Style, Vec<Self>),
    /// A link without text shows its address.
    Link {
        url: String,
        text: Vec<Self>,
    },
    Image {
        url: String,
        alt: String,
    },
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

impl Inline {
    /// A link with plain text.
    pub(super) fn link(url: String, text: impl Into<String>) -> Self {
        let text = text.into();
        let text = if text.is_empty() {
            Vec::new()
        } else {
            vec![Self::Text(text)]
        };
        Self::Link { url, text }
    }
}

/// The words of a line, without marks.
pub(super) fn words(line: &[Inline]) -> String {
    let part = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Styled(_, inside) => words(inside),
        Inline::Link { url, text } if text.is_empty() => url.clone(),
        Inline::Link { text, .. } => words(text),
        Inline::Image { alt, .. } => alt.clone(),
        Inline::Break => " ".to_owned(),
    };
    line.iter().map(part).collect()
}

/// Appends an inline, joining it with its neighbour where both are text or of one style:
/// `**a****b**` would be wrong Markdown. Hidden text is one, whatever its marks.
pub(super) fn push(line: &mut Vec<Inline>, inline: Inline) {
    if hidden::is_concealed(&inline) {
        return hidden::conceal(line, &[inline]);
    }
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

impl List {
    /// The list cut where tasks begin and end: the dialects keep tasks in lists of their own.
    pub(super) fn parts(&self) -> Vec<Self> {
        let mut start = self.start;
        let mut parts = Vec::new();
        for run in self
            .items
            .chunk_by(|a, b| a.task.is_some() == b.task.is_some())
        {
            let tasks = run[0].task.is_some();
            parts.push(Self {
                start: if tasks { None } else { start },
                items: run.to_vec(),
            });
            let count = u64::try_from(run.len()).unwrap_or(u64::MAX);
            start = start.map(|start| start.saturating_add(count));
        }
        parts
    }
}

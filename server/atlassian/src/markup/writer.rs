//! Writes a document as Markdown (`CommonMark` with tables, task lists and strikethrough).
//! Lines are not wrapped.

use super::document::{Block, Callout, Columns, Item, List, Row, Task};

mod escape;
mod inline;

use inline::line;

/// The document as Markdown, without line break at its end.
pub(super) fn markdown(blocks: &[Block]) -> String {
    joined(blocks, |_, _| "\n\n").text
}

/// Blocks as Markdown, and which of them came first: some blocks have nothing to show.
struct Written<'a> {
    text: String,
    first: Option<&'a Block>,
}

/// The blocks with what is to stand between them. Lists that follow each other have different marks,
/// or they would be one. The gap depends on the block before and on the next one with its text; every
/// block is written once, however deep it stands.
fn joined<'a>(
    blocks: &'a [Block],
    gap: impl Fn(&Block, (&Block, &str)) -> &'static str,
) -> Written<'a> {
    let mut text = String::new();
    let mut first = None;
    let mut last: Option<(&Block, Marks)> = None;
    for content in blocks {
        let marks = match (last, content) {
            (Some((Block::List(before), marks)), Block::List(list))
                if before.start.is_some() == list.start.is_some() =>
            {
                marks.other()
            }
            _ => Marks::First,
        };
        let written = match content {
            Block::List(content) => list(content, marks),
            content => block(content),
        };
        if written.is_empty() {
            continue;
        }
        if let Some((before, _)) = last {
            text.push_str(gap(before, (content, &written)));
        }
        first = first.or(Some(content));
        text.push_str(&written);
        last = Some((content, marks));
    }
    Written { text, first }
}

/// What the items of a list begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// `-` and `1.`
    First,
    /// `*` and `1)`
    Second,
}

impl Marks {
    fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(content) => escape::line_starts(&line(content)),
        Block::Heading(level, content) => {
            let text = line(content)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let marks = "#".repeat(usize::from(*level).clamp(1, 6));
            // Marks at its end would only close it.
            let text = match text.strip_suffix('#') {
                Some(text) => format!("{text}\\#"),
                None => text,
            };
            if text.is_empty() {
                text
            } else {
                format!("{marks} {text}")
            }
        }
        Block::List(content) => list(content, Marks::First),
        Block::Code { language, text } => fence(language.as_deref().unwrap_or_default(), text),
        Block::Quote(content) => prefixed("> ", "> ", &markdown(content)),
        Block::Callout(content) => callout(content),
        Block::Table(rows) => table(rows),
        Block::Columns(content) => columns(content),
        Block::Rule => "---".to_owned(),
    }
}

fn callout(callout: &Callout) -> String {
    let title = callout
        .title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let title = escape::text(&title, Some(' '), None);
    let mut text = format!("[!{}] {title}", callout.kind.word())
        .trim_end()
        .to_owned();
    let inside = joined(&callout.blocks, |_, _| "\n\n");
    // A paragraph may follow the title at once, anything else could be taken for its text.
    text.push_str(match inside.first {
        None => "",
        Some(Block::Paragraph(_)) => "\n",
        Some(_) => "\n\n",
    });
    text.push_str(&inside.text);
    prefixed("> ", "> ", &text)
}

fn columns(columns: &Columns) -> String {
    let mut parts = vec![format!("::: columns {}", columns.arrangement.word())];
    for (at, column) in columns.columns.iter().enumerate() {
        let column = markdown(column);
        // The first one begins by itself, unless it has nothing by which that is seen.
        if at > 0 || column.is_empty() {
            parts.push("::: column".to_owned());
        }
        parts.push(column);
    }
    parts.push("::: end".to_owned());
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// The text with something in front of its first and of every other line.
fn prefixed(first: &str, others: &str, text: &str) -> String {
    let mut prefix = first;
    let mut lines = Vec::new();
    for line in text.lines() {
        let whole = format!("{prefix}{line}");
        // No trailing blanks on empty lines, but a line break of two blanks stays one.
        lines.push(if line.is_empty() {
            whole.trim_end().to_owned()
        } else {
            whole
        });
        prefix = others;
    }
    lines.join("\n")
}

fn list(list: &List, marks: Marks) -> String {
    let mut items = Vec::with_capacity(list.items.len());
    let mut number = list.start;
    let (bullet, dot) = match marks {
        Marks::First => ("- ", '.'),
        Marks::Second => ("* ", ')'),
    };
    for content in &list.items {
        let mut marker = match number.as_mut() {
            Some(number) => {
                // Markdown knows numbers of up to nine digits.
                let marker = format!("{}{dot} ", (*number).min(999_999_999));
                *number = number.saturating_add(1);
                marker
            }
            None => bullet.to_owned(),
        };
        let indent = " ".repeat(marker.len());
        match content.task {
            Some(Task::Open) => marker.push_str("[ ] "),
            Some(Task::Done) => marker.push_str("[x] "),
            None => {}
        }
        let text = item(content);
        items.push(if text.is_empty() {
            marker.trim_end().to_owned()
        } else {
            prefixed(&marker, &indent, &text)
        });
    }
    items.join("\n")
}

/// The blocks of an item; a list follows its line without a gap where it can.
fn item(item: &Item) -> String {
    let gap = |before: &Block, (content, text): (&Block, &str)| match (before, content) {
        (Block::Paragraph(_) | Block::List(_), Block::List(list)) if interrupts(list, text) => "\n",
        _ => "\n\n",
    };
    let Written { text, .. } = joined(&item.blocks, gap);
    match item.blocks.as_slice() {
        // Of dashes, the list's and the rule's would be one rule.
        [Block::Rule, ..] if item.task.is_none() => text.replacen("---", "___", 1),
        // A task's box stands before words; a blank that does not break stands for none.
        [Block::Paragraph(line), ..] if !line.is_empty() => text,
        // Three dashes in a row, each of an empty item, would be a rule.
        _ if is_dashes(&text) => format!("&nbsp;\n\n{text}"),
        _ if item.task.is_some() => format!("&nbsp;\n\n{text}").trim_end().to_owned(),
        _ => text,
    }
}

fn is_dashes(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let mut marks = first.split_whitespace().peekable();
    marks.peek().is_some() && marks.all(|mark| matches!(mark, "-" | "*" | "---"))
}

/// Whether a list may follow the line of a paragraph: one that begins with nothing or with another
/// number than one does not.
fn interrupts(list: &List, text: &str) -> bool {
    // The mark of an empty item has no blank after it.
    let filled = text.lines().next().is_some_and(|line| line.contains(' '));
    filled && list.start.is_none_or(|start| start == 1)
}

/// Code between more back-ticks than it contains in a row.
fn fence(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let language: String = language
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '`')
        .collect();
    format!(
        "{fence}{language}\n{}\n{fence}",
        text.trim_matches('\n').trim_end()
    )
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    if width == 0 {
        return String::new();
    }
    let mut lines = Vec::with_capacity(rows.len() + 2);
    let mut body = rows;
    // Markdown tables always have a heading; where the document has none, it stays empty.
    match rows.split_first() {
        Some((first, rest)) if first.header => {
            lines.push(row(first, width));
            body = rest;
        }
        _ => lines.push(format!("|{}", "  |".repeat(width))),
    }
    lines.push(format!("|{}", " --- |".repeat(width)));
    lines.extend(body.iter().map(|content| row(content, width)));
    lines.join("\n")
}

fn row(row: &Row, width: usize) -> String {
    let mut text = "|".to_owned();
    for at in 0..width {
        let content = row
            .cells
            .get(at)
            .map(|blocks| cell(blocks))
            .unwrap_or_default();
        text.push_str(&format!(" {content} |"));
    }
    text
}

/// A cell is one line; its own lines are parted by `<br>`, the only way Markdown has.
fn cell(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    for content in blocks {
        if let Block::Code { text, .. } = content {
            let code = |part: &str| inline::code(part.trim_end());
            lines.extend(
                text.lines()
                    .filter(|part| !part.trim().is_empty())
                    .map(code),
            );
        } else {
            let written = block(content);
            let parts = written.lines().map(|part| part.trim_end().to_owned());
            lines.extend(parts.filter(|part| !part.is_empty()));
        }
    }
    lines.join("<br>").replace('|', "\\|")
}

#[cfg(test)]
mod tests;

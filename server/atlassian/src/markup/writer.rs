//! Writes a document as Markdown (`CommonMark` with tables, task lists and strikethrough).
//! Lines are not wrapped.

use super::document::{Block, Item, List, Row, Task};

mod escape;
mod inline;

use inline::line;

/// The document as Markdown, without line break at its end.
pub(super) fn markdown(blocks: &[Block]) -> String {
    let written: Vec<_> = blocks
        .iter()
        .map(block)
        .filter(|text| !text.is_empty())
        .collect();
    written.join("\n\n")
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
            if text.is_empty() {
                text
            } else {
                format!("{marks} {text}")
            }
        }
        Block::List(content) => list(content),
        Block::Code { language, text } => fence(language.as_deref().unwrap_or_default(), text),
        Block::Quote(content) => prefixed("> ", "> ", &markdown(content)),
        Block::Table(rows) => table(rows),
        Block::Rule => "---".to_owned(),
    }
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

fn list(list: &List) -> String {
    let mut items = Vec::with_capacity(list.items.len());
    let mut number = list.start;
    for content in &list.items {
        let mut marker = match number.as_mut() {
            Some(number) => {
                let marker = format!("{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            None => "- ".to_owned(),
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

/// The blocks of an item; a list follows its line without a gap.
fn item(item: &Item) -> String {
    let mut text = String::new();
    for content in &item.blocks {
        let written = block(content);
        if written.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str(if matches!(content, Block::List(_)) {
                "\n"
            } else {
                "\n\n"
            });
        }
        text.push_str(&written);
    }
    text
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

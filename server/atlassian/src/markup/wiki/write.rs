//! Writes documents as wiki markup. What it has no notation for becomes the nearest thing: a quote
//! in a quote is one quote, what is not a list follows its list.
//! Lines are the part of `inline`, marks in text of `escape`.

use crate::markup::document::{Block, Callout, CalloutKind, Inline, Item, List, Row, Style, Task};

mod escape;
mod inline;

/// The whole text, without line break at its end.
pub(super) fn document(blocks: &[Block]) -> String {
    let mut parts = Vec::new();
    collect(blocks, &[], &mut parts);
    joined(&parts)
}

/// The macros that are open around a block; each may be open only once.
type Around<'a> = &'a [&'static str];

fn collect(blocks: &[Block], around: Around<'_>, parts: &mut Vec<String>) {
    for block in blocks {
        collect_block(block, around, parts);
    }
}

/// The parts that have something to show, with an empty line between them.
fn joined(parts: &[String]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.map(String::as_str).collect();
    parts.join("\n\n")
}

fn collect_block(block: &Block, around: Around<'_>, parts: &mut Vec<String>) {
    match block {
        Block::Paragraph(line) => parts.push(inline::paragraph(line)),
        Block::Heading(level, line) => {
            let line = inline::single(line);
            if !line.is_empty() {
                parts.push(format!("h{level}. {line}"));
            }
        }
        Block::List(content) => list(content, around, parts),
        Block::Code { language, text } => parts.push(code(language.as_deref(), text)),
        Block::Quote(blocks) => boxed("quote", "{quote}", blocks, around, parts),
        Block::Callout(content) => callout(content, around, parts),
        Block::Table(rows) => parts.push(table(rows)),
        Block::Columns(columns) => {
            for column in &columns.columns {
                collect(column, around, parts);
            }
        }
        Block::Rule => parts.push("----".to_owned()),
    }
}

/// Blocks between two tags, unless such a macro is open already.
fn boxed(
    name: &'static str,
    begin: &str,
    blocks: &[Block],
    around: Around<'_>,
    parts: &mut Vec<String>,
) {
    if around.contains(&name) {
        return collect(blocks, around, parts);
    }
    let around: Vec<_> = around.iter().copied().chain([name]).collect();
    let mut inside = Vec::new();
    collect(blocks, &around, &mut inside);
    let inside = joined(&inside);
    if !inside.is_empty() {
        parts.push(format!("{begin}\n{inside}\n{{{name}}}"));
    }
}

fn callout(callout: &Callout, around: Around<'_>, parts: &mut Vec<String>) {
    let Callout {
        kind,
        title,
        blocks,
    } = callout;
    let title: String = title
        .chars()
        .map(|c| if "{}|=".contains(c) { ' ' } else { c })
        .collect();
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if around.contains(&"panel") {
        let caption = Some(title)
            .filter(|title| !title.is_empty())
            .map(Block::caption);
        caption
            .iter()
            .for_each(|it| collect_block(it, around, parts));
        return collect(blocks, around, parts);
    }
    let mut parameters = Vec::new();
    if !title.is_empty() {
        parameters.push(format!("title={title}"));
    }
    if let Some(colour) = super::panel_colour(*kind) {
        parameters.push(format!("bgColor={colour}"));
    }
    // Without any parameter it would look like the end of a panel.
    if parameters.is_empty() {
        parameters.push("borderStyle=solid".to_owned());
    }
    let begin = format!("{{panel:{}}}", parameters.join("|"));
    // A panel without content keeps its title.
    let nothing = [Block::text("\u{a0}")];
    let blocks = if blocks.is_empty() && *kind != CalloutKind::Panel {
        &nothing[..]
    } else {
        blocks
    };
    boxed("panel", &begin, blocks, around, parts);
}

fn code(language: Option<&str>, text: &str) -> String {
    let language: String = language
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(*c))
        .collect();
    let begin = if language.is_empty() {
        "{code}".to_owned()
    } else {
        format!("{{code:{language}}}")
    };
    // There is no way to write the end mark inside.
    let text = text.replace("{code}", "{ code}");
    format!("{begin}\n{text}\n{{code}}")
}

/// The lines of a list; what is no line and no list follows, and the list goes on after it.
fn list(list: &List, around: Around<'_>, parts: &mut Vec<String>) {
    let mut lines = Vec::new();
    items(list, "", around, &mut lines, parts);
    parts.push(lines.join("\n"));
}

fn items(
    list: &List,
    marks: &str,
    around: Around<'_>,
    lines: &mut Vec<String>,
    parts: &mut Vec<String>,
) {
    let marks = format!("{marks}{}", if list.start.is_some() { '#' } else { '*' });
    for (at, Item { task, blocks }) in list.items.iter().enumerate() {
        let box_mark = match task {
            Some(Task::Open) => "\\[ ] ",
            Some(Task::Done) => "\\[x] ",
            None => "",
        };
        let (first, blocks) = item_text(blocks);
        let begins_with_list = at == 0 && matches!(blocks.first(), Some(Block::List(_)));
        if !(first.is_empty() && box_mark.is_empty() && begins_with_list) {
            // Marks need a blank and something after them.
            let blank = first.is_empty() && box_mark.is_empty();
            let first = if blank { "&nbsp;" } else { &first };
            lines.push(format!("{marks} {box_mark}{first}").trim_end().to_owned());
        }
        for block in blocks {
            match block {
                Block::List(inner) if marks.len() < 10 => {
                    items(inner, &marks, around, lines, parts);
                }
                other => {
                    parts.push(std::mem::take(lines).join("\n"));
                    collect_block(other, around, parts);
                }
            }
        }
    }
}

/// The paragraphs an item begins with, as its lines, and the blocks after them.
fn item_text(blocks: &[Block]) -> (String, &[Block]) {
    let mut blocks = blocks;
    let mut first = String::new();
    while let Some((Block::Paragraph(line), rest)) = blocks.split_first() {
        let line = inline::item(line);
        if !first.is_empty() && !line.is_empty() {
            first.push('\n');
        }
        first.push_str(&line);
        blocks = rest;
    }
    if let (Some((Block::Heading(_, line), rest)), true) = (blocks.split_first(), first.is_empty())
    {
        let line = [Inline::Styled(Style::Strong, line.clone())];
        first = inline::single(&line);
        blocks = rest;
    }
    (first, blocks)
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    if width == 0 {
        return String::new();
    }
    let row = |row: &Row| {
        let bar = if row.header { "||" } else { "|" };
        let mut line = bar.to_owned();
        for at in 0..width {
            let cell = row.cells.get(at).map(|blocks| inline::cell(blocks));
            let cell = cell.filter(|cell| !cell.is_empty());
            line.push_str(&cell.unwrap_or_else(|| " ".to_owned()));
            line.push_str(bar);
        }
        line
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

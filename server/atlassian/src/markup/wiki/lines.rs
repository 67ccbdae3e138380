//! Wiki text without block macros: headings, lists, tables, rules and paragraphs, line by line.
//! What stands within a line is read by `inline`.

use std::iter::Peekable;
use std::str::Lines;

use super::drawing::Drawing;
use super::inline;
use crate::markup::document::{Block, Inline, Item, List, Row, push, words};
use crate::markup::hidden::conceal;
use crate::markup::hidden::ink::Paper;

/// Lists nest no deeper than this; further marks count as the last.
const DEEPEST: usize = 12;

/// A line that begins a list item: its marks and its text.
#[derive(Clone, Copy)]
struct Bullet<'a> {
    marks: &'a str,
    text: &'a str,
}

/// The blocks of the text.
pub(super) fn blocks(text: &str, drawing: &mut Drawing) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let start = Start::of(line);
        if let Start::Text(text) = start {
            open.push(text);
            continue;
        }
        flush(&mut open, &mut blocks, drawing);
        blocks.extend(match start {
            Start::Text(_) | Start::Blank => None,
            Start::Heading(level, text) => Some(Block::Heading(level, inline::read(text, drawing))),
            Start::Quote(text) => {
                let line = Block::Paragraph(inline::read(text, drawing));
                Some(Block::Quote(vec![line]))
            }
            Start::Rule => Some(Block::Rule),
            Start::Bullet(first) => Some(list(first, &mut lines, drawing)),
            Start::Row(first) => Some(table(first, &mut lines, drawing)),
        });
    }
    flush(&mut open, &mut blocks, drawing);
    blocks
}

/// What a line begins.
#[derive(Clone, Copy)]
enum Start<'a> {
    Blank,
    Heading(u8, &'a str),
    Quote(&'a str),
    Rule,
    Bullet(Bullet<'a>),
    Row(&'a str),
    /// Nothing, or a paragraph.
    Text(&'a str),
}

impl<'a> Start<'a> {
    fn of(line: &'a str) -> Self {
        let text = line.trim();
        if text.is_empty() {
            Self::Blank
        } else if let Some((level, text)) = heading(text) {
            Self::Heading(level, text)
        } else if let Some(quoted) = text.strip_prefix("bq. ") {
            Self::Quote(quoted)
        } else if text.len() >= 4 && text.bytes().all(|byte| byte == b'-') {
            Self::Rule
        } else if let Some(first) = bullet(line) {
            Self::Bullet(first)
        } else if text.starts_with('|') {
            Self::Row(text)
        } else {
            Self::Text(text)
        }
    }
}

/// Lines in a row are one paragraph, and Jira shows their breaks.
fn flush(open: &mut Vec<&str>, blocks: &mut Vec<Block>, drawing: &mut Drawing) {
    if !open.is_empty() {
        blocks.push(Block::Paragraph(joined(open, drawing)));
    }
    open.clear();
}

fn joined(lines: &[&str], drawing: &mut Drawing) -> Vec<Inline> {
    let mut content = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 && drawing.hides() {
            conceal(&mut content, &[Inline::Break]);
        } else if at > 0 {
            content.push(Inline::Break);
        }
        for inline in inline::read(line, drawing) {
            push(&mut content, inline);
        }
    }
    content
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.strip_prefix('h')?;
    let level = rest
        .chars()
        .next()?
        .to_digit(10)
        .filter(|level| (1..=6).contains(level))?;
    let text = rest[1..].strip_prefix(". ")?;
    Some((u8::try_from(level).ok()?, text))
}

fn bullet(line: &str) -> Option<Bullet<'_>> {
    let line = line.trim_start();
    let length = line.len() - line.trim_start_matches(['*', '#', '-']).len();
    let (marks, text) = line.split_at(length);
    let dashes = marks.bytes().filter(|byte| *byte == b'-').count();
    // Dashes do not nest: `--` and `---` are dashes to print.
    let valid = !marks.is_empty() && (dashes == 0 || marks.len() == 1);
    (valid && text.starts_with(' ')).then(|| Bullet {
        marks,
        text: text.trim(),
    })
}

/// A list with the lists inside it, and the lines that continue its items.
fn list<'a>(first: Bullet<'a>, lines: &mut Peekable<Lines<'a>>, drawing: &mut Drawing) -> Block {
    let mut bullets: Vec<(&str, Vec<&str>)> = vec![(first.marks, vec![first.text])];
    while let Some(line) = lines.peek() {
        let text = line.trim();
        if let Some(next) = bullet(line) {
            // At the top, other marks begin another list.
            if next.marks.len() == 1 && next.marks != &bullets[0].0[..1] {
                break;
            }
            bullets.push((next.marks, vec![next.text]));
        } else if text.is_empty() || heading(text).is_some() || text.starts_with(['|', '{']) {
            break;
        } else if let Some((_, lines)) = bullets.last_mut() {
            lines.push(text);
        }
        lines.next();
    }
    Block::List(nest(&bullets, 0, drawing))
}

/// Items deeper than `depth` belong to the item before them.
fn nest(bullets: &[(&str, Vec<&str>)], depth: usize, drawing: &mut Drawing) -> List {
    let ordered = bullets
        .first()
        .is_some_and(|(marks, _)| mark(marks, depth) == b'#');
    let mut items: Vec<Item> = Vec::new();
    let mut at = 0;
    while let Some((marks, text)) = bullets.get(at) {
        let deeper = |marks: &str| depth + 1 < DEEPEST && marks.len() > depth + 1;
        if !deeper(marks) {
            let line = joined(text, drawing);
            let blank = words(&line).trim().is_empty() && !line.iter().any(is_image);
            let blocks = Vec::from_iter((!blank).then_some(Block::Paragraph(line)));
            items.push(Item::plain(blocks));
            at += 1;
            continue;
        }
        let kind = mark(marks, depth + 1);
        let same = |marks: &str| deeper(marks) && mark(marks, depth + 1) == kind;
        let length = bullets[at..]
            .iter()
            .take_while(|(marks, _)| same(marks))
            .count();
        let inner = Block::List(nest(&bullets[at..at + length], depth + 1, drawing));
        match items.last_mut() {
            Some(last) => last.blocks.push(inner),
            None => items.push(Item::plain(vec![inner])),
        }
        at += length;
    }
    List {
        start: ordered.then_some(1),
        items,
    }
}

fn is_image(inline: &Inline) -> bool {
    matches!(inline, Inline::Image { .. })
}

/// The mark of an item at this depth; too short marks count with their last.
fn mark(marks: &str, depth: usize) -> u8 {
    let bytes = marks.as_bytes();
    bytes.get(depth).or(bytes.last()).copied().unwrap_or(b'*')
}

/// A table from its first row on. A row goes on over lines until it ends with a bar.
fn table<'a>(first: &'a str, lines: &mut Peekable<Lines<'a>>, drawing: &mut Drawing) -> Block {
    let mut texts = vec![first.to_owned()];
    while let Some(line) = lines.peek().map(|line| line.trim()) {
        match texts.last_mut() {
            _ if line.starts_with('|') => texts.push(line.to_owned()),
            Some(row) if !line.is_empty() && !row.ends_with('|') => {
                row.push('\n');
                row.push_str(line);
            }
            _ => break,
        }
        lines.next();
    }
    Block::Table(texts.iter().map(|text| row(text, drawing)).collect())
}

fn row(text: &str, drawing: &mut Drawing) -> Row {
    let header = text.starts_with("||");
    let paper = drawing.paper.clone();
    if header {
        // Headings are grey.
        drawing.paper = Paper::Unknown;
    }
    let mut read = Vec::new();
    for cell in cells(text) {
        let lines: Vec<_> = cell.trim().lines().collect();
        read.push(vec![Block::Paragraph(joined(&lines, drawing))]);
    }
    drawing.paper = paper;
    Row {
        header,
        cells: read,
    }
}

/// The texts between the bars; bars within links, images and code do not count.
fn cells(row: &str) -> Vec<&str> {
    let row = row.trim_start_matches('|');
    let mut cells = Vec::new();
    let (mut from, mut brackets) = (0, Vec::new());
    let mut escaped = false;
    for (at, c) in row.char_indices() {
        match c {
            _ if escaped => {}
            '[' if closes(&row[at..], c) => brackets.push(']'),
            '{' if closes(&row[at..], c) => brackets.push('}'),
            ']' | '}' if brackets.last() == Some(&c) => drop(brackets.pop()),
            '|' if brackets.is_empty() => {
                // Of two bars, the second has nothing between itself and the first.
                if !(at == from && row[..at].ends_with('|')) {
                    cells.push(&row[from..at]);
                }
                from = at + 1;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    if !row[from..].trim().is_empty() {
        cells.push(&row[from..]);
    }
    cells
}

/// Whether a bracket is closed before the end of its line, so that it can protect a bar.
fn closes(text: &str, open: char) -> bool {
    let close = if open == '[' { ']' } else { '}' };
    // A link or macro in a table is short; the limit keeps a row of brackets cheap.
    text.chars()
        .take(2000)
        .take_while(|c| *c != '\n')
        .any(|c| c == close)
}

//! Writes lines as wiki notation: marks, links, mentions, images, monospace.
//! Blocks are the parent's.

use super::escape;
use crate::markup::document::leaf::Leaves;
use crate::markup::document::{Block, Inline, Style, words};
use crate::markup::reference::{Page, Person, Reference};
use crate::markup::wiki::inline as reading;

/// How a line break is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    /// As the end of a line, which Jira shows.
    Lines,
    /// As `\\`, within a cell.
    Marks,
    /// As a blank, in a heading.
    Blanks,
}

/// A line as a paragraph.
pub(super) fn paragraph(content: &[Inline]) -> String {
    lines(content, Breaks::Lines, escape::line_start)
}

/// A line as the text of an item, whose beginning is not that of a line.
pub(super) fn item(content: &[Inline]) -> String {
    let mut first = true;
    lines(content, Breaks::Lines, |line| {
        if std::mem::take(&mut first) {
            line.trim_start().to_owned()
        } else {
            escape::line_start(line)
        }
    })
}

/// A line that is one line.
pub(super) fn single(content: &[Inline]) -> String {
    lines(content, Breaks::Blanks, |line| line.trim_start().to_owned())
}

/// The lines of a cell.
pub(super) fn cell(blocks: &[Block]) -> String {
    let line = |block: &Block| match block {
        Block::Paragraph(line) | Block::Heading(_, line) => {
            lines(line, Breaks::Marks, |line| line.trim_start().to_owned())
        }
        Block::Code { text, .. } => {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            lines(&[Inline::Code(text)], Breaks::Marks, str::to_owned)
        }
        _ => String::new(),
    };
    let lines: Vec<_> = blocks
        .iter()
        .map(line)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\\\\")
}

fn lines(content: &[Inline], breaks: Breaks, mut start: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    write(&Leaves::of(content).nest(), breaks, None, &mut out);
    let out = out.trim_matches(|c: char| c.is_whitespace());
    let lines: Vec<_> = out.split('\n').map(|line| start(line.trim_end())).collect();
    lines.join("\n")
}

/// Appends the line; `after` is the character that follows it.
fn write(content: &[Inline], breaks: Breaks, after: Option<char>, out: &mut String) {
    for (at, inline) in content.iter().enumerate() {
        let next = content.get(at + 1).map_or(after, first);
        match inline {
            Inline::Text(text) => {
                let before = out.chars().next_back().filter(|c| *c != '\n');
                out.push_str(&escape::text(text, before, next));
            }
            // In cells and links, brackets that are not closed would protect the bar.
            Inline::Code(text)
                if breaks != Breaks::Lines && text.contains(['{', '[', ']', '}', '\\']) =>
            {
                let before = out.chars().next_back();
                out.push_str(&escape::text(text, before, next));
            }
            Inline::Code(text) => code(text, next, out),
            Inline::Styled(style, inside) => styled(*style, inside, breaks, next, out),
            Inline::Link { url, text } => link(url, text, out),
            // In a cell the bar before the words would end it.
            Inline::Image { url, .. } if breaks == Breaks::Marks => image(url, "", out),
            Inline::Image { url, alt } => image(url, alt, out),
            Inline::Break => match breaks {
                Breaks::Lines if !out.ends_with('\n') => out.push('\n'),
                Breaks::Lines | Breaks::Marks => out.push_str("\\\\"),
                Breaks::Blanks => out.push(' '),
            },
        }
    }
}

/// The character an inline begins with, as far as marks around words care.
fn first(inline: &Inline) -> Option<char> {
    match inline {
        Inline::Text(text) => text.chars().next(),
        Inline::Break => None,
        Inline::Link { .. } => Some('['),
        Inline::Code(_) => Some('{'),
        Inline::Image { .. } => Some('!'),
        Inline::Styled(_, inside) => inside.first().and_then(first).map(|_| '*'),
    }
}

/// Monospace; text that contains its end mark is only text.
fn code(text: &str, next: Option<char>, out: &mut String) {
    if text.contains("}}") || text.ends_with('}') || text.contains(['\n', '|']) {
        let before = out.chars().next_back();
        out.push_str(&escape::text(text, before, next));
    } else {
        out.push_str(&format!("{{{{{text}}}}}"));
    }
}

/// Marks stand around words; where they stand within one, they are put in braces.
fn styled(style: Style, inside: &[Inline], breaks: Breaks, next: Option<char>, out: &mut String) {
    let mark = match style {
        Style::Strong => "*",
        Style::Emphasis => "_",
        Style::Strike => "-",
    };
    let mut inner = String::new();
    write(inside, breaks, mark.chars().next(), &mut inner);
    let core = inner.trim();
    let braced = format!("{{{mark}}}");
    // Neither marks nor braces reach over lines.
    if core.is_empty() || core.contains('\n') || core.contains(&braced) {
        return out.push_str(&inner);
    }
    let core = core.to_owned();
    let begin = inner.len() - inner.trim_start().len();
    let end = inner.trim_end().len();
    let before = inner[..begin]
        .chars()
        .next_back()
        .or(out.chars().next_back());
    let after = inner[end..].chars().next().or(next);
    out.push_str(&inner[..begin]);
    if reading::stands_alone(&core, mark, before, after) {
        out.push_str(&format!("{mark}{core}{mark}"));
    } else {
        out.push_str(&format!("{braced}{core}{braced}"));
    }
    out.push_str(&inner[end..]);
}

/// The words of a link: neither bar nor bracket may stand among them.
fn link_words(inside: &[Inline]) -> String {
    let mut text = String::new();
    write(inside, Breaks::Blanks, Some('|'), &mut text);
    text.trim()
        .replace("\\|", "&#124;")
        .replace('|', "&#124;")
        .replace(']', "&#93;")
}

fn link(url: &str, inside: &[Inline], out: &mut String) {
    let shown = words(inside);
    let target = match Reference::parse(url) {
        Reference::Web(url) => web(&url),
        Reference::Person(Person::AccountId(id)) => {
            return out.push_str(&format!("[~accountid:{}]", resource(&id)));
        }
        Reference::Person(Person::UserName(name) | Person::UserKey(name)) => {
            return out.push_str(&format!("[~{}]", resource(&name)));
        }
        Reference::Attachment(name) => format!("^{}", resource(&name)),
        reference => return plain(&reference, url, inside, out),
    };
    if inside.is_empty() || target.strip_prefix('^') == Some(&shown) {
        out.push_str(&format!("[{target}]"));
    } else {
        out.push_str(&format!("[{}|{target}]", link_words(inside)));
    }
}

/// What wiki notation has no link for.
fn plain(reference: &Reference, url: &str, inside: &[Inline], out: &mut String) {
    let mut add = |text: &str| {
        let before = out.chars().next_back();
        out.push_str(&escape::text(text, before, None));
    };
    match reference {
        Reference::Date(day) => add(day),
        Reference::Emoji(name) => add(&format!(":{name}:")),
        Reference::Page(Page { title, .. }) if inside.is_empty() => add(title),
        _ if inside.is_empty() => add(url),
        reference => {
            write(inside, Breaks::Blanks, None, out);
            if *reference == Reference::Unknown && !url.trim().is_empty() {
                out.push_str(&escape::text(&format!(" ({url})"), None, None));
            }
        }
    }
}

fn image(url: &str, alt: &str, out: &mut String) {
    let target = match Reference::parse(url) {
        Reference::Web(url) => web(&url),
        Reference::Attachment(name) => resource(&name),
        _ => {
            let shown = if alt.is_empty() { url } else { alt };
            return out.push_str(&escape::text(shown, out.chars().next_back(), None));
        }
    };
    let target = target.replace('!', "%21");
    let alt: String = alt.chars().filter(|c| !"!|{}[]\\\n".contains(*c)).collect();
    let alt = Some(alt.trim()).filter(|alt| !alt.is_empty());
    let alt = alt.map(|alt| format!("|alt={alt}")).unwrap_or_default();
    out.push_str(&format!("!{target}{alt}!"));
}

/// An address without what ends a link.
fn web(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in url.trim().chars() {
        match c {
            '|' => safe.push_str("%7C"),
            ']' => safe.push_str("%5D"),
            '[' => safe.push_str("%5B"),
            '{' => safe.push_str("%7B"),
            '}' => safe.push_str("%7D"),
            '\\' => safe.push_str("%5C"),
            c if c.is_whitespace() || c.is_control() => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    safe
}

/// A name without what ends a link.
fn resource(name: &str) -> String {
    let name = name.replace(['\n', '\r'], " ");
    name.chars().filter(|c| !"|]!{}[".contains(*c)).collect()
}

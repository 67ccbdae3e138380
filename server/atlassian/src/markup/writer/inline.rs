//! Writes the parts of a line.
//! Lines become blocks in the parent.

use super::escape;
use crate::markup::document::leaf::Leaves;
use crate::markup::document::{Inline, Style};
use crate::markup::web_address;

/// A line, without blanks around it. Line breaks inside are written with two blanks before them.
pub(super) fn line(content: &[Inline]) -> String {
    let mut line = Line::default();
    let content = web_address::linked(Leaves::of(content)).nest();
    line.write(&content, None);
    line.text.trim().to_owned()
}

/// Code in more back-ticks than it contains in a row.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ");
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let blanks = text.starts_with(' ') && text.ends_with(' ');
    let pad = if blanks || text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A line, or what stands between marks, in the making.
#[derive(Default)]
struct Line {
    text: String,
    /// What stands left of the text.
    before: Option<char>,
    /// Within a link, where brackets would end it.
    in_link: bool,
    /// A mark has just closed that does not close before a letter.
    guarded: bool,
}

impl Line {
    fn last(&self) -> Option<char> {
        self.text.chars().next_back().or(self.before)
    }

    fn write(&mut self, content: &[Inline], after: Option<char>) {
        for (at, inline) in content.iter().enumerate() {
            let next = content.get(at + 1).map_or(after, first);
            match inline {
                Inline::Text(part) => self.plain(part, next),
                Inline::Code(part) => self.text.push_str(&code(part)),
                Inline::Styled(style, inside) => self.styled(*style, inside, next),
                Inline::Link { url, text } => self.link(url, text, next),
                Inline::Image { url, alt } => {
                    let alt = escape::link_text(alt);
                    self.text
                        .push_str(&format!("![{alt}]({})", escape::address(url)));
                }
                Inline::Break => self.text.push_str("  \n"),
            }
            self.guarded &= matches!(inline, Inline::Styled(..));
        }
    }

    fn plain(&mut self, part: &str, next: Option<char>) {
        let mut part = part;
        if let Some(c) = part.chars().next().filter(|_| self.guarded)
            && is_letter(c)
        {
            self.text.push_str(&format!("&#{};", u32::from(c)));
            part = &part[c.len_utf8()..];
        }
        let before = self.last().filter(|c| *c != '\n');
        let text = if self.in_link {
            escape::text_in_link(part, before, next)
        } else {
            escape::text(part, before, next)
        };
        self.text.push_str(&text);
    }

    /// Blanks at the edges go outside the marks, where Markdown wants them.
    fn styled(&mut self, style: Style, inside: &[Inline], next: Option<char>) {
        let mut inner = Self {
            before: Some('*'),
            in_link: self.in_link,
            ..Self::default()
        };
        inner.write(inside, Some('*'));
        let inner = inner.text;
        let core = inner.trim();
        if core.is_empty() {
            return self.text.push_str(&inner);
        }
        let (start, end) = (
            inner.len() - inner.trim_start().len(),
            inner.trim_end().len(),
        );
        self.text.push_str(&inner[..start]);
        let next = inner[end..].chars().next().or(next);
        let touches = self.last() == Some('*') || next == Some('*');
        let mark = match style {
            Style::Strong => "**",
            Style::Emphasis if touches => "_",
            Style::Emphasis => "*",
            Style::Strike => "~~",
        };
        let edge = |c: Option<char>| mark == "_" || c.is_some_and(|c| !c.is_alphanumeric());
        if edge(core.chars().next()) {
            self.guard_last();
        }
        self.text
            .push_str(&format!("{mark}{core}{mark}{}", &inner[end..]));
        self.guarded = end == inner.len() && edge(core.chars().next_back());
    }

    /// A mark before punctuation does not open after a letter, so the letter becomes an entity.
    fn guard_last(&mut self) {
        if let Some(c) = self.text.chars().next_back().filter(|c| is_letter(*c)) {
            self.text.truncate(self.text.len() - c.len_utf8());
            // A backslash that stood before it is now before an ampersand.
            self.text.push_str(&format!("&#{};", u32::from(c)));
        }
    }

    fn link(&mut self, url: &str, inside: &[Inline], next: Option<char>) {
        let shown = match inside {
            [] => "",
            [Inline::Text(text)] => text.trim(),
            _ => "\0",
        };
        let bare = shown.is_empty() || shown == url;
        if url.trim().is_empty() {
            return self.write(inside, next);
        }
        if bare && escape::stands_alone(url) {
            return self.text.push_str(&format!("<{url}>"));
        }
        let mut inner = Self {
            before: Some('['),
            in_link: true,
            ..Self::default()
        };
        inner.write(inside, Some(']'));
        let inner = inner.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let inner = if inner.is_empty() {
            escape::link_text(url)
        } else {
            inner
        };
        self.text
            .push_str(&format!("[{inner}]({})", escape::address(url)));
    }
}

/// What an inline begins with when it is written.
fn first(inline: &Inline) -> Option<char> {
    match inline {
        Inline::Text(text) => text.chars().next(),
        Inline::Code(_) => Some('`'),
        Inline::Styled(Style::Strike, _) => Some('~'),
        Inline::Styled(_, inside) => match inside.first() {
            Some(Inline::Text(text)) if text.starts_with(char::is_whitespace) => Some(' '),
            _ => Some('*'),
        },
        Inline::Link { .. } => Some('['),
        Inline::Image { .. } => Some('!'),
        Inline::Break => Some(' '),
    }
}

/// Neither blank nor punctuation for the rules about marks.
fn is_letter(c: char) -> bool {
    !c.is_whitespace() && !c.is_ascii_punctuation()
}

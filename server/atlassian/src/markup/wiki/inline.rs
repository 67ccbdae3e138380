//! What stands within a line of wiki text: marks, links, mentions, images, monospace.
//! Lines become blocks in `lines`.

use super::drawing::Drawing;
use super::emoticons;
use crate::markup::document::{Inline, Style, push, words};
use crate::markup::entities;
use crate::markup::hidden::conceal;
use crate::markup::reference::{Person, Reference};

/// Marks that stand around words. Inserted text has no Markdown; raised and lowered text has none
/// either, but keeps its marks, because `x2` is not `x^2^`.
const MARKS: [(&str, Option<Style>); 5] = [
    ("??", Some(Style::Emphasis)),
    ("*", Some(Style::Strong)),
    ("_", Some(Style::Emphasis)),
    ("-", Some(Style::Strike)),
    ("+", None),
];

/// No link, image or code within a line is longer, in bytes.
const LONGEST: usize = 4000;

/// A line in the making.
struct Line<'a, 'd> {
    text: &'a str,
    drawing: &'d mut Drawing,
    at: usize,
    content: Vec<Inline>,
    /// Marks that were looked for in vain: there is no end for them further on either.
    endless: [bool; MARKS.len()],
    /// Where each end of a bracket was found last, so that a row of openings does not search the
    /// line again and again.
    ends: Vec<(&'static str, Option<usize>)>,
}

/// The inlines of a line.
pub(super) fn read(text: &str, drawing: &mut Drawing) -> Vec<Inline> {
    let mut line = Line {
        text,
        drawing,
        at: 0,
        content: Vec::new(),
        endless: [false; MARKS.len()],
        ends: Vec::new(),
    };
    while let Some(c) = line.rest().chars().next() {
        let special = match c {
            '\\' => line.backslash(),
            '{' => line.braces(),
            '[' => line.link(),
            '!' => line.image(),
            '&' => line.entity(),
            '(' => line.emoticon(),
            _ => line.mark(),
        };
        if special.is_none() {
            line.add(Inline::Text(c.to_string()), c.len_utf8());
        }
    }
    line.content
}

impl<'a> Line<'a, '_> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn add(&mut self, inline: Inline, length: usize) {
        match inline {
            // What is inside was read with the same colours.
            inline @ Inline::Styled(..) => push(&mut self.content, inline),
            inline if self.drawing.hides() => conceal(&mut self.content, &[inline]),
            inline => push(&mut self.content, inline),
        }
        self.at += length;
    }

    /// What stands between here, `skip` bytes on, and the end mark.
    fn until(&mut self, skip: usize, end: &'static str) -> Option<&'a str> {
        let from = self.at + skip;
        let known = self.ends.iter().position(|(mark, _)| *mark == end);
        let next = match known.map(|at| self.ends[at].1) {
            Some(None) => None,
            Some(Some(next)) if next >= from => Some(next),
            _ => self.text[from..].find(end).map(|length| from + length),
        };
        match known {
            Some(at) => self.ends[at].1 = next,
            None => self.ends.push((end, next)),
        }
        let length = next? - from;
        (length <= LONGEST).then(|| &self.text[from..from + length])
    }

    /// `\\` breaks the line, a backslash before punctuation takes its meaning away.
    fn backslash(&mut self) -> Option<()> {
        let after = self.rest()[1..].chars().next()?;
        if after == '\\' {
            self.add(Inline::Break, 2);
        } else if after.is_ascii_punctuation() {
            self.add(Inline::Text(after.to_string()), 2);
        } else {
            return None;
        }
        Some(())
    }

    /// Jira leaves entities as they are, so they are shown as characters.
    fn entity(&mut self) -> Option<()> {
        let length = self.rest().bytes().take(32).position(|byte| byte == b';')?;
        let character = entities::character(&self.rest()[1..length])?;
        self.add(Inline::Text(character), length + 1);
        Some(())
    }

    fn emoticon(&mut self) -> Option<()> {
        let before = self.text[..self.at].chars().next_back();
        let (notation, character) = emoticons::at_start(self.rest(), before)?;
        self.add(Inline::Text(character.to_owned()), notation.len());
        Some(())
    }

    /// Marks in braces, which stand within words too: `{*}b{*}old`.
    fn braced_mark(&mut self) -> Option<()> {
        let tokens: [(&'static str, Style); 3] = [
            ("{*}", Style::Strong),
            ("{_}", Style::Emphasis),
            ("{-}", Style::Strike),
        ];
        let (token, style) = tokens
            .into_iter()
            .find(|(token, _)| self.rest().starts_with(token))?;
        let inner = self.until(token.len(), token)?;
        let content = read(inner, self.drawing);
        self.add(
            Inline::Styled(style, content),
            inner.len() + 2 * token.len(),
        );
        Some(())
    }

    /// `{{code}}`, and the macros that only colour or mark what follows. Visible colours have no Markdown.
    fn braces(&mut self) -> Option<()> {
        if self.rest().starts_with("{{") {
            let text = self.until(2, "}}").filter(|text| !text.trim().is_empty())?;
            self.add(Inline::Code(text.to_owned()), text.len() + 4);
            return Some(());
        }
        if self.braced_mark().is_some() {
            return Some(());
        }
        let inner = self.until(1, "}")?;
        let is_anchor = inner == "anchor" || inner.starts_with("anchor:");
        if !self.drawing.take(inner) && !is_anchor {
            return None;
        }
        self.at += inner.len() + 2;
        Some(())
    }

    /// `[text|address]`, `[address]`, `[#anchor]`, `[~user]`, `[^attachment]`.
    fn link(&mut self) -> Option<()> {
        let inner = self.until(1, "]")?;
        let is_name = |name: &&str| !name.is_empty() && !name.contains('|');
        let inline = if let Some(user) = inner.strip_prefix('~').filter(is_name) {
            let person = match user.strip_prefix("accountid:") {
                Some(id) => Person::AccountId(id.to_owned()),
                None => Person::UserName(user.to_owned()),
            };
            let shown = format!("@{}", user.strip_prefix("accountid:").unwrap_or(user));
            Inline::link(Reference::Person(person).to_string(), shown)
        } else if let Some(name) = inner.strip_prefix('^').filter(is_name) {
            Inline::link(Reference::Attachment(name.to_owned()).to_string(), name)
        } else if let Some((text, target)) = inner.split_once('|') {
            // A third part is a tool tip, or asks for a smart link.
            let url = target.split('|').next().unwrap_or_default().trim();
            let url = match url.strip_prefix('^').filter(|name| !name.is_empty()) {
                Some(name) => Reference::Attachment(name.to_owned()).to_string(),
                None => url.to_owned(),
            };
            let text = read(text, self.drawing);
            let bare = words(&text).trim() == url;
            Inline::Link {
                url,
                text: if bare { Vec::new() } else { text },
            }
        } else if let Some(anchor) = inner.strip_prefix('#').filter(is_name) {
            Inline::link(inner.to_owned(), anchor)
        } else if is_address(inner) {
            Inline::Link {
                url: inner.to_owned(),
                text: Vec::new(),
            }
        } else {
            return None;
        };
        self.add(inline, inner.len() + 2);
        Some(())
    }

    /// `!image.png!` or `!address|options!`; an exclamation mark in a sentence is none.
    fn image(&mut self) -> Option<()> {
        let inner = self.until(1, "!")?;
        let name = inner.split('|').next()?;
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let is_file = extension.is_some_and(|it| {
            (2..=5).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        let alt = inner.split('|').skip(1).flat_map(|it| it.split(','));
        let alt = alt
            .filter_map(|option| option.trim().strip_prefix("alt="))
            .next();
        let alt = alt.unwrap_or_default().trim_matches('"').to_owned();
        let url = if is_address(name) {
            name.to_owned()
        } else if is_file && name.trim() == name {
            Reference::Attachment(name.to_owned()).to_string()
        } else {
            return None;
        };
        let inline = Inline::Image { url, alt };
        self.add(inline, inner.len() + 2);
        Some(())
    }

    /// A mark opens before a word and closes after one, never inside: `a_b_c` has none.
    fn mark(&mut self) -> Option<()> {
        let (kind, (mark, style)) = MARKS
            .into_iter()
            .enumerate()
            .find(|(_, (mark, _))| self.rest().starts_with(mark))?;
        let inner = &self.rest()[mark.len()..];
        let before = self.text[..self.at].chars().next_back();
        let opens = before.is_none_or(|c| !c.is_alphanumeric() && !mark.contains(c))
            && inner
                .chars()
                .next()
                .is_some_and(|c| !c.is_whitespace() && !mark.contains(c));
        if !opens || self.endless[kind] {
            return None;
        }
        let Some(length) = closing(inner, mark) else {
            self.endless[kind] = true;
            return None;
        };
        let content = read(&inner[..length], self.drawing);
        let whole = length + 2 * mark.len();
        match style {
            Some(style) => self.add(Inline::Styled(style, content), whole),
            None => {
                content
                    .into_iter()
                    .for_each(|inline| push(&mut self.content, inline));
                self.at += whole;
            }
        }
        Some(())
    }
}

/// Where the mark closes.
fn closing(inner: &str, mark: &str) -> Option<usize> {
    inner.match_indices(mark).map(|(at, _)| at).find(|at| {
        let before = inner[..*at].chars().next_back();
        let after = inner[at + mark.len()..].chars().next();
        before.is_some_and(|c| !c.is_whitespace() && c != '\\')
            && after.is_none_or(|c| !c.is_alphanumeric() && !mark.contains(c))
    })
}

/// Whether marks around this text are read as such, with these characters beside them.
pub(super) fn stands_alone(
    text: &str,
    mark: &str,
    before: Option<char>,
    after: Option<char>,
) -> bool {
    let whole = format!("{text}{mark}");
    let beside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !mark.contains(c));
    let begins = text
        .chars()
        .next()
        .is_some_and(|c| !c.is_whitespace() && !mark.contains(c));
    beside(before) && beside(after) && begins && closing(&whole, mark) == Some(text.len())
}

fn is_address(text: &str) -> bool {
    let schemes = ["http://", "https://", "mailto:", "ftp://", "file://"];
    schemes.iter().any(|scheme| text.starts_with(scheme)) && !text.contains(char::is_whitespace)
}

//! Collects what stands within a line of Markdown.
//! Which block the line becomes is the parent's part.

use crate::markup::document::leaf::{Leaf, Leaves, Styles};
use crate::markup::document::{CalloutKind, Inline, Style, words};
use crate::markup::web_address;

/// A line in the making.
#[derive(Default)]
pub(super) struct Line {
    leaves: Leaves,
    styles: [usize; 3],
    link: Option<usize>,
    image: Option<Image>,
    /// Where its first text is in the source.
    start: Option<usize>,
}

/// An image whose description is being read; whatever is inside counts as words.
struct Image {
    url: String,
    alt: String,
    depth: usize,
}

fn index(style: Style) -> usize {
    match style {
        Style::Strong => 0,
        Style::Emphasis => 1,
        Style::Strike => 2,
    }
}

impl Line {
    /// Text, with `\n` for the ends of lines in the source.
    pub(super) fn text(&mut self, text: &str, at: usize) {
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        if self.leaves.leaves.is_empty() {
            self.start = Some(at);
        }
        self.add(Inline::Text(text.to_owned()));
    }

    pub(super) fn code(&mut self, text: &str) {
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
        } else if !text.trim().is_empty() {
            self.add(Inline::Code(text.to_owned()));
        }
    }

    pub(super) fn hard_break(&mut self) {
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            None => self.add(Inline::Break),
        }
    }

    /// HTML within a line: text, but for the line break that cells of tables need.
    pub(super) fn html(&mut self, text: &str, at: usize) {
        let inside = text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'));
        let name = inside.map(|text| text.trim_end_matches('/').trim_end());
        if name.is_some_and(|name| name.eq_ignore_ascii_case("br")) {
            self.hard_break();
        } else {
            self.text(text, at);
        }
    }

    /// A line of a block of HTML.
    pub(super) fn html_line(&mut self, text: &str, at: usize) {
        for line in text.lines() {
            if !self.leaves.leaves.is_empty() {
                self.hard_break();
            }
            self.text(line.trim(), at);
        }
    }

    pub(super) fn open(&mut self, style: Style) {
        self.styles[index(style)] += 1;
    }

    pub(super) fn close(&mut self, style: Style) {
        let count = &mut self.styles[index(style)];
        *count = count.saturating_sub(1);
    }

    pub(super) fn open_link(&mut self, url: &str) {
        if self.image.is_none() {
            self.leaves.links.push(url.to_owned());
            self.link = Some(self.leaves.links.len() - 1);
        }
    }

    pub(super) fn close_link(&mut self) {
        if self.image.is_some() {
            return;
        }
        let Some(link) = self.link.take() else { return };
        // A link without words, and one that shows its address, are the same.
        let url = self.leaves.links[link].clone();
        let leaves = &self.leaves.leaves;
        let inside = leaves.iter().rev().take_while(|it| it.link == Some(link));
        let from = leaves.len() - inside.count();
        let bare = match &self.leaves.leaves[from..] {
            [] => true,
            [
                Leaf {
                    content: Inline::Text(text),
                    ..
                },
            ] => text.trim() == url || url.strip_prefix("mailto:") == Some(text.trim()),
            _ => false,
        };
        if bare {
            self.leaves.leaves.truncate(from);
            self.add(Inline::Link {
                url,
                text: Vec::new(),
            });
        }
    }

    pub(super) fn open_image(&mut self, url: &str) {
        match &mut self.image {
            Some(image) => image.depth += 1,
            None => {
                self.image = Some(Image {
                    url: url.to_owned(),
                    alt: String::new(),
                    depth: 0,
                });
            }
        }
    }

    pub(super) fn close_image(&mut self) {
        match self.image.take() {
            Some(mut image) if image.depth > 0 => {
                image.depth -= 1;
                self.image = Some(image);
            }
            Some(Image { url, alt, .. }) => {
                let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
                self.add(Inline::Image { url, alt });
            }
            None => {}
        }
    }

    fn add(&mut self, content: Inline) {
        let styles = Styles {
            strong: self.styles[0] > 0,
            emphasis: self.styles[1] > 0,
            strike: self.styles[2] > 0,
        };
        self.leaves.push(content, styles, self.link);
    }

    /// Whether the source has this at the beginning of the line, not taken back by a backslash.
    pub(super) fn starts_with(&self, source: &str, mark: &str) -> bool {
        let plain = |leaf: &Leaf| leaf.styles == Styles::default() && leaf.link.is_none();
        self.leaves.leaves.first().is_some_and(plain)
            && self
                .start
                .is_some_and(|at| source[at..].starts_with(mark) && !source[..at].ends_with('\\'))
    }

    /// All words of the line.
    pub(super) fn words(&self) -> String {
        words(&self.leaves.nest())
    }

    /// Takes `[!KIND] title` off the beginning.
    pub(super) fn take_callout(&mut self, source: &str) -> Option<(CalloutKind, String)> {
        if !self.starts_with(source, "[!") {
            return None;
        }
        let first = self.leaves.leaves.first()?;
        let Inline::Text(text) = &first.content else {
            return None;
        };
        let (word, rest) = text.strip_prefix("[!")?.split_once(']')?;
        let kind = CalloutKind::of_word(word)?;
        let rest = rest.to_owned();
        let mut leaves = std::mem::take(&mut self.leaves.leaves)
            .into_iter()
            .peekable();
        if let Some(first) = leaves.peek_mut() {
            first.content = Inline::Text(rest);
        }
        let mut title = String::new();
        for mut leaf in leaves.by_ref() {
            if let Inline::Text(text) = &mut leaf.content
                && let Some((before, after)) = text.split_once('\n')
            {
                title.push_str(before);
                *text = after.to_owned();
                self.leaves.leaves.push(leaf);
                break;
            }
            if leaf.content == Inline::Break {
                break;
            }
            title.push_str(&words(std::slice::from_ref(&leaf.content)));
        }
        self.leaves.leaves.extend(leaves);
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        Some((kind, title))
    }

    /// The finished line, without blanks and breaks around it. The next one starts empty.
    pub(super) fn take(&mut self) -> Vec<Inline> {
        let mut line = std::mem::take(self).leaves;
        for leaf in &mut line.leaves {
            if let Inline::Text(text) = &mut leaf.content {
                *text = text.replace('\n', " ");
            }
        }
        let mut line = web_address::linked(line);
        trim(&mut line.leaves);
        line.nest()
    }
}

fn trim(leaves: &mut Vec<Leaf>) {
    while let Some(last) = leaves.last_mut() {
        match &mut last.content {
            Inline::Text(text) if !text.trim().is_empty() => {
                text.truncate(text.trim_end().len());
                break;
            }
            Inline::Text(_) | Inline::Break => drop(leaves.pop()),
            _ => break,
        }
    }
    let blank = |leaf: &Leaf| match &leaf.content {
        Inline::Text(text) => text.trim().is_empty(),
        content => *content == Inline::Break,
    };
    let from = leaves.iter().take_while(|leaf| blank(leaf)).count();
    leaves.drain(..from);
    if let Some(Leaf {
        content: Inline::Text(text),
        ..
    }) = leaves.first_mut()
    {
        *text = text.trim_start().to_owned();
    }
}

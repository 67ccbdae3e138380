//! A line as leaves, each with all its marks, and back: `***a* b**` and `**_a_ b**` are the same
//! leaves, and leaves nest in one way only.

use super::{Inline, Style, push};

/// The innermost part of a line and what holds for it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::markup) struct Leaf {
    /// Text, code, an image, a break, or a link without text.
    pub(in crate::markup) content: Inline,
    pub(in crate::markup) styles: Styles,
    /// The number of the link it belongs to, in `Leaves::links`.
    pub(in crate::markup) link: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::markup) struct Styles {
    pub(in crate::markup) strong: bool,
    pub(in crate::markup) emphasis: bool,
    pub(in crate::markup) strike: bool,
}

impl Styles {
    pub(in crate::markup) fn has(self, style: Style) -> bool {
        match style {
            Style::Strong => self.strong,
            Style::Emphasis => self.emphasis,
            Style::Strike => self.strike,
        }
    }

    pub(in crate::markup) fn set(&mut self, style: Style, on: bool) {
        match style {
            Style::Strong => self.strong = on,
            Style::Emphasis => self.emphasis = on,
            Style::Strike => self.strike = on,
        }
    }

    fn both(self, other: Self) -> Self {
        Self {
            strong: self.strong && other.strong,
            emphasis: self.emphasis && other.emphasis,
            strike: self.strike && other.strike,
        }
    }

    fn without(self, other: Self) -> Self {
        Self {
            strong: self.strong && !other.strong,
            emphasis: self.emphasis && !other.emphasis,
            strike: self.strike && !other.strike,
        }
    }
}

/// A line taken apart.
#[derive(Debug, Clone, Default)]
pub(in crate::markup) struct Leaves {
    pub(in crate::markup) leaves: Vec<Leaf>,
    /// The addresses of its links.
    pub(in crate::markup) links: Vec<String>,
}

impl Leaves {
    pub(in crate::markup) fn of(line: &[Inline]) -> Self {
        let mut leaves = Self::default();
        leaves.take(line, Styles::default(), None);
        leaves
    }

    fn take(&mut self, line: &[Inline], styles: Styles, link: Option<usize>) {
        for inline in line {
            match inline {
                Inline::Styled(style, inside) => {
                    let mut styles = styles;
                    styles.set(*style, true);
                    self.take(inside, styles, link);
                }
                Inline::Link { url, text } if link.is_none() && text.iter().all(is_blank_text) => {
                    let bare = Inline::link(url.clone(), "");
                    self.push(bare, styles, None);
                }
                Inline::Link { url, text } if link.is_none() => {
                    self.links.push(url.clone());
                    self.take(text, styles, Some(self.links.len() - 1));
                }
                // A link inside a link is its words.
                Inline::Link { text, .. } if !text.is_empty() => self.take(text, styles, link),
                Inline::Link { url, .. } if link.is_some() => {
                    self.push(Inline::Text(url.clone()), styles, link);
                }
                content => self.push(content.clone(), styles, link),
            }
        }
    }

    /// Appends a leaf; texts of the same kind become one, and code does.
    pub(in crate::markup) fn push(&mut self, content: Inline, styles: Styles, link: Option<usize>) {
        if let Some(last) = self.leaves.last_mut()
            && last.styles == styles
            && last.link == link
            && let (Inline::Text(before), Inline::Text(text))
            | (Inline::Code(before), Inline::Code(text)) = (&mut last.content, &content)
        {
            before.push_str(text);
            return;
        }
        self.leaves.push(Leaf {
            content,
            styles,
            link,
        });
    }

    /// The leaves with blanks and breaks within marks and links only where both neighbours are:
    /// at their edges they stand outside.
    fn close(&self) -> Self {
        let mut closed = Self {
            leaves: Vec::with_capacity(self.leaves.len()),
            links: self.links.clone(),
        };
        let mut runs = self
            .leaves
            .chunk_by(|a, b| is_blank(a) == is_blank(b))
            .peekable();
        let mut before = None;
        while let Some(run) = runs.next() {
            if !is_blank(&run[0]) {
                closed.leaves.extend_from_slice(run);
                before = run.last();
                continue;
            }
            let after = runs.peek().map(|next| &next[0]);
            for leaf in run {
                let (styles, link) = match (before, after) {
                    (Some(a), Some(b)) => (
                        a.styles.both(b.styles).both(leaf.styles),
                        leaf.link
                            .filter(|_| a.link == leaf.link && b.link == leaf.link),
                    ),
                    _ => (Styles::default(), None),
                };
                closed.push(leaf.content.clone(), styles, link);
            }
        }
        closed
    }

    /// The line with strong text outermost, then struck, then emphasised, then links.
    pub(in crate::markup) fn nest(&self) -> Vec<Inline> {
        let mut atoms: Vec<(Inline, Styles)> = Vec::new();
        for run in self.close().leaves.chunk_by(|a, b| a.link == b.link) {
            let inside = |without: Styles| -> Vec<(Inline, Styles)> {
                run.iter()
                    .map(|leaf| (leaf.content.clone(), leaf.styles.without(without)))
                    .collect()
            };
            let url = run[0].link.and_then(|at| self.links.get(at));
            let Some(url) = url else {
                atoms.extend(inside(Styles::default()));
                continue;
            };
            let common = run.iter().map(|leaf| leaf.styles).reduce(Styles::both);
            let common = common.unwrap_or_default();
            let link = Inline::Link {
                url: url.clone(),
                text: styled(inside(common), &ORDER),
            };
            atoms.push((link, common));
        }
        styled(atoms, &ORDER)
    }
}

fn is_blank_text(inline: &Inline) -> bool {
    matches!(inline, Inline::Text(text) if text.trim().is_empty())
}

/// Whether a leaf shows nothing that could be marked.
fn is_blank(leaf: &Leaf) -> bool {
    match &leaf.content {
        Inline::Text(text) => text.trim().is_empty(),
        content => *content == Inline::Break,
    }
}

const ORDER: [Style; 3] = [Style::Strong, Style::Strike, Style::Emphasis];

fn styled(atoms: Vec<(Inline, Styles)>, order: &[Style]) -> Vec<Inline> {
    let mut line = Vec::new();
    let Some((style, rest)) = order.split_first() else {
        atoms
            .into_iter()
            .for_each(|(inline, _)| push(&mut line, inline));
        return line;
    };
    for run in atoms.chunk_by(|(_, a), (_, b)| a.has(*style) == b.has(*style)) {
        let inside = styled(run.to_vec(), rest);
        if run[0].1.has(*style) {
            line.push(Inline::Styled(*style, inside));
        } else {
            inside
                .into_iter()
                .for_each(|inline| push(&mut line, inline));
        }
    }
    line
}

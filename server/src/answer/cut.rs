//! Cutting Markdown so that each part reads well: between paragraphs if possible, else between lines,
//! else between words, and never out of a code block or hidden text without closing it. Nothing is lost
//! or told twice.

use std::borrow::Cow;

use atlassian::markup::{HIDDEN_BEGIN, HIDDEN_END};

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) text: Cow<'a, str>,
    /// The byte at which the text goes on.
    pub(super) next: Option<usize>,
}

/// At most `room` characters from the byte `from` on, and at least one, so that whoever goes on
/// comes to the end. Fences and marks that a cut breaks come on top.
pub(super) fn part(markdown: &str, from: usize, room: usize) -> Part<'_> {
    let from = markdown.floor_char_boundary(from);
    let rest = &markdown[from..];
    let end = rest
        .char_indices()
        .nth(room.max(1))
        .map(|(at, _)| from + at);
    let next = end.map(|end| beside_marks(markdown, from, best_cut(markdown, from, end)));
    let text = &markdown[from..next.unwrap_or(markdown.len())];
    let (opening, closing) = (
        open_fence(&markdown[..from]),
        next.and_then(|next| open_fence(&markdown[..next])),
    );
    let hidden = [
        is_in_hidden_text(markdown, from),
        next.is_some_and(|next| is_in_hidden_text(markdown, next)),
    ];
    let text = if hidden != [false; 2] {
        let [begin, end] = hidden;
        let (begin, end) = (
            if begin { HIDDEN_BEGIN } else { "" },
            if end { HIDDEN_END } else { "" },
        );
        Cow::Owned(format!("{begin}{}{end}", text.trim_end_matches('\n')))
    } else if opening.is_none() && closing.is_none() {
        Cow::Borrowed(text)
    } else {
        let opening = opening
            .map(|fence| format!("{}\n", fence.line))
            .unwrap_or_default();
        let closing = closing.map(|fence| fence.closing()).unwrap_or_default();
        Cow::Owned(format!("{opening}{}{closing}", text.trim_end_matches('\n')))
    };
    Part { text, next }
}

/// A text in pieces of at most `room` characters.
pub(crate) fn pieces(markdown: &str, room: usize) -> Vec<String> {
    let (mut pieces, mut from) = (Vec::new(), Some(0));
    while let Some(at) = from {
        let part = part(markdown, at, room);
        pieces.push(part.text.into_owned());
        from = part.next;
    }
    pieces
}

/// The best place for a cut behind `from` and not behind `end`.
fn best_cut(markdown: &str, from: usize, end: usize) -> usize {
    let (mut between_paragraphs, mut between_lines) = (None, None);
    let (mut fence, mut after_blank, mut at) = (None, false, 0);
    for line in markdown.split_inclusive('\n') {
        if at > end {
            break;
        }
        if at > from {
            between_lines = Some(at);
            if fence.is_none() && after_blank {
                between_paragraphs = Some(at);
            }
        }
        fence = behind(fence, line);
        after_blank = line.trim().is_empty();
        at += line.len();
    }
    // A short part is worse than a cut paragraph.
    let half = from + (end - from) / 2;
    let window = &markdown[from..end];
    let between_words = || window.rfind(char::is_whitespace).map(|at| from + at + 1);
    between_paragraphs
        .filter(|at| *at >= half)
        .or(between_lines.filter(|at| *at >= half))
        .or_else(|| between_words().filter(|at| *at > from && markdown.is_char_boundary(*at)))
        .unwrap_or(end)
}

/// The place, unless it is within one of the marks of a hidden text: then the place before its beginning
/// or behind its end.
fn beside_marks(markdown: &str, from: usize, at: usize) -> usize {
    for mark in [HIDDEN_BEGIN, HIDDEN_END] {
        let start = markdown.floor_char_boundary(at.saturating_sub(mark.len() - 1));
        let end = markdown.floor_char_boundary(at + mark.len() - 1);
        let Some(found) = markdown[start..end].find(mark).map(|found| start + found) else {
            continue;
        };
        let before = mark == HIDDEN_BEGIN && found > from;
        return if before { found } else { found + mark.len() };
    }
    at
}

/// Whether a place is within a hidden text: its mark is open there and closes on the same line.
fn is_in_hidden_text(markdown: &str, at: usize) -> bool {
    let (before, after) = markdown.split_at(at);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_open = match (line.rfind(HIDDEN_BEGIN), line.rfind(HIDDEN_END)) {
        (Some(begin), Some(end)) => begin > end,
        (begin, _) => begin.is_some(),
    };
    let rest = after.lines().next().unwrap_or_default();
    let closes = rest.find(HIDDEN_END);
    is_open && closes.is_some_and(|end| !rest[..end].contains(HIDDEN_BEGIN))
}

/// The line that opened a code block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fence<'a> {
    line: &'a str,
    mark: char,
    length: usize,
}

impl<'a> Fence<'a> {
    fn opened_by(line: &'a str) -> Option<Self> {
        let trimmed = line.trim_start();
        let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = trimmed.chars().take_while(|c| *c == mark).count();
        (length >= 3).then(|| Self {
            line: line.trim_end(),
            mark,
            length,
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.chars().all(|c| c == self.mark) && line.len() >= self.length
    }

    fn closing(&self) -> String {
        let indent = self.line.len() - self.line.trim_start().len();
        let fence: String = std::iter::repeat_n(self.mark, self.length).collect();
        format!("\n{}{fence}", &self.line[..indent])
    }
}

/// The fence that is open behind a line.
fn behind<'a>(fence: Option<Fence<'a>>, line: &'a str) -> Option<Fence<'a>> {
    match fence {
        Some(fence) => (!fence.is_closed_by(line)).then_some(fence),
        None => Fence::opened_by(line),
    }
}

/// The fence that is open at the end of a text.
fn open_fence(text: &str) -> Option<Fence<'_>> {
    text.split_inclusive('\n').fold(None, behind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_cut_between_paragraphs_else_lines_else_words() {
        assert_eq!(
            pieces("one\n\ntwo two\n\nthree", 14),
            ["one\n\ntwo two\n\n", "three"]
        );
        assert_eq!(
            pieces("- one one\n- two two\n- three", 22),
            ["- one one\n- two two\n", "- three"]
        );
        assert_eq!(pieces("a longer sentence", 11), ["a longer ", "sentence"]);
        assert_eq!(pieces("äöüäöü", 4), ["äöüä", "öü"]);
        assert_eq!(pieces("short", 5), ["short"]);
        assert_eq!(pieces("", 5), [""]);
    }

    #[test]
    fn a_code_block_that_is_cut_is_closed_and_opened_again() {
        let code = "```rust\nlet a = 1;\nlet b = 2;\n```\n\nend";
        let cut = pieces(code, 22);
        assert_eq!(cut[0], "```rust\nlet a = 1;\n```");
        assert_eq!(cut[1], "```rust\nlet b = 2;\n```\n\nend");
    }

    #[test]
    fn a_hidden_text_that_is_cut_is_marked_in_each_part() {
        let text = "seen [hidden text: one two three](hidden:style) seen";
        assert_eq!(
            pieces(text, 25),
            [
                "seen [hidden text: one ](hidden:style)",
                "[hidden text: two three](hidden:style) ",
                "seen"
            ]
        );
        for room in 1..60 {
            let parts = pieces(text, room);
            let marks = |mark: &str| parts.iter().filter(|part| part.contains(mark)).count();
            assert_eq!(marks(HIDDEN_BEGIN), marks(HIDDEN_END), "{parts:?}");
            assert!(
                parts
                    .iter()
                    .all(|part| !part.contains("two") || part.contains(HIDDEN_BEGIN))
            );
        }
        let text = "[hidden text: seen, [hidden text: b](hidden:style)";
        assert_eq!(
            pieces(text, 30),
            ["[hidden text: seen, ", "[hidden text: b](hidden:style)"]
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_told_twice(text in "[a-zäö \n]{0,200}", room in 1..60_usize) {
            let parts = pieces(&text, room);
            prop_assert_eq!(parts.concat(), text);
            prop_assert!(parts.iter().all(|part| part.chars().count() <= room));
        }

        #[test]
        fn no_text_and_no_place_break_the_cut(
            text in "[`~a\u{e4}\n ]{0,80}|\\PC{0,80}", from in 0..100_usize, room in 0..50_usize,
        ) {
            let from = from.min(text.len());
            let _part = part(&text, from, room);
            let _parts = pieces(&text, room);
        }
    }
}

//! Addresses in Markdown, with the text of the link they stand in. What they lead to is not looked at.

use super::address::{Address, SCHEMES};
use crate::answer::one_line;

/// All addresses of a text in order.
pub(super) fn addresses(markdown: &str) -> Vec<(Address, Option<String>)> {
    let (mut found, mut at) = (Vec::new(), 0);
    for start in starts(markdown) {
        if start < at {
            continue;
        }
        let (raw, end) = token(&markdown[start..]);
        at = start + end;
        if let Some(address) = Address::parse(&raw) {
            let title = link_text(&markdown[..start]);
            let title = title.filter(|title| Address::parse(title).is_none());
            found.push((address, title));
        }
    }
    found
}

/// Where addresses may begin, in order: a known scheme, or `git@`, that continues no word.
fn starts(text: &str) -> Vec<usize> {
    let lower = text.to_ascii_lowercase();
    let schemes = SCHEMES.iter().map(|scheme| format!("{scheme}://"));
    let marks = schemes.chain(["git@".to_owned()]);
    let mut starts: Vec<_> = marks
        .flat_map(|mark| {
            lower
                .match_indices(&mark)
                .map(|(at, _)| at)
                .collect::<Vec<_>>()
        })
        .filter(|at| begins_word(text, *at))
        .collect();
    starts.sort_unstable();
    starts
}

fn begins_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    before.is_none_or(|c| !c.is_alphanumeric() && !"+@/:.-".contains(c))
}

/// The address at the beginning of a text and how many bytes it takes: up to white space, a bracket that
/// it did not open, or a quote; without the punctuation of the sentence around it.
fn token(text: &str) -> (String, usize) {
    let (mut raw, mut open, mut end) = (String::new(), Vec::new(), text.len());
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let escapes = c == '\\'
            && characters
                .peek()
                .is_some_and(|(_, c)| c.is_ascii_punctuation());
        if escapes {
            continue;
        }
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            _ => {}
        }
        let closes = match c {
            ')' | ']' => open.pop() != Some(c),
            c => c.is_whitespace() || c.is_control() || "<>\"`|{}^".contains(c),
        };
        if closes {
            end = at;
            break;
        }
        raw.push(c);
    }
    let kept = raw
        .trim_end_matches(|c: char| ".,;:!?'*_~…。，".contains(c))
        .len();
    raw.truncate(kept);
    (raw, end)
}

/// The text of the link whose address begins where this text ends: `[text](`.
fn link_text(before: &str) -> Option<String> {
    let before = before
        .strip_suffix('<')
        .unwrap_or(before)
        .strip_suffix("](")?;
    let line = before.rsplit('\n').next()?;
    let mut depth = 0_usize;
    for (at, c) in line.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' if depth == 0 => return Some(one_line(&line[at + 1..].replace('\\', ""))),
            '[' => depth -= 1,
            _ => {}
        }
    }
    None
}

//! Replaces text where a reader sees it, however it is marked and escaped.
//! Where characters come from is the part of `scan`.

use std::ops::Range;

use super::EditError;
use super::scan::{Kind, Letter, Scan};
use crate::markup::storage::write;

/// Which of the places where a text stands are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// The only one; more than one is an error.
    Only,
    /// All, at least one.
    All,
}

pub(super) fn replace(
    page: &str,
    scan: &Scan,
    wanted: &str,
    replacement: &str,
    occurrence: Occurrence,
) -> Result<(String, usize), EditError> {
    let found = places(&scan.letters, wanted);
    match (found.len(), occurrence) {
        (0, _) => {
            return Err(EditError::NoText {
                wanted: wanted.to_owned(),
            });
        }
        (1, _) | (_, Occurrence::All) => {}
        (count, Occurrence::Only) => {
            return Err(EditError::ManyTexts {
                wanted: wanted.to_owned(),
                count,
            });
        }
    }
    let mut edited = String::with_capacity(page.len());
    let mut from = 0;
    for place in &found {
        let mut new = Some(replacement);
        for letter in &scan.letters[place.clone()] {
            edited.push_str(page.get(from..letter.source.start).unwrap_or_default());
            if let Some(text) = new.take() {
                edited.push_str(&written(text, letter.kind));
            }
            from = letter.source.end;
        }
    }
    edited.push_str(&page[from..]);
    Ok((edited, found.len()))
}

/// The letters that are the text, without overlaps.
fn places(letters: &[Letter], wanted: &str) -> Vec<Range<usize>> {
    let wanted: String = wanted.trim().chars().map(plain).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let text: String = letters.iter().map(|letter| plain(letter.c)).collect();
    let length = wanted.chars().count();
    let mut places = Vec::new();
    // Letters are counted along with bytes, so that the page is walked once.
    let (mut letter, mut byte) = (0, 0);
    for (at, _) in text.match_indices(&wanted) {
        letter += text[byte..at].chars().count();
        byte = at;
        let place = letter..letter + length;
        let edge = |it: &Letter| it.kind == Kind::Edge;
        // An entity of several characters is taken whole or not at all.
        let whole = |at: usize| match (
            at.checked_sub(1).and_then(|it| letters.get(it)),
            letters.get(at),
        ) {
            (Some(a), Some(b)) => a.source != b.source || edge(a),
            _ => true,
        };
        if !letters[place.clone()].iter().any(edge) && whole(place.start) && whole(place.end) {
            places.push(place);
        }
    }
    places
}

fn plain(c: char) -> char {
    if c == '\u{a0}' { ' ' } else { c }
}

fn written(text: &str, kind: Kind) -> String {
    let data = write::cdata(text);
    match kind {
        Kind::Data => {
            let inside = data
                .strip_prefix("<![CDATA[")
                .and_then(|it| it.strip_suffix("]]>"));
            inside.unwrap_or_default().to_owned()
        }
        Kind::Text | Kind::Edge => write::text(text),
    }
}

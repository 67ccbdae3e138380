//! Finding an exact text on a page and putting another in its place.
//! Tags are never touched: a text is looked for between them.

use std::ops::Range;

use quick_xml::escape::partial_escape;

use super::EditError;
use super::pieces::{Kind, Piece, pieces};

/// The page with `with` in place of `text`, both plain text; the text has to be there exactly once.
///
/// A no-break space is found as a space: nobody can tell them apart by reading.
///
/// # Errors
/// The text is not there between two tags, or more than once.
///
/// ```
/// use atlassian::markup::storage::edit::replace_text;
/// let page = "<p>Fees &amp; limits</p>";
/// assert_eq!(replace_text(page, "Fees & l", "L")?, "<p>Limits</p>");
/// # Ok::<(), atlassian::markup::storage::edit::EditError>(())
/// ```
pub fn replace_text(page: &str, text: &str, with: &str) -> Result<String, EditError> {
    let wanted = spaces(text);
    let runs = runs(page, &pieces(page)?);
    let mut found = Vec::new();
    for run in &runs {
        // Nothing is everywhere and so nowhere in particular.
        let hits = run
            .text
            .match_indices(&wanted)
            .filter(|_| !wanted.is_empty());
        found.extend(hits.map(|(at, _)| (run, at)));
    }
    match found[..] {
        [(run, at)] => {
            let bytes = run.bytes(at..at + wanted.len());
            let with = match run.kind {
                RunKind::Text => partial_escape(with).into_owned(),
                // The one sequence that would end the data.
                RunKind::Data => with.replace("]]>", "]]]]><![CDATA[>"),
            };
            Ok([&page[..bytes.start], &with, &page[bytes.end..]].concat())
        }
        [] => Err(EditError::NoText {
            text: text.to_owned(),
        }),
        _ => Err(EditError::SeveralTexts {
            text: text.to_owned(),
            count: found.len(),
        }),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RunKind {
    Text,
    /// Within `<![CDATA[`, as code is.
    Data,
}

/// Text without a tag in it, as it reads.
struct Run {
    kind: RunKind,
    text: String,
    /// Where each part of `text` begins, in it and on the page, in order.
    parts: Vec<(usize, Range<usize>)>,
}

impl Run {
    fn new(kind: RunKind) -> Self {
        Self {
            kind,
            text: String::new(),
            parts: Vec::new(),
        }
    }

    /// One character that stands on the page as these bytes.
    fn push(&mut self, shown: &str, at: Range<usize>) {
        self.parts.push((self.text.len(), at));
        self.text.push_str(&spaces(shown));
    }

    /// The bytes of the page that a part of the text stands for.
    fn bytes(&self, part: Range<usize>) -> Range<usize> {
        let holds = |index: usize| {
            let behind = self.parts.partition_point(|(start, _)| *start <= index);
            &self.parts[behind - 1].1
        };
        holds(part.start).start..holds(part.end - 1).end
    }
}

fn runs(page: &str, pieces: &[Piece]) -> Vec<Run> {
    const OPENING: usize = "<![CDATA[".len();
    const CLOSING: usize = "]]>".len();
    let mut runs = vec![Run::new(RunKind::Text)];
    for piece in pieces {
        let Range { start, end } = piece.at;
        let (kind, range) = match &piece.kind {
            Kind::Text => (RunKind::Text, start..end),
            Kind::Entity(character) => {
                if let Some(run) = runs.last_mut().filter(|run| run.kind == RunKind::Text) {
                    run.push(character, start..end);
                }
                continue;
            }
            Kind::Data => {
                runs.push(Run::new(RunKind::Data));
                (RunKind::Data, start + OPENING..end - CLOSING)
            }
            _ => {
                runs.push(Run::new(RunKind::Text));
                continue;
            }
        };
        if let Some(run) = runs.last_mut() {
            let text = &page[range.clone()];
            for (at, character) in text.char_indices() {
                let at = range.start + at;
                run.push(
                    character.encode_utf8(&mut [0; 4]),
                    at..at + character.len_utf8(),
                );
            }
        }
        if kind == RunKind::Data {
            runs.push(Run::new(RunKind::Text));
        }
    }
    runs
}

fn spaces(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markup::storage::check;

    #[test]
    fn a_text_is_found_as_it_reads_and_the_new_one_is_escaped() {
        for (page, text, with, expected) in [
            ("<p>a &amp; b</p>", "a & b", "c < d", "<p>c &lt; d</p>"),
            (
                "<p>1.5&nbsp;% + 25&nbsp;cents</p>",
                "1.5 % +",
                "2 % +",
                "<p>2 % + 25&nbsp;cents</p>",
            ),
            ("<p>x<b>y</b>z</p>", "y", "", "<p>x<b></b>z</p>"),
            (
                "a<![CDATA[if a < b && c]]>",
                "a < b",
                "a > b",
                "a<![CDATA[if a > b && c]]>",
            ),
            (
                "<![CDATA[end]]>",
                "end",
                "]]>",
                "<![CDATA[]]]]><![CDATA[>]]>",
            ),
            ("<p>ü&uuml;ö</p>", "üö", "o", "<p>üo</p>"),
        ] {
            assert_eq!(replace_text(page, text, with).unwrap(), expected, "{page}");
        }
    }

    #[test]
    fn a_text_that_is_not_there_or_not_alone_is_told_and_tags_are_no_text() {
        let page = "<p title=\"b\">a a <b>c</b></p>";
        let refused = |text| replace_text(page, text, "x").unwrap_err().to_string();
        assert!(refused("a").contains("2 times"));
        for text in ["b", "a c", "<b>", "", "A"] {
            assert!(refused(text).contains("does not have the text"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn all_bytes_outside_the_text_stay_as_they_are_and_the_page_stays_sound(
            before in "(<p>[a-z ]{0,5}(&amp;|&nbsp;)?</p>|<br />){0,4}",
            after in "(<p>[a-z ]{0,5}</p>|<!-- [a-z]* -->){0,4}",
            with in "\\PC{0,12}",
        ) {
            let page = format!("{before}<p>-NEEDLE-</p>{after}");
            let changed = replace_text(&page, "NEEDLE", &with).unwrap();
            let (head, tail) = (format!("{before}<p>-"), format!("-</p>{after}"));
            prop_assert!(changed.starts_with(&head) && changed.ends_with(&tail));
            prop_assert_eq!(check(&changed), Ok(()));
        }
    }
}

//! A page as elements and characters with their places, read strictly.
//! What is done with the places is the parent's part.

use std::collections::HashMap;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use super::super::reader::Reader;
use super::Section;
use crate::markup::entities;

/// A well-formed page.
pub(super) struct Scan {
    elements: Vec<Element>,
    /// What a reader sees, character by character.
    pub(super) letters: Vec<Letter>,
    length: usize,
    /// How many elements are open in which nothing is shown.
    fallbacks: usize,
}

/// Shown where Cloud's editor is not; what it repeats is the content.
const FALLBACK: &str = "ac:adf-fallback";

struct Element {
    name: String,
    parent: Option<usize>,
    range: Range<usize>,
    content: Range<usize>,
    /// The letters in it.
    letters: Range<usize>,
}

/// A character and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) c: char,
    pub(super) source: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text between tags, entities included.
    Text,
    /// Within CDATA.
    Data,
    /// The edge of a block; comes from nowhere.
    Edge,
}

impl Scan {
    /// The page, or where it stops being well-formed.
    pub(super) fn of(page: &str) -> Result<Self, usize> {
        let mut reader = Reader::of(page);
        let mut scan = Self {
            elements: Vec::new(),
            letters: Vec::new(),
            length: page.len(),
            fallbacks: 0,
        };
        let mut open = Vec::new();
        loop {
            let start = reader.position();
            let event = reader.read_event().map_err(|_| start)?;
            let at = start..reader.position();
            match event {
                Event::Eof if open.is_empty() => return Ok(scan),
                Event::Eof => return Err(start),
                event => scan.take(page, &event, at, &mut open).ok_or(start)?,
            }
        }
    }

    /// One event; nothing if it may not be there.
    fn take(
        &mut self,
        page: &str,
        event: &Event<'_>,
        at: Range<usize>,
        open: &mut Vec<usize>,
    ) -> Option<()> {
        match event {
            Event::Start(tag) => {
                self.begin(tag, at, open)?;
                self.fallbacks += usize::from(tag.name().as_ref() == FALLBACK);
                open.push(self.elements.len() - 1);
            }
            Event::Empty(tag) => self.begin(tag, at, open)?,
            Event::End(_) => self.end_of(open.pop()?, at),
            Event::Text(_) if self.is_shown(open) => self.text(page, at, Kind::Text),
            Event::CData(_) if self.is_shown(open) => {
                self.text(
                    page,
                    at.start + "<![CDATA[".len()..at.end - "]]>".len(),
                    Kind::Data,
                );
            }
            Event::GeneralRef(name) => {
                let characters = entities::character(name)?;
                if self.is_shown(open) {
                    // All characters of an entity come from the whole of it.
                    self.letters.extend(characters.chars().map(|c| Letter {
                        c,
                        source: at.clone(),
                        kind: Kind::Text,
                    }));
                }
            }
            _ => {}
        }
        Some(())
    }

    /// A new element, unless its attributes are wrong.
    fn begin(&mut self, tag: &BytesStart<'_>, at: Range<usize>, open: &[usize]) -> Option<()> {
        if tag.attributes().any(|attribute| attribute.is_err()) {
            return None;
        }
        let name = tag.name().as_ref().to_owned();
        self.edge(&name);
        let from = self.letters.len();
        self.elements.push(Element {
            name,
            parent: open.last().copied(),
            content: at.end..at.end,
            range: at,
            letters: from..from,
        });
        Some(())
    }

    fn end_of(&mut self, index: usize, at: Range<usize>) {
        let element = &mut self.elements[index];
        element.content.end = at.start;
        element.range.end = at.end;
        element.letters.end = self.letters.len();
        self.fallbacks -= usize::from(element.name == FALLBACK);
        let name = element.name.clone();
        self.edge(&name);
    }

    fn text(&mut self, page: &str, at: Range<usize>, kind: Kind) {
        let text = page.get(at.clone()).unwrap_or_default();
        self.letters
            .extend(text.char_indices().map(|(offset, c)| Letter {
                c,
                source: at.start + offset..at.start + offset + c.len_utf8(),
                kind,
            }));
    }

    fn edge(&mut self, name: &str) {
        if !is_within_line(name) {
            self.letters.push(Letter {
                c: '\n',
                source: 0..0,
                kind: Kind::Edge,
            });
        }
    }

    /// Whether text here is what a reader sees.
    fn is_shown(&self, open: &[usize]) -> bool {
        let shows = |at: &usize| {
            !matches!(
                self.elements[*at].name.as_str(),
                "ac:parameter"
                    | "ac:task-id"
                    | "ac:task-uuid"
                    | "ac:task-status"
                    | "ac:adf-attribute"
            )
        };
        self.fallbacks == 0 && open.last().is_none_or(shows)
    }

    /// Where content at the end of the page goes.
    pub(super) fn end(&self) -> usize {
        let last = self.elements.iter().rev().find(|it| it.parent.is_none());
        let cells = || {
            self.elements
                .iter()
                .rev()
                .find(|it| it.name == "ac:layout-cell")
        };
        match last
            .filter(|it| it.name == "ac:layout")
            .and_then(|_| cells())
        {
            // A cell that is one empty tag has no place for content.
            Some(cell) if cell.content.end < cell.range.end => cell.content.end,
            _ => self.length,
        }
    }

    pub(super) fn sections(&self) -> Vec<Section> {
        let headings: Vec<_> = self
            .elements
            .iter()
            .filter_map(|element| Some((level(&element.name)?, element)))
            .collect();
        let mut sections = Vec::with_capacity(headings.len());
        // From the end: for every parent the headings that may end a section before them, the last one
        // nearest.
        let mut following: HashMap<Option<usize>, Vec<(u8, usize)>> = HashMap::new();
        for (level, element) in headings.into_iter().rev() {
            let following = following.entry(element.parent).or_default();
            // One of a lower level ends no section before this one any more.
            while following.last().is_some_and(|(other, _)| *other > level) {
                following.pop();
            }
            let end = following.last().map_or_else(
                || {
                    let parent = element.parent.map(|parent| &self.elements[parent]);
                    parent.map_or(self.length, |parent| parent.content.end)
                },
                |(_, start)| *start,
            );
            following.push((level, element.range.start));
            let letters = &self.letters[element.letters.clone()];
            let title: String = letters.iter().map(|letter| letter.c).collect();
            sections.push(Section {
                level,
                title: title.split_whitespace().collect::<Vec<_>>().join(" "),
                heading: element.range.clone(),
                content: element.range.end..end,
            });
        }
        sections.reverse();
        sections
    }
}

fn level(name: &str) -> Option<u8> {
    let digit = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&digit).then_some(digit)
}

/// Elements that do not part the text before them from that after them.
fn is_within_line(name: &str) -> bool {
    matches!(
        name,
        "strong"
            | "b"
            | "em"
            | "i"
            | "u"
            | "s"
            | "del"
            | "strike"
            | "ins"
            | "code"
            | "tt"
            | "span"
            | "a"
            | "sub"
            | "sup"
            | "small"
            | "big"
            | "font"
            | "cite"
            | "kbd"
            | "samp"
            | "time"
            | "ac:inline-comment-marker"
            | "ac:link"
            | "ac:link-body"
            | "ac:plain-text-link-body"
    )
}

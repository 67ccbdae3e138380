//! A page as a row of pieces with their places: tags, text, entities.
//! Nothing is interpreted beyond that.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::{NotWellFormed, check};
use crate::markup::entities;

/// One piece of a page.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// Its bytes.
    pub(super) at: Range<usize>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Open(Tag),
    Close,
    Empty(Tag),
    /// As it stands; entities are pieces of their own.
    Text,
    /// What it stands for.
    Entity(String),
    /// The text between `<![CDATA[` and `]]>`.
    Data,
    Comment,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    /// The value of `ac:name`, which tells macros apart.
    pub(super) macro_name: Option<String>,
}

/// Takes a page apart; the pieces cover it without gaps.
pub(super) fn pieces(page: &str) -> Result<Vec<Piece>, NotWellFormed> {
    check(page)?;
    let mut reader = Reader::from_str(page);
    let mut pieces = Vec::new();
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(0);
    loop {
        let start = position(&reader);
        // The check has found no error.
        let Ok(event) = reader.read_event() else {
            return Ok(pieces);
        };
        let kind = match event {
            Event::Eof => return Ok(pieces),
            Event::Start(tag) => Kind::Open(Tag::of(&tag)),
            Event::Empty(tag) => Kind::Empty(Tag::of(&tag)),
            Event::End(_) => Kind::Close,
            Event::CData(_) => Kind::Data,
            Event::GeneralRef(name) => Kind::Entity(entities::character(&name).unwrap_or_default()),
            Event::Text(_) => Kind::Text,
            Event::Comment(_) | Event::Decl(_) | Event::DocType(_) | Event::PI(_) => Kind::Comment,
        };
        let at = start..position(&reader);
        pieces.push(Piece { kind, at });
    }
}

impl Tag {
    fn of(tag: &BytesStart<'_>) -> Self {
        let attribute = |wanted: &str| {
            let mut all = tag.attributes().filter_map(Result::ok);
            let found = all.find(|attribute| attribute.key.as_ref() == wanted)?;
            Some(entities::decode(&found.value))
        };
        Self {
            name: tag.name().as_ref().to_owned(),
            macro_name: attribute("ac:name"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_cover_the_page_without_gaps() {
        let page = "a &amp; <p x=\"1\">b<br/><![CDATA[<c>]]></p><!-- d -->ü";
        let all = pieces(page).unwrap();
        let texts: Vec<_> = all.iter().map(|piece| &page[piece.at.clone()]).collect();
        assert_eq!(texts.concat(), page);
        assert_eq!(texts[1], "&amp;");
        assert_eq!(all[1].kind, Kind::Entity("&".to_owned()));
        assert_eq!(texts[5], "<br/>");
        assert_eq!(texts[6], "<![CDATA[<c>]]>");
    }
}

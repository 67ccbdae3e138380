//! Whether a text is storage format: well-formed XHTML with Confluence's two prefixes (B-49, B-50).
//! What its elements mean is not looked at.

use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};

use super::reader::Reader;
use crate::markup::entities;

/// Why a text is no storage format, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no well-formed storage format: line {line}, column {column}: {why}")]
pub struct NotWellFormed {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong there.
    pub why: String,
}

/// Checks a text before it is sent: Confluence refuses broken XHTML with an error that names no place.
///
/// # Errors
/// The first place where it is not well-formed.
///
/// ```
/// use atlassian::markup::storage::check;
/// assert!(check("<p>a &amp; b</p>").is_ok());
/// let error = check("<p>a\n& b</p>").unwrap_err();
/// assert_eq!((error.line, error.column), (2, 1));
/// ```
pub fn check(storage: &str) -> Result<(), NotWellFormed> {
    if let Some(at) = storage.find(is_forbidden) {
        return Err(place(
            storage,
            at,
            "a character that XML does not have".to_owned(),
        ));
    }
    let mut reader = Reader::of(storage);
    reader.config_mut().check_comments = true;
    let mut open: Vec<(String, usize)> = Vec::new();
    loop {
        let start = reader.position();
        let event = reader
            .read_event()
            .map_err(|error| place(storage, reader.error_position(), reason(&error)))?;
        sound(&event).map_err(|why| place(storage, start, why))?;
        match event {
            Event::Start(tag) => open.push((tag.name().as_ref().to_owned(), start)),
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    open.pop().map_or(Ok(()), |(name, start)| {
        Err(place(storage, start, format!("<{name}> is never closed")))
    })
}

/// Whether a piece is one that storage format has.
fn sound(event: &Event<'_>) -> Result<(), String> {
    match event {
        Event::Start(tag) | Event::Empty(tag) => tag_is_sound(tag),
        Event::GeneralRef(name) if entities::character(name).is_none() => {
            Err(format!("&{}; is no entity; write & as &amp;", &**name))
        }
        Event::Decl(_) | Event::DocType(_) | Event::PI(_) => {
            Err("declarations have no place here".to_owned())
        }
        _ => Ok(()),
    }
}

/// Control characters and the two non-characters (XML 1.0, section 2.2).
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..'\t' | '\x0b' | '\x0c' | '\x0e'..' ' | '\u{fffe}' | '\u{ffff}')
}

/// Only `ac:` and `ri:` are declared by Confluence; attributes are quoted, sound and there once.
fn tag_is_sound(tag: &BytesStart<'_>) -> Result<(), String> {
    declared(tag.name().as_ref())?;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        declared(attribute.key.as_ref())?;
        let mut rest = &*attribute.value;
        while let Some(at) = rest.find(['&', '<']) {
            let end = rest[at..].find(';').map(|end| at + end);
            let known = end.is_some_and(|end| entities::character(&rest[at + 1..end]).is_some());
            if rest[at..].starts_with('<') || !known {
                let name = attribute.key.as_ref();
                return Err(format!("the value of {name} holds a bare & or <"));
            }
            rest = &rest[end.unwrap_or(at)..];
        }
    }
    Ok(())
}

fn declared(name: &str) -> Result<(), String> {
    match name.split_once(':') {
        Some((prefix, _)) if !["ac", "ri", "xml"].contains(&prefix) => Err(format!(
            "the prefix of {name} is not known; storage format has ac: and ri:"
        )),
        _ => Ok(()),
    }
}

fn reason(error: &Error) -> String {
    match error {
        Error::IllFormed(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn place(storage: &str, position: usize, why: String) -> NotWellFormed {
    let before = &storage[..storage.floor_char_boundary(position)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    NotWellFormed {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_with_macros_and_html_entities_is_sound() {
        for storage in [
            "",
            "plain &amp; simple",
            "<p>a&nbsp;&#8211;&#x2013;<br /></p>",
            "<ac:link><ri:page ri:content-title=\"a &gt; b &amp; c\" /></ac:link>",
            "<ac:plain-text-body><![CDATA[a < b & c]]></ac:plain-text-body>",
            "<!-- a note --><p>ä</p>",
        ] {
            assert_eq!(check(storage), Ok(()), "{storage}");
        }
    }

    #[test]
    fn b_49_b_50_what_confluence_would_refuse_is_found_with_its_place() {
        for (storage, line, column) in [
            ("a & b", 1, 3),
            ("<p>ä</p>\n<p>a & b</p>", 2, 6),
            ("x\n<p>open", 2, 1),
            ("<p>&nosuch;</p>", 1, 4),
            ("<p><x:y /></p>", 1, 4),
            ("<a href=\"1\" href=\"2\"></a>", 1, 1),
            ("<p>\n<a title=\"a & b\"></a></p>", 2, 1),
            ("\u{feff}<p>a & b</p>", 1, 7),
            ("<?xml version=\"1.0\"?><p></p>", 1, 1),
        ] {
            let error = check(storage).unwrap_err();
            assert_eq!(
                (error.line, error.column),
                (line, column),
                "{storage}: {error}"
            );
        }
        for storage in [
            "a < b",
            "<p></b>",
            "</p>",
            "<a href=b></a>",
            "<!-- open",
            "<p",
            "a\0b",
        ] {
            assert!(check(storage).is_err(), "{storage}");
        }
    }
}

//! Cuts wiki text at the macros that take whole blocks: code, quotes and panels.
//! The text between them is read by `lines`.

use crate::markup::document::CalloutKind;
use crate::markup::entities;
use crate::markup::hidden::ink::{Colour, Paper};

/// A stretch of the text.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// Text without block macros.
    Text(&'a str),
    /// `{code}` and `{noformat}` with everything up to their end.
    Code {
        title: Option<&'a str>,
        language: Option<&'a str>,
        text: &'a str,
    },
    /// The beginning of a container.
    Open(Container),
    /// The end of the container of this name.
    Close(&'a str),
}

/// A macro that contains text.
#[derive(Debug, PartialEq)]
pub(super) struct Container {
    pub(super) name: &'static str,
    /// What kind of callout it is; none for quotes.
    pub(super) kind: Option<CalloutKind>,
    pub(super) title: String,
    /// What its text stands on; none if that is what is around it.
    pub(super) paper: Option<Paper>,
}

/// More containers inside each other than this are text.
const DEEPEST: usize = 20;

/// A tag such as `{code:title=x|java}`.
struct Tag<'a> {
    name: &'static str,
    parameters: Option<&'a str>,
    length: usize,
}

const NAMES: [&str; 8] = [
    "code", "noformat", "quote", "panel", "info", "note", "tip", "warning",
];

/// The pieces of the text, in order.
pub(super) fn cut(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    // Where the current stretch of text begins, and where the search goes on.
    let (mut from, mut at) = (0, 0);
    let mut endless = Vec::new();
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        // After another brace it is monospace: `{{code}}`.
        let escaped = text[..start].ends_with(['\\', '{']);
        let Some(tag) = tag(&text[start..]).filter(|_| !escaped) else {
            at = start + 1;
            continue;
        };
        let inside = start + tag.length;
        let Some((piece, end)) = piece(text, &tag, inside, &mut open, &mut endless) else {
            at = inside;
            continue;
        };
        pieces.push(Piece::Text(&text[from..start]));
        pieces.push(piece);
        (from, at) = (end, end);
    }
    pieces.push(Piece::Text(&text[from..]));
    pieces
}

/// What a tag means here, and where the text goes on after it.
fn piece<'a>(
    text: &'a str,
    tag: &Tag<'a>,
    inside: usize,
    open: &mut Vec<&'static str>,
    endless: &mut Vec<&'static str>,
) -> Option<(Piece<'a>, usize)> {
    let name = tag.name;
    if matches!(name, "code" | "noformat") {
        // Looked for once in vain, the end is not there for any later tag either.
        if endless.contains(&name) {
            return None;
        }
        let end = format!("{{{name}}}");
        let Some(length) = text[inside..].find(&end) else {
            endless.push(name);
            return None;
        };
        let content = &text[inside..inside + length];
        return Some((code(tag, content), inside + length + end.len()));
    }
    // The end of a container looks like a beginning without parameters.
    if tag.parameters.is_none()
        && let Some(at) = open.iter().rposition(|open| *open == name)
    {
        open.truncate(at);
        return Some((Piece::Close(name), inside));
    }
    if open.len() >= DEEPEST {
        return None;
    }
    open.push(name);
    let title = parameter(tag.parameters, "title").unwrap_or_default();
    let colour = parameter(tag.parameters, "bgColor").unwrap_or_default();
    // By colour Confluence's `note` is a warning, and its `warning` an error.
    let kind = match name {
        "quote" => None,
        "info" => Some(CalloutKind::Note),
        "tip" => Some(CalloutKind::Tip),
        "note" => Some(CalloutKind::Warning),
        "warning" => Some(CalloutKind::Caution),
        _ => Some(super::kind_of_colour(colour).unwrap_or(CalloutKind::Panel)),
    };
    let container = Container {
        name,
        kind,
        title: entities::decode(title),
        paper: kind.is_some().then(|| Paper::of(Colour::parse(colour))),
    };
    Some((Piece::Open(container), inside))
}

fn code<'a>(tag: &Tag<'a>, text: &'a str) -> Piece<'a> {
    // The language stands alone, everything else is `name=value`.
    let alone = tag.parameters.into_iter().flat_map(|all| all.split('|'));
    let alone = alone
        .map(str::trim)
        .find(|part| !part.is_empty() && !part.contains('='));
    let language = alone.or_else(|| parameter(tag.parameters, "language"));
    Piece::Code {
        title: parameter(tag.parameters, "title"),
        language,
        text,
    }
}

fn parameter<'a>(parameters: Option<&'a str>, name: &str) -> Option<&'a str> {
    let pairs = parameters?
        .split('|')
        .filter_map(|part| part.split_once('='));
    let found = pairs
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| *key == name);
    found
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty())
}

/// The tag at the beginning of the text.
fn tag(text: &str) -> Option<Tag<'_>> {
    let inner = &text[1..];
    let name = NAMES.into_iter().find(|name| inner.starts_with(*name))?;
    let rest = &inner[name.len()..];
    if rest.starts_with('}') {
        return Some(Tag {
            name,
            parameters: None,
            length: name.len() + 2,
        });
    }
    let parameters = rest.strip_prefix(':')?;
    let end = parameters
        .find(['}', '\n'])
        .filter(|end| parameters[*end..].starts_with('}'))?;
    Some(Tag {
        name,
        parameters: Some(&parameters[..end]),
        length: name.len() + end + 3,
    })
}

//! The inline nodes of ADF: text with marks, mentions, emoji, cards, dates.
//! Blocks are the parent's.

use jiff::Timestamp;
use serde_json::Value;

use super::{Around, DEEPEST, attribute, children, kind, push};
use crate::markup::document::{Inline, Style};
use crate::markup::hidden::conceal;
use crate::markup::hidden::ink::{Colour as Ink, Paper};
use crate::markup::reference::{Colour, Person, Reference};

/// Whether a node stands within a line.
pub(super) fn is_inline(node: &Value) -> bool {
    matches!(
        kind(node),
        "text"
            | "hardBreak"
            | "mention"
            | "emoji"
            | "inlineCard"
            | "blockCard"
            | "embedCard"
            | "date"
            | "status"
            | "media"
            | "mediaInline"
            | "placeholder"
            | "inlineExtension"
    )
}

/// The content of a node as one line.
pub(super) fn line(node: &Value, around: &Around) -> Vec<Inline> {
    let mut line = Vec::new();
    for child in children(node) {
        read(child, &around.inside(node), &mut line);
    }
    line
}

/// Appends one node.
pub(super) fn read(node: &Value, around: &Around, line: &mut Vec<Inline>) {
    let inline = match kind(node) {
        "text" if is_unseen(node, around) => return conceal(line, &[text(node)]),
        "text" => text(node),
        "hardBreak" => Inline::Break,
        "mention" => mention(node),
        "emoji" => emoji(node),
        "inlineCard" | "blockCard" | "embedCard" => card(node),
        "date" => date(node),
        "status" => status(node),
        "media" | "mediaInline" => media(node),
        "placeholder" => Inline::Text(format!("[{}]", attribute(node, "text").unwrap_or("…"))),
        other => return unknown(other, node, around, line),
    };
    push(line, inline);
}

fn unknown(kind: &str, node: &Value, around: &Around, line: &mut Vec<Inline>) {
    let name = attribute(node, "extensionKey").unwrap_or(kind);
    let shown = attribute(node, "text")
        .map(|text| format!(": {text}"))
        .unwrap_or_default();
    push(line, Inline::Text(format!("[{name}{shown}]")));
    push(
        line,
        Inline::Text(node["text"].as_str().unwrap_or_default().to_owned()),
    );
    if around.depth <= DEEPEST {
        for child in children(node) {
            read(child, &around.inside(node), line);
        }
    }
}

/// Text inside its marks. Visible colours, underline, sub- and superscript have no Markdown and are left
/// out.
fn text(node: &Value) -> Inline {
    let text = node["text"]
        .as_str()
        .unwrap_or_default()
        .replace(['\n', '\r'], " ");
    let marks = || node["marks"].as_array().into_iter().flatten();
    let is_code = marks().any(|mark| kind(mark) == "code");
    let mut inline = if is_code {
        Inline::Code(text)
    } else {
        Inline::Text(text)
    };
    for mark in marks() {
        let style = match kind(mark) {
            "strong" => Style::Strong,
            "em" => Style::Emphasis,
            "strike" => Style::Strike,
            _ => continue,
        };
        inline = Inline::Styled(style, vec![inline]);
    }
    let link = marks().find(|mark| kind(mark) == "link");
    match link.and_then(|mark| attribute(mark, "href")) {
        Some(url) => Inline::Link {
            url: url.to_owned(),
            text: vec![inline],
        },
        None => inline,
    }
}

/// Whether text has the colour of what it stands on.
fn is_unseen(node: &Value, around: &Around) -> bool {
    let marks = || node["marks"].as_array().into_iter().flatten();
    let colour = |name| {
        let mark = marks().find(|mark| kind(mark) == name)?;
        Ink::parse(attribute(mark, "color")?)
    };
    let marked = colour("backgroundColor").filter(|it| *it != Ink::Transparent);
    let marked = marked.map(Paper::Coloured);
    let paper = marked.as_ref().unwrap_or(&around.paper);
    colour("textColor").is_some_and(|ink| paper.hides(&ink))
}

/// A card shows what its address leads to; only the address is in the document.
fn card(node: &Value) -> Inline {
    let url = attribute(node, "url").or_else(|| node["attrs"]["data"]["url"].as_str());
    let name = node["attrs"]["data"]["name"].as_str();
    match url {
        Some(url) => {
            let text = name
                .into_iter()
                .map(|name| Inline::Text(name.to_owned()))
                .collect();
            Inline::Link {
                url: url.to_owned(),
                text,
            }
        }
        None => Inline::Text(format!("[{}]", name.unwrap_or("card"))),
    }
}

fn media(node: &Value) -> Inline {
    let alt = attribute(node, "alt");
    match attribute(node, "url") {
        Some(url) => Inline::Image {
            url: url.to_owned(),
            alt: alt.unwrap_or_default().to_owned(),
        },
        // An attachment: the id belongs to the media service and is no address.
        None => {
            let name = alt.or_else(|| attribute(node, "id")).unwrap_or("unknown");
            Inline::Text(format!("[attachment: {name}]"))
        }
    }
}

/// A day, kept as milliseconds since 1970 in a string.
fn date(node: &Value) -> Inline {
    let stamp = &node["attrs"]["timestamp"];
    let millis = stamp
        .as_i64()
        .or_else(|| stamp.as_str()?.trim().parse().ok());
    let day = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok());
    match day {
        Some(day) => {
            let day = Reference::Date(day.strftime("%Y-%m-%d").to_string());
            Inline::link(day.to_string(), "")
        }
        None => Inline::Text("[date]".to_owned()),
    }
}

fn mention(node: &Value) -> Inline {
    let name = attribute(node, "text").map(|text| text.trim_start_matches('@'));
    match attribute(node, "id") {
        Some(id) => {
            let person = Reference::Person(Person::AccountId(id.to_owned()));
            Inline::link(person.to_string(), format!("@{}", name.unwrap_or(id)))
        }
        None => Inline::Text(format!("@{}", name.unwrap_or("unknown"))),
    }
}

/// The character, or the name of an emoji that is none.
fn emoji(node: &Value) -> Inline {
    let name = attribute(node, "shortName").map(|name| name.trim_matches(':'));
    let character = attribute(node, "text").filter(|text| !text.starts_with(':'));
    match (character, name) {
        (Some(character), _) => Inline::Text(character.to_owned()),
        (None, Some(name)) if !name.is_empty() => {
            Inline::link(Reference::Emoji(name.to_owned()).to_string(), "")
        }
        _ => Inline::Text("[emoji]".to_owned()),
    }
}

fn status(node: &Value) -> Inline {
    let colour = Colour::of_word(attribute(node, "color").unwrap_or_default());
    match attribute(node, "text") {
        Some(text) => Inline::link(Reference::Status(colour).to_string(), text.trim()),
        None => Inline::Text("[status]".to_owned()),
    }
}

//! What stands within a line of a page: text, marks, links, images, times, emoji.
//! Blocks are the parent's.

use super::macros;
use super::tree::{Element, Node};
use crate::markup::document::{Inline, Style, push};

/// Nodes as one line.
pub(super) fn line(nodes: &[Node]) -> Vec<Inline> {
    let mut line = Vec::new();
    for node in nodes {
        read(node, &mut line);
    }
    line
}

/// Appends one node.
pub(super) fn read(node: &Node, line: &mut Vec<Inline>) {
    match node {
        Node::Text(text) => add_text(text, line),
        Node::Element(element) => read_element(element, line),
    }
}

/// Blanks in a row count as one, also across nodes.
fn add_text(text: &str, line: &mut Vec<Inline>) {
    let after_blank = match line.last() {
        None | Some(Inline::Break) => true,
        Some(Inline::Text(before)) => before.ends_with(' '),
        _ => false,
    };
    let mut collapsed = String::with_capacity(text.len());
    let mut blank = after_blank;
    for c in text.chars() {
        if !c.is_whitespace() {
            collapsed.push(c);
        } else if !blank {
            collapsed.push(' ');
        }
        blank = c.is_whitespace();
    }
    push(line, Inline::Text(collapsed));
}

fn read_element(element: &Element, out: &mut Vec<Inline>) {
    let inside = || line(&element.children);
    let inline = match element.name.as_str() {
        "strong" | "b" | "th" => Inline::Styled(Style::Strong, inside()),
        "em" | "i" | "cite" => Inline::Styled(Style::Emphasis, inside()),
        "s" | "del" | "strike" => Inline::Styled(Style::Strike, inside()),
        "code" | "tt" | "kbd" | "samp" => Inline::Code(element.text()),
        "br" => Inline::Break,
        "a" => match element.attribute("href") {
            Some(url) => Inline::Link {
                url: url.to_owned(),
                text: inside(),
            },
            None => return extend(inside(), out),
        },
        "img" => image(
            element.attribute("src").unwrap_or_default(),
            element.attribute("alt"),
        ),
        "time" => time(element),
        "ac:link" => return link(element, out),
        "ac:image" => macro_image(element),
        "ac:emoticon" => emoticon(element),
        "ac:structured-macro" | "ac:macro" => return macros::inline(element, out),
        "ac:placeholder" => Inline::Text(format!("[{}]", element.text().trim())),
        "ac:task-id" | "ac:task-uuid" | "ac:task-status" | "ac:parameter" | "colgroup" => return,
        "ri:user" | "ri:page" | "ri:attachment" | "ri:url" | "ri:content-entity"
        | "ri:blog-post" | "ri:space" | "ri:shortcut" => Inline::Text(resource(element)),
        "ac:inline-comment-marker" | "ac:link-body" | "ac:plain-text-link-body" => {
            return extend(inside(), out);
        }
        name if name.starts_with("ac:") || name.starts_with("ri:") => {
            push(out, Inline::Text(format!("[{name}]")));
            return extend(inside(), out);
        }
        // Layout without meaning (span, u, sub, font, …): its text counts.
        _ => return extend(inside(), out),
    };
    push(out, inline);
}

fn extend(inlines: Vec<Inline>, out: &mut Vec<Inline>) {
    for inline in inlines {
        push(out, inline);
    }
}

fn image(url: &str, alt: Option<&str>) -> Inline {
    Inline::Image {
        url: url.to_owned(),
        alt: alt.unwrap_or_default().to_owned(),
    }
}

fn time(element: &Element) -> Inline {
    let shown = element
        .attribute("datetime")
        .map_or_else(|| element.text(), str::to_owned);
    Inline::Text(shown)
}

fn macro_image(element: &Element) -> Inline {
    let alt = element
        .attribute("ac:alt")
        .or(element.attribute("ac:title"));
    if let Some(url) = element
        .child("ri:url")
        .and_then(|it| it.attribute("ri:value"))
    {
        return image(url, alt);
    }
    match element
        .child("ri:attachment")
        .and_then(|it| it.attribute("ri:filename"))
    {
        Some(name) => Inline::Text(format!("[image: {name}]")),
        None => Inline::Text(format!("[image: {}]", alt.unwrap_or("unknown"))),
    }
}

fn emoticon(element: &Element) -> Inline {
    let name = element.attribute("ac:name").map(|name| format!(":{name}:"));
    let shown = element
        .attribute("ac:emoji-fallback")
        .or(element.attribute("ac:emoji-shortname"))
        .map(str::to_owned)
        .or(name);
    Inline::Text(shown.unwrap_or_else(|| "[emoji]".to_owned()))
}

/// A link to something Confluence knows: its own words, if it has any, and what it points at.
fn link(element: &Element, out: &mut Vec<Inline>) {
    let body = element
        .child("ac:link-body")
        .or_else(|| element.child("ac:plain-text-link-body"));
    let words = body.map(|body| line(&body.children)).unwrap_or_default();
    let target = element
        .elements()
        .find(|child| child.name.starts_with("ri:"));
    let url = target
        .filter(|it| it.name == "ri:url")
        .and_then(|it| it.attribute("ri:value"));
    if let Some(url) = url {
        return push(
            out,
            Inline::Link {
                url: url.to_owned(),
                text: words,
            },
        );
    }
    let anchor = element
        .attribute("ac:anchor")
        .map(|anchor| format!("[[#{anchor}]]"));
    let Some(place) = target.map(resource).or(anchor) else {
        return extend(words, out);
    };
    let same = body.is_some_and(|body| place == format!("[[{}]]", body.text().trim()));
    if !words.is_empty() && !same {
        extend(words, out);
        push(out, Inline::Text(" ".to_owned()));
    }
    push(out, Inline::Text(place));
}

/// How a resource identifier reads.
fn resource(element: &Element) -> String {
    let get = |name| element.attribute(name);
    let space = get("ri:space-key")
        .map(|key| format!("{key}:"))
        .unwrap_or_default();
    if let Some(title) = get("ri:content-title") {
        return format!("[[{space}{title}]]");
    }
    if let Some(name) = get("ri:filename") {
        return format!("[attachment: {name}]");
    }
    let user = get("ri:username")
        .or(get("ri:account-id"))
        .or(get("ri:userkey"));
    if let Some(user) = user {
        return format!("@{user}");
    }
    let other = get("ri:value")
        .or(get("ri:content-id"))
        .or(get("ri:space-key"));
    format!(
        "[{}]",
        other.unwrap_or(element.name.trim_start_matches("ri:"))
    )
}

//! What stands within a line of a page: text, marks, links, images, times, emoji.
//! Blocks are the parent's.

use super::tree::{Element, Node, Placeholder};
use super::{macros, unseen};
use crate::markup::document::{Inline, Style, push, words};
use crate::markup::hidden::conceal;
use crate::markup::reference::{Page, Person, Reference};

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
        unseen::MARK => return hidden(element, out),
        "ac:structured-macro" | "ac:macro" => return macros::inline(element, out),
        _ if element.kept.is_some() => return kept(element, out),
        "strong" | "b" | "th" => Inline::Styled(Style::Strong, inside()),
        "em" | "i" | "cite" => Inline::Styled(Style::Emphasis, inside()),
        "s" | "del" | "strike" => Inline::Styled(Style::Strike, inside()),
        "code" | "tt" | "kbd" | "samp" if unseen::is_in(element) => return extend(inside(), out),
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
        "ac:link" => link(element),
        "ac:image" => macro_image(element),
        "ac:emoticon" => emoticon(element),
        "ac:task-id" | "ac:task-uuid" | "ac:task-status" | "ac:parameter" | "colgroup" => return,
        "ri:user" | "ri:page" | "ri:attachment" | "ri:url" => match target_address(element, None) {
            Some(url) => Inline::link(url, resource_words(element)),
            None => return,
        },
        name if name.starts_with("ri:") => Inline::Text(resource_words(element)),
        // Layout without meaning (span, u, sub, font, …): its text counts.
        _ => return extend(inside(), out),
    };
    push(out, inline);
}

fn hidden(mark: &Element, out: &mut Vec<Inline>) {
    match mark.children.as_slice() {
        // With the blanks around it, which part it from its neighbours.
        [Node::Text(text)] => conceal(out, &[Inline::Text(text.clone())]),
        children => conceal(out, &line(children)),
    }
}

/// The placeholder of a part within a line.
pub(super) fn kept(element: &Element, out: &mut Vec<Inline>) {
    if let Some(Placeholder { number, label }) = &element.kept {
        let address = Reference::Kept(*number).to_string();
        push(out, Inline::link(address, label.as_str()));
    }
}

/// What a part without a form in Markdown says: its words and what it points at.
pub(super) fn description(element: &Element) -> String {
    words(&line(&element.children))
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
    let address = format!("date:{}", shown.trim());
    match Reference::parse(&address) {
        Reference::Date(_) => Inline::link(address, ""),
        _ => Inline::Text(shown),
    }
}

/// The address of what an image shows.
pub(super) fn image_target(element: &Element) -> Option<String> {
    let on_the_web = element
        .child("ri:url")
        .and_then(|it| it.attribute("ri:value"));
    let attached = element
        .child("ri:attachment")
        .filter(|it| it.children.is_empty());
    let attached = attached.and_then(|it| it.attribute("ri:filename"));
    on_the_web
        .map(str::to_owned)
        .or_else(|| attached.map(|name| Reference::Attachment(name.to_owned()).to_string()))
}

fn macro_image(element: &Element) -> Inline {
    let alt = element
        .attribute("ac:alt")
        .or(element.attribute("ac:title"));
    image(&image_target(element).unwrap_or_default(), alt)
}

/// Emoji that are a character, and those that have a name.
pub(super) fn is_known_emoticon(element: &Element) -> bool {
    element.attribute("ac:emoji-fallback").is_some() || element.attribute("ac:name").is_some()
}

fn emoticon(element: &Element) -> Inline {
    let character = element.attribute("ac:emoji-fallback");
    match character.filter(|text| !text.starts_with(':')) {
        Some(character) => Inline::Text(character.to_owned()),
        None => {
            let name = element
                .attribute("ac:name")
                .or(character)
                .unwrap_or_default();
            let name = name.trim_matches(':').to_owned();
            Inline::link(Reference::Emoji(name).to_string(), "")
        }
    }
}

/// Whether a link leads to a page, person, attachment, address or anchor.
pub(super) fn is_known_link(element: &Element) -> bool {
    link_address(element).is_some()
}

fn link_address(element: &Element) -> Option<String> {
    let anchor = element.attribute("ac:anchor");
    let mut targets = element.elements().filter(|it| it.name.starts_with("ri:"));
    match targets.next() {
        Some(target) => target_address(target, anchor),
        None => anchor.map(|anchor| format!("#{anchor}")),
    }
}

/// The address of a resource, if there is one that leads back to it.
fn target_address(target: &Element, anchor: Option<&str>) -> Option<String> {
    let get = |name| target.attribute(name).map(str::to_owned);
    let reference = match target.name.as_str() {
        "ri:page" => Reference::Page(Page {
            space: get("ri:space-key"),
            title: get("ri:content-title")?,
            anchor: anchor.map(str::to_owned),
        }),
        // An attachment of another page names that page inside.
        "ri:attachment" if target.children.is_empty() => Reference::Attachment(get("ri:filename")?),
        "ri:user" => Reference::Person(match (get("ri:account-id"), get("ri:userkey")) {
            (Some(id), _) => Person::AccountId(id),
            (None, Some(key)) => Person::UserKey(key),
            (None, None) => Person::UserName(get("ri:username")?),
        }),
        "ri:url" => return get("ri:value"),
        _ => return None,
    };
    Some(reference.to_string())
}

/// How a resource reads.
fn resource_words(element: &Element) -> String {
    let get = |name| element.attribute(name);
    let user = get("ri:account-id")
        .or(get("ri:userkey"))
        .or(get("ri:username"));
    if let Some(user) = user {
        return format!("@{user}");
    }
    let named = get("ri:content-title").or(get("ri:filename"));
    let other = get("ri:value")
        .or(get("ri:content-id"))
        .or(get("ri:space-key"));
    named.or(other).unwrap_or(&element.name).to_owned()
}

/// A link to something Confluence knows, in its own words or those of what it points at.
fn link(element: &Element) -> Inline {
    let body = element
        .child("ac:link-body")
        .or_else(|| element.child("ac:plain-text-link-body"));
    let mut text = body.map(|body| line(&body.children)).unwrap_or_default();
    let target = element.elements().find(|it| it.name.starts_with("ri:"));
    let person = target.is_some_and(|target| target.name == "ri:user");
    let shown = words(&text).trim().to_owned();
    if person && !shown.is_empty() {
        text = vec![Inline::Text(format!("@{}", shown.trim_start_matches('@')))];
    }
    if shown.is_empty() {
        let shown = target.map(resource_words).unwrap_or_default();
        text = Vec::from_iter((!shown.is_empty()).then_some(Inline::Text(shown)));
    }
    Inline::Link {
        url: link_address(element).unwrap_or_default(),
        text,
    }
}

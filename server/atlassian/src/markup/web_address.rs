//! Finds web addresses that stand in a text as they are, as GitHub does. Writers of Markdown do it
//! too, so that a text does not change when it is read back.
//! Addresses in angle brackets and links are found by the parser itself.

use super::document::Inline;
use super::document::leaf::Leaves;

const SCHEMES: [&str; 2] = ["https://", "http://"];

/// The line with the addresses in its texts as links.
pub(super) fn linked(line: Leaves) -> Leaves {
    let mut linked = Leaves {
        leaves: Vec::with_capacity(line.leaves.len()),
        links: line.links,
    };
    for leaf in line.leaves {
        match leaf.content {
            Inline::Text(text) if leaf.link.is_none() => {
                for part in split(&text) {
                    linked.push(part, leaf.styles, None);
                }
            }
            content => linked.push(content, leaf.styles, leaf.link),
        }
    }
    linked
}

/// The text with its addresses as links.
fn split(text: &str) -> Vec<Inline> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find("http") {
        let start = at + found;
        let before = text[..start].chars().next_back();
        let length = address(&text[start..]);
        if length == 0 || before.is_some_and(char::is_alphanumeric) {
            at = start + 4;
            continue;
        }
        parts.push(Inline::Text(text[from..start].to_owned()));
        parts.push(Inline::Link {
            url: text[start..start + length].to_owned(),
            text: Vec::new(),
        });
        from = start + length;
        at = from;
    }
    parts.push(Inline::Text(text[from..].to_owned()));
    parts.retain(|part| !matches!(part, Inline::Text(text) if text.is_empty()));
    parts
}

/// The length of the address at the beginning; zero if there is none.
fn address(text: &str) -> usize {
    let Some(scheme) = SCHEMES.iter().find(|scheme| text.starts_with(**scheme)) else {
        return 0;
    };
    let end = text.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"|`[]".contains(c));
    let mut url = &text[..end.unwrap_or(text.len())];
    // What closes a sentence or a bracket around the address is not part of it.
    let mut closing = url.matches(')').count();
    let opening = url.matches('(').count();
    while let Some(last) = url.chars().next_back() {
        match last {
            ')' if closing > opening => closing -= 1,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | ']' | '}' | '\\' => {}
            _ => break,
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    let host = url.get(scheme.len()..).unwrap_or_default();
    if host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        url.len()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_before_what_closes_the_sentence() {
        for (text, found) in [
            ("see https://a.example/x.", Some("https://a.example/x")),
            ("(https://a.example/b_(c))", Some("https://a.example/b_(c)")),
            (
                "https://a.example/?q=1&b=2, and",
                Some("https://a.example/?q=1&b=2"),
            ),
            ("[https://a.example]", Some("https://a.example")),
            ("xhttps://a.example", None),
            ("https:// and http", None),
        ] {
            let links: Vec<_> = split(text)
                .into_iter()
                .filter_map(|part| match part {
                    Inline::Link { url, .. } => Some(url),
                    _ => None,
                })
                .collect();
            assert_eq!(links, Vec::from_iter(found.map(str::to_owned)), "{text}");
        }
    }
}

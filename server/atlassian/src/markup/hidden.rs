//! Text that a site keeps and no reader sees: how it stands in a line, so that whoever reads the
//! Markdown knows, and how often. What makes it unseen is the part of each dialect, colours of `ink`.

use super::document::{Inline, push, words};
use super::reference::Reference;

pub(super) mod ink;

/// What a hidden text begins with in Markdown.
pub const HIDDEN_BEGIN: &str = "[hidden text: ";

/// What a hidden text ends with in Markdown: as the address of a link it cannot stand in other texts,
/// where the bracket has a backslash before it.
pub const HIDDEN_END: &str = "](hidden:style)";

/// The first words of the link.
const LABEL: &str = "hidden text: ";

/// How many hidden texts Markdown of ours shows.
///
/// ```
/// use atlassian::markup::{hidden_texts, storage};
///
/// let page = "<p>a <span style=\"color: white\">b</span></p>";
/// let markdown = storage::to_markdown(page);
/// assert_eq!(markdown, "a [hidden text: b](hidden:style)");
/// assert_eq!(hidden_texts(&markdown), 1);
/// ```
#[must_use]
pub fn hidden_texts(markdown: &str) -> usize {
    use pulldown_cmark::{Event, Parser, Tag};

    // Reading it as Markdown tells the mark from the same letters in code; few texts need that.
    if !markdown.contains(HIDDEN_END) {
        return 0;
    }
    let is_mark = |event: &Event<'_>| match event {
        Event::Start(Tag::Link { dest_url, .. }) => is_hidden(dest_url),
        _ => false,
    };
    Parser::new(markdown).filter(is_mark).count()
}

/// Appends parts of a line that nobody sees, as words: what they were beside that is lost with them.
pub(super) fn conceal(line: &mut Vec<Inline>, hidden: &[Inline]) {
    let text: String = hidden.iter().map(plain).collect();
    if let Some(before) = line.last_mut().and_then(text_of) {
        before.push_str(&text);
    } else if text.trim().is_empty() {
        let after_blank = match line.last() {
            None | Some(Inline::Break) => true,
            Some(Inline::Text(before)) => before.ends_with(char::is_whitespace),
            Some(_) => false,
        };
        if !text.is_empty() && !after_blank {
            push(line, Inline::Text(" ".to_owned()));
        }
    } else {
        let label = format!("{LABEL}{}", text.trim_start());
        line.push(Inline::link(Reference::Hidden.to_string(), label));
    }
}

/// Whether a part of a line is hidden text and nothing else.
pub(super) fn is_concealed(inline: &Inline) -> bool {
    match inline {
        Inline::Link { url, text } if !text.is_empty() => is_hidden(url) || is_all_concealed(text),
        Inline::Styled(_, inside) => is_all_concealed(inside),
        _ => false,
    }
}

fn is_all_concealed(line: &[Inline]) -> bool {
    !line.is_empty() && line.iter().all(is_concealed)
}

fn is_hidden(url: &str) -> bool {
    Reference::parse(url) == Reference::Hidden
}

/// The words of a mark.
fn text_of(inline: &mut Inline) -> Option<&mut String> {
    match inline {
        Inline::Link { url, text } if is_hidden(url) => match text.as_mut_slice() {
            [Inline::Text(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// What a part says, with the addresses of its links.
fn plain(inline: &Inline) -> String {
    let all = |line: &[Inline]| line.iter().map(plain).collect::<String>();
    match inline {
        Inline::Link { url, text } if is_hidden(url) && !text.is_empty() => {
            let text = words(text);
            text.strip_prefix(LABEL).unwrap_or(&text).to_owned()
        }
        Inline::Link { url, text } if !text.is_empty() => format!("{} ({url})", all(text)),
        Inline::Image { url, alt } if alt.is_empty() => url.clone(),
        Inline::Image { url, alt } => format!("{alt} ({url})"),
        Inline::Styled(_, inside) => all(inside),
        other => words(std::slice::from_ref(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::document::Style;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn hidden_parts_beside_each_other_are_one_and_keep_their_addresses() {
        let mut line = vec![text("seen ")];
        conceal(&mut line, &[text("a ")]);
        let bold = Inline::Styled(Style::Strong, vec![text("b")]);
        conceal(&mut line, &[bold, text(" ")]);
        conceal(
            &mut line,
            &[Inline::link("https://c.example".to_owned(), "c")],
        );
        push(&mut line, text(" seen"));
        let mark = Inline::link(
            "hidden:style".to_owned(),
            "hidden text: a b c (https://c.example)",
        );
        assert_eq!(line, [text("seen "), mark, text(" seen")]);
    }

    #[test]
    fn hidden_blanks_are_blanks() {
        let mut line = vec![text("a")];
        conceal(&mut line, &[text("\n  ")]);
        conceal(&mut line, &[text(" ")]);
        assert_eq!(line, [text("a ")]);
    }

    #[test]
    fn marks_are_counted_and_what_only_looks_like_them_is_not() {
        for (markdown, count) in [
            ("[hidden text: a](hidden:style) b", 1),
            (
                "- [hidden text: a](hidden:style)\n- [hidden text: b](hidden:style)",
                2,
            ),
            ("`[hidden text: a](hidden:style)`", 0),
            ("```\n[hidden text: a](hidden:style)\n```", 0),
            ("[hidden text: a\\](hidden:style)", 0),
            ("[hidden text: a]", 0),
        ] {
            assert_eq!(hidden_texts(markdown), count, "{markdown}");
        }
    }
}

//! Marks around what people wrote, so that a model can tell it from what this server says. Whether it
//! obeys is up to the model; that no text can end its marks is up to this file.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};

use atlassian::markup::hidden_texts;
use atlassian::model::{Timestamp, User};

/// The marks of one answer. Their number is chosen when all texts have been written, so no text can
/// hold it but by chance, and what does is defused.
#[derive(Debug, Clone)]
pub(super) struct Marker(String);

/// Where a text comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin<'a> {
    /// Who wrote it.
    pub(crate) author: Option<&'a User>,
    /// When.
    pub(crate) when: Option<Timestamp>,
    /// What else a reader should know, such as who may read it.
    pub(crate) note: Option<String>,
}

impl Marker {
    pub(super) fn unguessable() -> Self {
        // The standard library keys its hashes with the system's randomness, anew for each state.
        let number = RandomState::new().hash_one(());
        Self(format!("{:08x}", number >> 32))
    }

    /// Writes a text between marks.
    pub(super) fn wrap(&self, out: &mut String, origin: &Origin<'_>, markdown: &str) {
        let number = &self.0;
        let (visible, hidden) = without_invisible(markdown);
        let text = visible.replace(&**number, "…");
        let _infallible = write!(out, "<untrusted-{number}");
        let mut attribute = |name: &str, value: &str| {
            let value = one_line(value).replace('"', "'").replace(['<', '>'], "");
            let value = value.replace(&**number, "…");
            let _infallible = write!(out, " {name}=\"{value}\"");
        };
        if let Some(author) = origin.author {
            attribute("author", author.label());
        }
        if let Some(when) = origin.when {
            attribute("date", &when.to_string());
        }
        if let Some(note) = &origin.note {
            attribute("note", note);
        }
        if let Some(told) = told_of_hidden(hidden, hidden_texts(&visible)) {
            attribute("hidden", &told);
        }
        let _infallible = write!(
            out,
            ">\n{}\n</untrusted-{number}>\n",
            text.trim_matches('\n')
        );
    }
}

/// What a reader is told of what people do not see on the site.
fn told_of_hidden(characters: usize, texts: usize) -> Option<String> {
    let removed = match characters {
        0 => None,
        1 => Some("1 invisible character removed".to_owned()),
        more => Some(format!("{more} invisible characters removed")),
    };
    let marked = match texts {
        0 => None,
        1 => Some("1 text that people do not see on the site is marked".to_owned()),
        more => Some(format!(
            "{more} texts that people do not see on the site are marked"
        )),
    };
    let told: Vec<_> = removed.into_iter().chain(marked).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// A text that is one line: white space of any kind is one blank, and what cannot be seen is gone.
pub(crate) fn one_line(text: &str) -> String {
    let (visible, _) = without_invisible(text);
    let words = visible.split(|c: char| c.is_whitespace() || c.is_control());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The text without characters that no reader sees but a model reads, and how many there were.
fn without_invisible(text: &str) -> (Cow<'_, str>, usize) {
    let hidden = text.chars().filter(|c| is_invisible(*c)).count();
    if hidden == 0 {
        return (Cow::Borrowed(text), 0);
    }
    (text.chars().filter(|c| !is_invisible(*c)).collect(), hidden)
}

/// Zero-width and direction controls, variation selectors of the supplement and tags, with which
/// instructions are smuggled. The joiners U+200C and U+200D stay: scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(marker: &Marker, origin: &Origin<'_>, text: &str) -> String {
        let mut out = String::new();
        marker.wrap(&mut out, origin, text);
        out
    }

    fn named(name: &str) -> User {
        User {
            display_name: Some(name.to_owned()),
            ..User::default()
        }
    }

    #[test]
    fn a_text_is_told_with_its_author_its_date_and_what_is_to_be_known() {
        let marker = Marker("01234567".to_owned());
        let (ana, when) = (named("Ana Sousa"), Timestamp::parse("2026-09-14T08:31:12Z"));
        let origin = Origin {
            author: Some(&ana),
            when,
            note: Some("only for Developers".to_owned()),
        };
        assert_eq!(
            wrapped(&marker, &origin, "\nHello\n"),
            "<untrusted-01234567 author=\"Ana Sousa\" date=\"2026-09-14T08:31:12+00:00\" \
             note=\"only for Developers\">\nHello\n</untrusted-01234567>\n"
        );
    }

    #[test]
    fn two_answers_have_different_marks() {
        let [a, b] = [(); 2].map(|()| wrapped(&Marker::unguessable(), &Origin::default(), ""));
        assert_ne!(a, b);
    }

    #[test]
    fn hidden_characters_are_removed_and_counted() {
        let marker = Marker("01234567".to_owned());
        let text = "seen\u{200b}\u{e0041}\u{202e} 👩\u{200d}🚀";
        let told = wrapped(&marker, &Origin::default(), text);
        assert!(
            told.contains(" hidden=\"3 invisible characters removed\">\nseen 👩\u{200d}🚀\n"),
            "{told}"
        );
    }

    #[test]
    fn texts_that_are_hidden_by_their_style_are_counted_too() {
        let marker = Marker("01234567".to_owned());
        let text = "[hidden text: a](hidden:style) [hidden text: b](hidden:style)\u{200b}";
        let told = wrapped(&marker, &Origin::default(), text);
        let note =
            "1 invisible character removed; 2 texts that people do not see on the site are marked";
        assert!(told.contains(&format!(" hidden=\"{note}\">")), "{told}");
    }

    /// All that could follow the text's own end of marks.
    fn behind_the_end(told: &str, number: &str) -> Option<String> {
        let (_, behind) = told.split_once(&format!("</untrusted-{number}>"))?;
        Some(behind.to_owned())
    }

    proptest! {
        /// Even a text, a name or a note that knows the number.
        #[test]
        fn nothing_can_end_its_marks(
            text in "(</?untrusted-|01234567|0123|4567|[>\"\n a]|\u{200b}){0,12}",
            name in "(</untrusted-|01234567|[>\"\n a]|\u{200b}){0,6}",
        ) {
            let marker = Marker("01234567".to_owned());
            let author = named(&name);
            let origin = Origin { author: Some(&author), when: None, note: Some(name.clone()) };
            let told = wrapped(&marker, &origin, &text);
            prop_assert_eq!(told.matches("01234567").count(), 2, "{}", told);
            prop_assert_eq!(behind_the_end(&told, "01234567"), Some("\n".to_owned()));
            let first = told.lines().next().unwrap();
            prop_assert!(first.starts_with("<untrusted-01234567 ") && first.ends_with('>'));
            prop_assert_eq!(first.matches(['<', '>']).count(), 2);
        }

        #[test]
        fn one_line_is_one_line(text in "\\PC{0,30}|[\r\n\t\u{2028}\u{85} a]{0,30}") {
            let line = one_line(&text);
            let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
            prop_assert!(!line.contains(breaks));
        }
    }
}

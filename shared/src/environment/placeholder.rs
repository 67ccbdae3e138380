//! Placeholders `${…}` that a host or a shell was to fill in, and did not; what is filled in is not known here.

use std::collections::BTreeSet;

/// Whether a whole text is one `${…}`, which some hosts expand in their configuration (VS Code, Claude
/// Code) and others pass on as it is written.
///
/// ```
/// use shared::environment::is_placeholder;
/// assert!(is_placeholder(" ${input:jira-token}"));
/// assert!(!is_placeholder("a${TOKEN}"));
/// ```
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let inner = text
        .trim()
        .strip_prefix("${")
        .and_then(|text| text.strip_suffix('}'));
    inner.is_some_and(|inner| !inner.contains('}'))
}

/// The text of a file of variables with every `$` escaped that begins the name of no variable: `dotenvy`
/// would put nothing in its place, and a token with a dollar in it would silently be another.
pub(super) fn kept(text: &str, is_set: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut assigned = BTreeSet::new();
    let mut place = Place::Name(0);
    // A variable is not set yet within its own value.
    let mut own = None;
    for (at, c) in text.char_indices() {
        if let (Place::Name(from), '=') = (place, c) {
            assigned.extend(own.replace(name_in(&text[from..at])));
        }
        if let (Place::Plain | Place::Weak, '$') = (place, c) {
            let name = referred_to(&text[at + 1..]);
            if !is_set(name) && !assigned.contains(name) {
                out.push('\\');
            }
        }
        place = place.behind(c, at, text);
        out.push(c);
    }
    out
}

/// Where in a file a character stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Before the `=` of a line that begins there.
    Name(usize),
    Comment,
    /// In a value, outside of quotes.
    Plain,
    /// In `'…'`, where nothing has a meaning.
    Strong,
    /// In `"…"`.
    Weak,
    /// Behind a backslash.
    Escaped {
        within: Quote,
    },
}

#[derive(Debug, Clone, Copy)]
enum Quote {
    None,
    Weak,
}

impl Place {
    /// Where the character behind this one stands.
    fn behind(self, c: char, at: usize, text: &str) -> Self {
        match (self, c) {
            (Self::Name(_) | Self::Comment | Self::Plain, '\n') => Self::Name(at + 1),
            (Self::Name(from), '#') if text[from..at].trim().is_empty() => Self::Comment,
            (Self::Plain, '#') if text[..at].ends_with([' ', '\t']) => Self::Comment,
            (Self::Plain, '\'') => Self::Strong,
            (Self::Plain, '"') => Self::Weak,
            (Self::Plain, '\\') => Self::Escaped {
                within: Quote::None,
            },
            (Self::Weak, '\\') => Self::Escaped {
                within: Quote::Weak,
            },
            (Self::Name(_), '=')
            | (Self::Strong, '\'')
            | (Self::Weak, '"')
            | (
                Self::Escaped {
                    within: Quote::None,
                },
                _,
            ) => Self::Plain,
            (
                Self::Escaped {
                    within: Quote::Weak,
                },
                _,
            ) => Self::Weak,
            (place, _) => place,
        }
    }
}

fn name_in(assignment: &str) -> &str {
    let name = assignment.trim();
    name.strip_prefix("export ").map_or(name, str::trim)
}

/// The name behind a `$`, as `dotenvy` reads it.
fn referred_to(rest: &str) -> &str {
    match rest.strip_prefix('{') {
        Some(inner) => inner.split_once('}').map_or("", |(name, _)| name),
        None => {
            let end = rest.find(|c: char| !c.is_alphanumeric());
            &rest[..end.unwrap_or(rest.len())]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_that_names_nothing_is_escaped_and_all_else_stays() {
        for (text, expected) in [
            ("A=${B}", r"A=\${B}"),
            ("A=x$y", r"A=x\$y"),
            ("A=\"a $b\"", "A=\"a \\$b\""),
            ("A=cost$", r"A=cost\$"),
            ("A=${A}", r"A=\${A}"),
            ("A=$SET", "A=$SET"),
            ("A=${SET}", "A=${SET}"),
            ("B=1\nexport C=2\nA=$B${C}", "B=1\nexport C=2\nA=$B${C}"),
            ("A='$b'", "A='$b'"),
            (r"A=\$b", r"A=\$b"),
            ("# $b\nA=1 # $c", "# $b\nA=1 # $c"),
            ("A=\"x\ny$b\"\nB=$A", "A=\"x\ny\\$b\"\nB=$A"),
        ] {
            assert_eq!(kept(text, |name| name == "SET"), expected, "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_the_whole_text() {
        for text in ["${TOKEN}", "${input:jira-token}", " ${env:TOKEN}\n", "${}"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["${", "$TOKEN", "x${TOKEN}", "${A}-${B}", "${A}b"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}

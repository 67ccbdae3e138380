//! Cuts a query into words, literals, operators and brackets, as CQL and JQL do.
//! What the pieces mean is decided by the reader.

use std::ops::Range;

/// A piece of a query and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A field, keyword, function name or bare value.
    Word,
    /// A value in single or double quotes.
    Literal,
    /// `=`, `!=`, `~`, `!~`, `<`, `<=`, `>`, `>=`.
    Operator,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `,`.
    Comma,
}

const OPERATORS: [&str; 8] = ["!=", "!~", "<=", ">=", "=", "~", "<", ">"];

/// The pieces of a query; nothing when a quoted literal never ends.
pub(super) fn tokens(query: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let rest = &query[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (kind, length) = match c {
            '(' => (Kind::Open, 1),
            ')' => (Kind::Close, 1),
            ',' => (Kind::Comma, 1),
            '"' | '\'' => (Kind::Literal, literal_length(rest, c)?),
            _ => match OPERATORS
                .iter()
                .find(|operator| rest.starts_with(*operator))
            {
                Some(operator) => (Kind::Operator, operator.len()),
                None => (Kind::Word, word_length(rest)),
            },
        };
        tokens.push(Token {
            kind,
            span: at..at + length,
        });
        at += length;
    }
    Some(tokens)
}

fn literal_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn word_length(rest: &str) -> usize {
    let ends = |(at, c): (usize, char)| {
        // An apostrophe inside a word is a letter, as in "it's"; at its start it opens a literal.
        let special = "()=~<>,\"".contains(c) || rest[at..].starts_with("!=");
        (at > 0 && (c.is_whitespace() || special || rest[at..].starts_with("!~"))).then_some(at)
    };
    rest.char_indices().find_map(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(query: &str) -> Vec<&str> {
        tokens(query)
            .unwrap()
            .into_iter()
            .map(|token| &query[token.span])
            .collect()
    }

    #[test]
    fn pieces_need_no_white_space_between_them() {
        assert_eq!(texts("a=b"), ["a", "=", "b"]);
        assert_eq!(
            texts("a!=\"b c\"and(d~'e')"),
            ["a", "!=", "\"b c\"", "and", "(", "d", "~", "'e'", ")"]
        );
        assert_eq!(texts("in (a,b)"), ["in", "(", "a", ",", "b", ")"]);
        assert_eq!(
            texts(r#"t ~ "a \" = b" x"#),
            ["t", "~", r#""a \" = b""#, "x"]
        );
        assert_eq!(texts("it's now('-7d')"), ["it's", "now", "(", "'-7d'", ")"]);
    }

    #[test]
    fn an_open_literal_is_no_query() {
        for query in ["\"", "a = 'b", r#"a = "b\""#] {
            assert_eq!(tokens(query), None, "{query}");
        }
    }

    proptest! {
        #[test]
        fn tokens_cover_everything_but_white_space(query in "\\PC*") {
            for found in tokens(&query).into_iter() {
                let joined: String = found.iter().map(|token| &query[token.span.clone()]).collect();
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert_eq!(bare(&joined), bare(&query));
            }
        }
    }
}

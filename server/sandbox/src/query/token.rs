//! Cuts the text of a query into words, quoted strings and signs.
//! What they mean together is the parser's matter.

use super::{Language, QueryError};

/// A token and the column (from 1) it starts at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) column: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word(String),
    Quoted(String),
    /// `=`, `!=`, `~`, `!~`, `<`, `<=`, `>`, `>=`, `(`, `)`, `,`.
    Sign(&'static str),
}

/// Two-character signs come first, so that `<=` is not read as `<`.
const SIGNS: &[&str] = &["!=", "!~", "<=", ">=", "=", "~", "<", ">", "(", ")", ","];

impl TokenKind {
    /// As it would stand in an explanation.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
            Self::Sign(sign) => sign,
        }
    }
}

pub(super) fn tokens(text: &str, language: Language) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let column = text.chars().count() - rest.chars().count() + 1;
        let (kind, length) = match first {
            '"' | '\'' => quoted(rest, first).ok_or_else(|| unclosed(language, column))?,
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (TokenKind::Sign(sign), sign.len()),
                None => word(rest).ok_or_else(|| stray(language, first, column))?,
            },
        };
        tokens.push(Token { kind, column });
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A quoted string with backslash escapes, and its length in bytes with the quotes.
fn quoted(text: &str, quote: char) -> Option<(TokenKind, usize)> {
    let mut value = String::new();
    let mut escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => {
                value.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if character == quote => return Some((TokenKind::Quoted(value), index + 1)),
            _ => value.push(character),
        }
    }
    None
}

fn word(text: &str) -> Option<(TokenKind, usize)> {
    let ends = |c: char| c.is_whitespace() || "=!~<>(),\"'".contains(c);
    let length = text.find(ends).unwrap_or(text.len());
    // Reserved in both languages: they must be quoted.
    let reserved = |c: char| "?$#%^[]{}|;&`\\".contains(c);
    let word = &text[..length];
    (length > 0 && !word.contains(reserved)).then(|| (TokenKind::Word(word.to_owned()), length))
}

fn unclosed(language: Language, column: usize) -> QueryError {
    QueryError(match language {
        Language::Jql => format!(
            "Error in the JQL Query: The quoted string starting at character {column} has not been \
             completed. (line 1, character {column})"
        ),
        Language::Cql => format!("Could not parse cql : unclosed string at character {column}"),
    })
}

fn stray(language: Language, character: char, column: usize) -> QueryError {
    QueryError(match language {
        Language::Jql => format!(
            "Error in the JQL Query: The character '{character}' is a reserved JQL character. You \
             must enclose it in a string or use the escape '\\u{:04x}' instead. (line 1, character \
             {column})",
            u32::from(character)
        ),
        Language::Cql => {
            format!("Could not parse cql : unexpected '{character}' at character {column}")
        }
    })
}

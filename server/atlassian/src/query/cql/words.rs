//! Plain words as a CQL text search.
//! Whether a query is plain words is decided by the parent.

use crate::query::quote;

/// Characters the text index takes as operators even inside a CQL literal ("Performing text
/// searches using CQL"). The index drops punctuation anyway, so a space finds the same pages and
/// cannot make the search fail.
const OPERATORS: &str = r"()[]{}^~:!/\|<>=;";

/// Looks for the words in title or text; nothing when there are none.
pub(super) fn clause(query: &str) -> Option<String> {
    let words = quote(&searchable(query)?);
    Some(format!("(title ~ {words} OR text ~ {words})"))
}

/// The words without index syntax that the person did not mean; a phrase in double quotes stays a
/// phrase, wild cards stay at the end of words.
fn searchable(query: &str) -> Option<String> {
    let quotes = query.matches('"').count();
    let mut text: String = query
        .chars()
        .map(|c| {
            if OPERATORS.contains(c) || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect();
    if quotes % 2 == 1 {
        text = text.replace('"', " ");
    }
    let words: Vec<_> = text.split_whitespace().filter_map(word).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn word(word: &str) -> Option<String> {
    // Upper-case operators would be taken as such; in a plain question they are words.
    if matches!(word, "AND" | "OR" | "NOT") {
        return Some(word.to_ascii_lowercase());
    }
    // A sign in front excludes or demands, a wild card in front is refused by the index.
    let word = word.trim_start_matches(['+', '-', '*', '?', '&']);
    word.chars()
        .any(|c| c.is_alphanumeric() || c == '"')
        .then(|| word.to_owned())
}

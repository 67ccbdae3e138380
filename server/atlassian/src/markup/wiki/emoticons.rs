//! Jira's pictures for notation in brackets, as characters that show the same. Smileys are left as the
//! text they are, which everybody reads.

/// Notation and character (Jira's "Text Formatting Notation Help", "Misc").
const EMOTICONS: [(&str, &str); 17] = [
    ("(y)", "👍"),
    ("(n)", "👎"),
    ("(i)", "ℹ️"),
    ("(/)", "✅"),
    ("(x)", "❌"),
    ("(!)", "⚠️"),
    ("(+)", "➕"),
    ("(-)", "➖"),
    ("(?)", "❓"),
    ("(on)", "💡"),
    ("(off)", "🔌"),
    ("(*)", "⭐"),
    ("(*r)", "⭐"),
    ("(*g)", "⭐"),
    ("(*b)", "⭐"),
    ("(*y)", "⭐"),
    ("(flag)", "🚩"),
];

/// The notation the text begins with, and its character. Within a word, as in `f(x)`, there is none.
pub(super) fn at_start(text: &str, before: Option<char>) -> Option<(&'static str, &'static str)> {
    let stands_alone = before.is_none_or(|before| !before.is_alphanumeric());
    let mut all = EMOTICONS.into_iter().filter(|_| stands_alone);
    all.find(|(notation, _)| text.starts_with(notation))
}

//! Keeps plain text from being read as Markdown, and leaves everything else alone: a reader, human
//! or not, should meet `snake_case` and `[DEMO]` as they were written.

use crate::markup::entities;

/// Text with a backslash before what would otherwise be markup. `before` is what stands left of
/// it on the line.
pub(super) fn text(text: &str, before: Option<char>) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = before;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next();
        if is_markup(c, before, after, rest.as_str()) {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
    }
    escaped
}

fn is_markup(c: char, before: Option<char>, after: Option<char>, rest: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match c {
        '`' => true,
        '*' => !(blank(before) && blank(after)),
        '_' => !(letter(before) && letter(after) || blank(before) && blank(after)),
        '~' => before == Some('~') || after == Some('~'),
        '\\' => after.is_some_and(|c| c.is_ascii_punctuation()),
        ']' => after == Some('('),
        '<' => after.is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c)),
        '&' => is_entity(rest),
        _ => false,
    }
}

/// Whether the text continues as an entity after its ampersand.
fn is_entity(rest: &str) -> bool {
    let end = rest.bytes().take(32).position(|byte| byte == b';');
    end.is_some_and(|end| entities::character(&rest[..end]).is_some())
}

/// Lines with a backslash where their beginning would make a heading, list, quote or rule.
pub(super) fn line_starts(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(line_start).collect();
    lines.join("\n")
}

fn line_start(line: &str) -> String {
    let line = line.trim_start();
    let Some(first) = line.chars().next() else {
        return String::new();
    };
    let same = line.len() - line.trim_start_matches(first).len();
    let alone = |length: usize| {
        line[length..]
            .chars()
            .next()
            .is_none_or(char::is_whitespace)
    };
    let special = match first {
        '>' => true,
        '#' => same <= 6 && alone(same),
        '-' | '+' | '*' => alone(1) || (first == '-' && line.trim_end().len() == same),
        '=' => line.trim_end().len() == same,
        _ => false,
    };
    if special {
        return format!("\\{line}");
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..10).contains(&digits) && line[digits..].starts_with(['.', ')']) && alone(digits + 1) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    line.to_owned()
}

/// An address that cannot end its link early.
pub(super) fn address(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in url.trim().chars() {
        match c {
            '(' => safe.push_str("%28"),
            ')' => safe.push_str("%29"),
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            c if c.is_whitespace() || c.is_control() => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    safe
}

/// Whether an address may stand alone in angle brackets.
pub(super) fn is_web_address(url: &str) -> bool {
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

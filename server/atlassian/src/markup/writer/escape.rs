//! Keeps plain text from being read as Markdown, and leaves everything else alone: a reader, human
//! or not, should meet `snake_case` and `[DEMO]` as they were written.

use crate::markup::entities;

/// Text with a backslash before what would otherwise be markup. `before` and `after` are what
/// stands beside it on the line.
pub(super) fn text(text: &str, before: Option<char>, after: Option<char>) -> String {
    escaped(text, before, after, &[])
}

/// Text within a link whose words hold other things too.
pub(super) fn text_in_link(text: &str, before: Option<char>, after: Option<char>) -> String {
    escaped(text, before, after, &['[', ']'])
}

/// All the words of a link or the description of an image.
pub(super) fn link_text(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text_in_link(&text, Some('['), Some(']'))
}

fn escaped(text: &str, before: Option<char>, after: Option<char>, always: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = before;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next().or(after);
        if always.contains(&c) || is_markup(c, before, next, rest.as_str()) {
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
        // One that cannot close does not open either.
        '~' => !blank(before) || after == Some('~'),
        '\\' => after.is_none_or(|c| c.is_ascii_punctuation()),
        ']' => after == Some('('),
        '!' => after == Some('['),
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

/// Lines with a backslash where their beginning would make something else of them.
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
        '-' => alone(1) || is_rule(line),
        '+' | '*' => alone(1),
        '=' => line.trim_end().len() == same,
        // Columns, tasks, alerts, and definitions of links.
        ':' => same >= 3 || is_rule(line),
        '|' => is_rule(line),
        '[' => {
            ["[ ]", "[x]", "[X]", "[!"]
                .iter()
                .any(|mark| line.starts_with(mark))
                || line
                    .find(']')
                    .is_some_and(|at| line[at + 1..].starts_with(':'))
        }
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

/// Whether a line is a rule, underlines a heading or parts the head of a table from its body.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| "-:| \t".contains(c))
}

/// An address that cannot end its link early.
pub(super) fn address(url: &str) -> String {
    let url = url.trim();
    let mut safe = String::with_capacity(url.len());
    for (at, c) in url.char_indices() {
        match c {
            '(' => safe.push_str("\\("),
            ')' => safe.push_str("\\)"),
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            '\\' => safe.push_str("%5C"),
            '&' if is_entity(&url[at + 1..]) => safe.push_str("&amp;"),
            c if c.is_whitespace() || c.is_control() => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    safe
}

/// Whether an address may stand alone in angle brackets: one of the web, and those of ours that
/// need no words.
pub(super) fn stands_alone(url: &str) -> bool {
    let schemes = [
        "http://", "https://", "mailto:", "ftp://", "date:", "emoji:",
    ];
    let safe = |(at, c): (usize, char)| match c {
        '<' | '>' | '\\' | '|' => false,
        '&' => !is_entity(&url[at + 1..]),
        c => !c.is_whitespace() && !c.is_control(),
    };
    schemes.iter().any(|scheme| url.starts_with(scheme)) && url.char_indices().all(safe)
}

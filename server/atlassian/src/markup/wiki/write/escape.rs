//! Keeps plain text from being read as wiki notation. As little as possible is escaped: people see
//! the source when they edit.

use crate::markup::entities;
use crate::markup::wiki::emoticons;

/// The text with a backslash before what would otherwise be notation. `before` is what stands left
/// of it on the line, `after` right of it.
pub(in crate::markup::wiki) fn text(
    text: &str,
    before: Option<char>,
    after: Option<char>,
) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = before;
    let mut rest = text.chars();
    loop {
        let from_here = rest.as_str();
        let Some(c) = rest.next() else { break };
        let next = rest.as_str().chars().next().or(after);
        let is_emoticon = c == '(' && emoticons::at_start(from_here, before).is_some();
        if is_emoticon {
            escaped.push('\\');
        }
        escape(c, before, next, rest.as_str(), &mut escaped);
        before = Some(c);
    }
    escaped
}

fn escape(c: char, before: Option<char>, next: Option<char>, rest: &str, out: &mut String) {
    let opens =
        before.is_none_or(|b| !b.is_alphanumeric()) && next.is_some_and(|n| !n.is_whitespace());
    match c {
        // Two in a row break the line, so a backslash cannot be escaped by another.
        '\\' if next.is_none_or(|n| n.is_ascii_punctuation()) => out.push_str("&#92;"),
        '&' if is_entity(rest) => out.push_str("&amp;"),
        '[' | '{' | '|' => {
            out.push('\\');
            out.push(c);
        }
        '*' | '_' | '-' | '+' | '!' if opens => {
            out.push('\\');
            out.push(c);
        }
        '?' if next == Some('?') => out.push_str("\\?"),
        c => out.push(c),
    }
}

fn is_entity(rest: &str) -> bool {
    let end = rest.bytes().take(32).position(|byte| byte == b';');
    end.is_some_and(|end| entities::character(&rest[..end]).is_some())
}

/// The line with a backslash where its beginning would make a heading, list, quote, table or rule.
pub(super) fn line_start(line: &str) -> String {
    let line = line.trim_start();
    let marks = line.len() - line.trim_start_matches(['*', '#', '-']).len();
    let is_bullet = marks > 0 && line[marks..].chars().next().is_none_or(char::is_whitespace);
    let heading = line
        .strip_prefix('h')
        .and_then(|rest| rest.strip_prefix(|c: char| c.is_ascii_digit()));
    if is_bullet || line.starts_with("----") {
        return format!("\\{line}");
    }
    if heading.is_some_and(|rest| rest.starts_with(". ")) {
        return format!("{}\\{}", &line[..2], &line[2..]);
    }
    if line.starts_with("bq. ") {
        return format!("bq\\{}", &line[2..]);
    }
    line.to_owned()
}

//! Writes the parts of a line.
//! Lines become blocks in the parent.

use super::escape;
use crate::markup::document::{Inline, Style};

/// A line, without blanks around it. Line breaks inside are written with two blanks before them.
pub(super) fn line(content: &[Inline]) -> String {
    let mut text = String::new();
    write(content, &mut Vec::new(), &mut text);
    text.trim().to_owned()
}

/// Code in more back-ticks than it contains in a row.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ");
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

fn write(content: &[Inline], active: &mut Vec<Style>, text: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(part) => text.push_str(&escape::text(part, text.chars().last())),
            Inline::Code(part) => text.push_str(&code(part)),
            Inline::Styled(style, inside) => styled(*style, inside, active, text),
            Inline::Link { url, text: inside } => link(url, inside, active, text),
            Inline::Image { url, alt } => {
                let alt = escape::text(alt, None);
                text.push_str(&format!("![{alt}]({})", escape::address(url)));
            }
            Inline::Break => text.push_str("  \n"),
        }
    }
}

/// Blanks at the edges go outside the marks, where Markdown wants them.
fn styled(style: Style, inside: &[Inline], active: &mut Vec<Style>, text: &mut String) {
    if active.contains(&style) {
        return write(inside, active, text);
    }
    let mut inner = String::new();
    active.push(style);
    write(inside, active, &mut inner);
    active.pop();
    let core = inner.trim();
    if core.is_empty() {
        return text.push_str(&inner);
    }
    let mark = match style {
        Style::Strong => "**",
        Style::Emphasis => "*",
        Style::Strike => "~~",
    };
    let before = inner.len() - inner.trim_start().len();
    let after = inner.trim_end().len();
    text.push_str(&format!(
        "{}{mark}{core}{mark}{}",
        &inner[..before],
        &inner[after..]
    ));
}

fn link(url: &str, inside: &[Inline], active: &mut Vec<Style>, text: &mut String) {
    let mut inner = String::new();
    write(inside, active, &mut inner);
    let inner = inner.split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = matches!(inside, [] | [Inline::Text(_)])
        && (inner.is_empty() || matches!(inside, [Inline::Text(shown)] if shown.trim() == url));
    if url.is_empty() {
        text.push_str(&inner);
    } else if bare && escape::is_web_address(url) {
        text.push_str(&format!("<{}>", escape::address(url)));
    } else {
        let inner = if inner.is_empty() {
            escape::text(url, None)
        } else {
            inner
        };
        text.push_str(&format!("[{inner}]({})", escape::address(url)));
    }
}

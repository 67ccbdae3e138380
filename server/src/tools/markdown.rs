//! Pieces of Markdown that several tools write; not what any of them says.

use std::fmt::{Display, Write as _};

use atlassian::model::{Total, User};

/// One `**Label**: value` line, with two spaces so that the next line starts anew.
pub(super) fn line(out: &mut String, label: &str, value: impl Display) {
    // Writing to a string cannot fail.
    let _infallible = writeln!(out, "**{label}**: {value}  ");
}

/// The same, left out when there is nothing to say.
pub(super) fn line_if(out: &mut String, label: &str, value: Option<impl Display>) {
    if let Some(value) = value {
        line(out, label, value);
    }
}

/// A second-level heading with room around it.
pub(super) fn heading(out: &mut String, text: impl Display) {
    let _infallible = write!(out, "\n## {text}\n\n");
}

/// A person's name, or what to say when there is none.
pub(super) fn person<'a>(user: Option<&'a User>, otherwise: &'a str) -> &'a str {
    user.map_or(otherwise, User::label)
}

/// How many there are, as far as that is known.
pub(super) fn total(total: Total) -> String {
    match total {
        Total::Exact(count) => count.to_string(),
        Total::Approximate(count) => format!("about {count}"),
        Total::Unknown => "an unknown number".to_owned(),
    }
}

//! Pieces of Markdown that several tools write; not what any of them says.

use std::fmt::{Display, Write as _};

use atlassian::model::{Total, User};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::one_line;

/// One `**Label**: value` line, with two spaces so that the next line starts anew. No value can make
/// lines of its own.
pub(super) fn line(out: &mut String, label: &str, value: impl Display) {
    let value = one_line(&value.to_string());
    // Writing to a string cannot fail.
    let _infallible = writeln!(out, "**{label}**: {value}  ");
}

/// The same, left out when there is nothing to say.
pub(super) fn line_if(out: &mut String, label: &str, value: Option<impl Display>) {
    if let Some(value) = value {
        line(out, label, value);
    }
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

/// A list as far as it fits, with the items that do not fit in short.
pub(super) struct Fitted {
    /// The items, one behind the other.
    pub(super) text: String,
    /// How many of the last ones are short.
    pub(super) shortened: usize,
}

/// Tells items in full until `room` characters are used, and by name from there on, so that nothing of
/// a page of results is lost: the site's cursor goes on behind it.
pub(super) fn fitted<T>(
    items: &[T],
    room: usize,
    full: impl Fn(&T) -> String,
    short: impl Fn(&T) -> String,
) -> Fitted {
    let mut fitted = Fitted {
        text: String::new(),
        shortened: 0,
    };
    let mut left = room;
    for item in items {
        let told = full(item);
        let needed = told.chars().count();
        fitted.text.push('\n');
        if needed <= left && fitted.shortened == 0 {
            left -= needed;
            fitted.text.push_str(&told);
        } else {
            fitted.shortened += 1;
            fitted.text.push_str(&short(item));
        }
    }
    fitted
}

/// An answer for programs, as the members of its object.
pub(super) fn structured(answer: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(answer) {
        Ok(Value::Object(members)) => members,
        // A struct of texts and numbers is an object.
        Ok(_) | Err(_) => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_in_short_from_there_on() {
        let items = ["aaaa", "bbbb", "c"];
        let told = |room| fitted(&items, room, |it| (*it).to_owned(), |it| it[..1].to_owned());
        let all = told(9);
        assert_eq!((&*all.text, all.shortened), ("\naaaa\nbbbb\nc", 0));
        let some = told(5);
        assert_eq!((&*some.text, some.shortened), ("\naaaa\nb\nc", 2));
    }

    #[test]
    fn no_value_makes_lines_of_its_own() {
        let mut out = String::new();
        line(&mut out, "Title", "a\n**Status**: Done\r\n\u{2028}b");
        assert_eq!(out, "**Title**: a **Status**: Done b  \n");
    }
}

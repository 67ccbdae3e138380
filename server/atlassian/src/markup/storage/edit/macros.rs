//! The macros of a page, and which of them another content of it would lose.
//! What a macro does is not known here.

use std::collections::BTreeMap;

use super::super::NotWellFormed;
use super::pieces::{Kind, pieces};

/// Macros that are text in a box: who takes away the text means to take away the box.
const BOXES: &[&str] = &[
    "code", "expand", "info", "noformat", "note", "panel", "status", "tip", "warning",
];

/// The macros that `before` has and `after` has not, or has less often, by name in alphabetical order,
/// each with how many are lost. Boxes around text are not counted.
///
/// # Errors
/// One of the two is not well-formed.
///
/// ```
/// use atlassian::markup::storage::edit::lost_macros;
/// let page = r#"<ac:structured-macro ac:name="toc" /><p>a</p>"#;
/// assert_eq!(lost_macros(page, "<p>b</p>")?, [("toc".to_owned(), 1)]);
/// # Ok::<(), atlassian::markup::storage::NotWellFormed>(())
/// ```
pub fn lost_macros(before: &str, after: &str) -> Result<Vec<(String, usize)>, NotWellFormed> {
    let left = macros(after)?;
    let lost = macros(before)?.into_iter().filter_map(|(name, count)| {
        let missing = count.saturating_sub(left.get(&name).copied().unwrap_or(0));
        (missing > 0).then_some((name, missing))
    });
    Ok(lost.collect())
}

fn macros(page: &str) -> Result<BTreeMap<String, usize>, NotWellFormed> {
    let mut macros = BTreeMap::new();
    for piece in pieces(page)? {
        let (Kind::Open(tag) | Kind::Empty(tag)) = piece.kind else {
            continue;
        };
        let name = match tag.name.as_str() {
            "ac:structured-macro" | "ac:macro" => tag.macro_name.unwrap_or_default(),
            "ac:adf-extension" => "adf-extension".to_owned(),
            _ => continue,
        };
        if !BOXES.contains(&name.as_str()) {
            *macros.entry(name).or_default() += 1;
        }
    }
    Ok(macros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_are_counted_by_name_and_boxes_around_text_are_not() {
        let one = |name: &str| format!("<ac:structured-macro ac:name=\"{name}\" />");
        let before = [one("jira"), one("toc"), one("jira"), one("code")].concat();
        let after = one("jira");
        let lost = lost_macros(&before, &after).unwrap();
        assert_eq!(lost, [("jira".to_owned(), 1), ("toc".to_owned(), 1)]);
        assert_eq!(lost_macros(&after, &before).unwrap(), []);
    }
}

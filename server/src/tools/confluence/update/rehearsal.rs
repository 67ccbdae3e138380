//! What a change would do, as a unified diff of the page as it reads.
//! Nothing is sent.

use std::fmt::Write as _;

use atlassian::markup::storage;
use atlassian::model::{NextVersion, Page};
use similar::TextDiff;

use crate::tools::confluence::receipt::fenced;

/// The change, not made.
pub(super) fn told(page: &Page, before: &str, next: &NextVersion<'_>) -> String {
    let version = page.version.as_ref().map(|version| version.number);
    let mut out = format!(
        "Nothing was written (dry_run). This would change page {}, of which version {} is there",
        page.id,
        version.map_or_else(|| "?".to_owned(), |number| number.to_string())
    );
    if next.title != page.title {
        // Writing to a string cannot fail.
        let _infallible = write!(out, ", from {:?} to {:?}", page.title, next.title);
    }
    out.push_str(":\n\n");
    if before == next.storage {
        out.push_str("Its content stays as it is.\n");
    } else {
        fenced(&mut out, "diff", &difference(before, next.storage));
    }
    out
}

/// Two contents compared as Markdown, or as storage format where only that shows a difference.
pub(super) fn difference(before: &str, after: &str) -> String {
    let (old, new) = (storage::to_markdown(before), storage::to_markdown(after));
    if old == new {
        unified(&in_lines(before), &in_lines(after))
    } else {
        unified(&(old + "\n"), &(new + "\n"))
    }
}

fn unified(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff()
        .context_radius(3)
        .header("before", "after")
        .to_string()
}

/// Storage format with each element on a line of its own: sites keep a page on one line.
fn in_lines(storage: &str) -> String {
    storage.replace("><", ">\n<") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_as_it_reads_with_three_lines_around_it() {
        let paragraphs = |changed: &str| {
            let all = ["a", "b", "c", changed, "e"].map(|text| format!("<p>{text}</p>"));
            all.concat()
        };
        assert_eq!(
            difference(&paragraphs("d"), &paragraphs("D")),
            "--- before\n+++ after\n@@ -4,6 +4,6 @@\n \n c\n \n-d\n+D\n \n e\n"
        );
    }

    #[test]
    fn what_markdown_does_not_show_is_shown_as_storage_format() {
        let before = "<p>a</p><table data-layout=\"wide\"></table>";
        let after = "<p>a</p><table></table>";
        assert_eq!(
            difference(before, after),
            "--- before\n+++ after\n@@ -1,3 +1,3 @@\n <p>a</p>\n-<table data-layout=\"wide\">\n+<table>\n \
             </table>\n"
        );
    }
}

//! What a change would do, as a unified diff of the page as it reads.
//! Nothing is sent.

use std::fmt::Write as _;

use atlassian::markup::storage;
use atlassian::model::{NextVersion, Page};
use similar::TextDiff;

use crate::answer::{Budget, Origin, Reading};

/// The change, not made.
pub(super) fn told(page: &Page, before: &str, next: &NextVersion<'_>) -> String {
    let version = page.version.as_ref().map(|version| version.number);
    let mut sentence = format!(
        "Nothing was written (dry_run). This would change page {}, of which version {} is there",
        page.id,
        version.map_or_else(|| "?".to_owned(), |number| number.to_string())
    );
    if next.title != page.title {
        // Writing to a string cannot fail.
        let _infallible = write!(sentence, ", and call it {:?}", next.title);
    }
    let mut reading = Reading::within(Budget::DEFAULT);
    if before == next.storage {
        reading.say(sentence + ". Its content stays as it is.");
    } else {
        reading.say(sentence + ":");
        quote(&mut reading, page, &difference(before, next.storage));
    }
    reading.into_text()
}

/// A difference between contents of a page, as far as there is room for it.
pub(super) fn quote(reading: &mut Reading, page: &Page, difference: &str) {
    let version = page.version.as_ref();
    let origin = Origin {
        author: version.and_then(|version| version.author.as_ref()),
        when: version.and_then(|version| version.when),
        note: Some("unified diff".to_owned()),
    };
    let room = reading.room();
    if reading.quote_part(&origin, difference, 0, room).is_some() {
        reading.say("*The rest of the diff is left out.*");
    }
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

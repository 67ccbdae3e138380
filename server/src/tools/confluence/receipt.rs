//! What the writing tools tell of what they wrote, or would write.
//! Failures are told by the caller's way to the site.

use std::fmt::Write as _;

use atlassian::model::{Page, Space};

use crate::answer::{Budget, Origin, Reading};
use crate::tools::markdown::{line, line_if};

/// A sentence, and the page as Confluence has it now.
pub(super) fn written(sentence: &str, page: &Page) -> String {
    let mut facts = String::new();
    line(&mut facts, "Title", &page.title);
    line_if(&mut facts, "Space", page.space.as_ref().and_then(space));
    line_if(&mut facts, "Version", page.version.as_ref());
    line(&mut facts, "Page ID", &page.id);
    line(&mut facts, "URL", &page.url);
    told(sentence, &facts)
}

/// A sentence of ours, and what Confluence tells, which somebody else may have written.
pub(super) fn told(sentence: &str, facts: &str) -> String {
    let mut reading = Reading::within(Budget::DEFAULT);
    reading.say(sentence);
    reading.quote(&Origin::default(), facts);
    reading.into_text()
}

/// A block that its content cannot end.
pub(super) fn fenced(out: &mut String, language: &str, content: &str) {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if content.ends_with('\n') { "" } else { "\n" };
    // Writing to a string cannot fail.
    let _infallible = write!(out, "{fence}{language}\n{content}{end}{fence}\n");
}

fn space(space: &Space) -> Option<&String> {
    space.key.as_ref().or(space.name.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_content_ends_the_block_it_stands_in() {
        for (content, block) in [
            ("a", "```diff\na\n```\n"),
            ("a\n```\nb\n", "````diff\na\n```\nb\n````\n"),
        ] {
            let mut out = String::new();
            fenced(&mut out, "diff", content);
            assert_eq!(out, block);
        }
    }
}

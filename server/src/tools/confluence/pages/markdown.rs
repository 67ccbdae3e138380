//! Pages as Markdown, with the labels the Python server writes.

use std::fmt::Write as _;

use atlassian::markup::RichText;
use atlassian::model::{Page, PageVersion, Space};

use crate::answer::one_line;
use crate::tools::markdown::{line, line_if};

/// What is known of a page besides its text.
pub(crate) fn facts(page: &Page) -> String {
    let mut out = String::new();
    line(&mut out, "Title", &page.title);
    line_if(&mut out, "Space", page.space.as_ref().and_then(space));
    line_if(&mut out, "Version", page.version.as_ref().map(version));
    line(&mut out, "Page ID", &page.id);
    line(&mut out, "URL", &page.url);
    out
}

/// The text of a page.
pub(crate) fn body(page: &Page) -> String {
    let body = page.body.as_ref().map(RichText::to_markdown);
    body.unwrap_or_default().trim().to_owned()
}

/// Versions as bullets.
pub(super) fn history(versions: &[PageVersion]) -> String {
    let mut out = String::new();
    for of_page in versions {
        let _infallible = writeln!(out, "- Version {}", version(of_page));
    }
    out
}

fn space(space: &Space) -> Option<String> {
    match (&space.name, &space.key) {
        (Some(name), Some(key)) => Some(format!("{name} ({key})")),
        (name, key) => name.clone().or_else(|| key.clone()),
    }
}

fn version(version: &PageVersion) -> String {
    let mut out = version.number.to_string();
    if let Some(author) = &version.author {
        let _infallible = write!(out, " by {}", one_line(author.label()));
    }
    if let Some(when) = &version.when {
        let _infallible = write!(out, " on {when}");
    }
    if let Some(message) = version
        .message
        .as_deref()
        .filter(|message| !message.is_empty())
    {
        let _infallible = write!(out, ": {}", one_line(message));
    }
    out
}

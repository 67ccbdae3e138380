//! Pages as Markdown, with the labels the Python server writes.

use std::fmt::Write as _;

use atlassian::markup::RichText;
use atlassian::model::{CommentLocation, Page, PageCommentPage, PageVersion, Space};

use crate::tools::markdown::{heading, line, line_if, person};

/// One page.
pub(super) fn page(page: &Page) -> String {
    let mut out = String::new();
    line(&mut out, "Title", &page.title);
    line_if(&mut out, "Space", page.space.as_ref().and_then(space));
    line_if(&mut out, "Version", page.version.as_ref().map(version));
    line(&mut out, "Page ID", &page.id);
    line(&mut out, "URL", &page.url);
    let body = page
        .body
        .as_ref()
        .map(RichText::to_markdown)
        .unwrap_or_default();
    let body = match body.trim() {
        "" => "*The page is empty.*",
        text => text,
    };
    let _infallible = write!(out, "\n{body}\n");
    out
}

/// The newest comments of a page.
pub(super) fn comments(out: &mut String, page: &PageCommentPage) {
    if page.comments.is_empty() {
        return;
    }
    heading(out, "Comments (newest first)");
    for comment in &page.comments {
        let author = person(comment.author.as_ref(), "unknown user");
        let when = comment
            .when
            .as_ref()
            .map_or_else(String::new, |when| format!(" ({when})"));
        let body = comment
            .body
            .as_ref()
            .map(RichText::to_markdown)
            .unwrap_or_default();
        let place = match comment.location {
            CommentLocation::Footer => "",
            CommentLocation::Inline => ", at a place in the text",
        };
        let _infallible = write!(out, "### {author}{when}{place}\n\n{}\n\n", body.trim());
    }
    if page.has_more {
        out.push_str("*Older comments are not shown.*\n");
    }
}

/// Who changed a page and when.
pub(super) fn history(out: &mut String, versions: &[PageVersion]) {
    if versions.is_empty() {
        return;
    }
    heading(out, "History (newest first)");
    for of_page in versions {
        let _infallible = writeln!(out, "- Version {}", version(of_page));
    }
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
        let _infallible = write!(out, " by {}", author.label());
    }
    if let Some(when) = &version.when {
        let _infallible = write!(out, " on {when}");
    }
    if let Some(message) = version
        .message
        .as_deref()
        .filter(|message| !message.is_empty())
    {
        let _infallible = write!(out, ": {message}");
    }
    out
}

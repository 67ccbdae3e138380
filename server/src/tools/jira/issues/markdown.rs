//! Issues as Markdown, with the labels the Python server writes.

use std::fmt::Write as _;

use atlassian::RichText;
use atlassian::model::{Comment, CommentPage, Issue, IssuePage, RemoteLink, Status, StatusHistory};

use crate::tools::markdown::{heading, line, line_if, person, total};

const NO_SUMMARY: &str = "No summary";
const NO_DUE_DATE: &str = "No due date";

/// One issue.
pub(super) fn issue(issue: &Issue) -> String {
    let mut out = format!("# Jira Issue: {}\n\n", issue.key);
    facts(&mut out, issue);
    if !issue.links.is_empty() {
        heading(&mut out, "Linked issues");
        for link in &issue.links {
            let other = named(link.issue.key.as_str(), link.issue.summary.as_deref());
            let _infallible = writeln!(out, "- {} {other}", link.relation);
        }
    }
    let description = issue.description.as_ref().map(RichText::to_markdown);
    if let Some(text) = description.filter(|text| !text.trim().is_empty()) {
        heading(&mut out, "Description");
        let _infallible = writeln!(out, "{}", text.trim());
    }
    out
}

fn facts(out: &mut String, issue: &Issue) {
    line(out, "Title", issue.summary.as_deref().unwrap_or(NO_SUMMARY));
    line(out, "Status", status(issue.status.as_ref()));
    line_if(out, "Resolution", issue.resolution.as_deref());
    line(out, "Priority", issue.priority.as_deref().unwrap_or("None"));
    line(
        out,
        "Type",
        issue.issue_type.as_deref().unwrap_or("Unknown"),
    );
    line(
        out,
        "Assignee",
        person(issue.assignee.as_ref(), "Unassigned"),
    );
    line(out, "Reporter", person(issue.reporter.as_ref(), "Unknown"));
    line_if(out, "Created", issue.created.as_ref());
    line_if(out, "Updated", issue.updated.as_ref());
    line(
        out,
        "Due Date",
        issue.due_date.as_deref().unwrap_or(NO_DUE_DATE),
    );
    if !issue.labels.is_empty() {
        line(out, "Labels", issue.labels.join(", "));
    }
    if let Some(parent) = &issue.parent {
        line(
            out,
            "Parent",
            named(parent.key.as_str(), parent.summary.as_deref()),
        );
    }
    line(out, "URL", &issue.url);
}

/// One issue and what was said about it.
pub(super) fn issue_with_discussion(
    shown: &Issue,
    comments: &CommentPage,
    links: Result<&[RemoteLink], &atlassian::Error>,
) -> String {
    let mut out = issue(shown);
    match links {
        Ok([]) => {}
        Ok(links) => links_outside(&mut out, links),
        Err(error) => {
            heading(&mut out, "Links outside Jira");
            let _infallible = writeln!(out, "*They could not be read: {error}*");
        }
    }
    if let Some(history) = shown
        .status_history
        .as_ref()
        .filter(|h| !h.changes.is_empty())
    {
        status_history(&mut out, history);
    }
    if comments.total > 0 {
        discussion(&mut out, comments);
    }
    out
}

/// A list of the issues assigned to somebody.
pub(super) fn assigned_issues(found: &IssuePage, assignee: &str) -> String {
    if found.issues.is_empty() {
        return format!("No issues are assigned to {assignee}.");
    }
    let (count, all) = (found.issues.len(), total(found.total));
    let mut out = format!("{count} of {all} issues assigned to {assignee}:\n");
    for issue in &found.issues {
        let summary = issue.summary.as_deref().unwrap_or(NO_SUMMARY);
        let _infallible = write!(out, "\n**{}**: {summary}\n", issue.key);
        let mut bullet = |label: &str, value: &str| {
            let _infallible = writeln!(out, "  - {label}: {value}");
        };
        bullet("Status", &status(issue.status.as_ref()));
        bullet("Priority", issue.priority.as_deref().unwrap_or("None"));
        bullet("Type", issue.issue_type.as_deref().unwrap_or("Unknown"));
        if let Some(created) = &issue.created {
            bullet("Created", &created.to_string());
        }
        bullet("Due Date", issue.due_date.as_deref().unwrap_or(NO_DUE_DATE));
    }
    if let Some(next) = &found.next {
        let _infallible = write!(out, "\nMore: call again with cursor `{}`.\n", next.as_str());
    }
    out
}

fn links_outside(out: &mut String, links: &[RemoteLink]) {
    heading(out, "Links outside Jira");
    for link in links {
        let Some(url) = link.url.as_deref() else {
            continue;
        };
        let title = link.title.as_deref().unwrap_or(url);
        let _infallible = writeln!(out, "- [{title}]({url}){}", remark(link.summary.as_deref()));
    }
}

fn status(status: Option<&Status>) -> String {
    status.map_or_else(|| "Unknown".to_owned(), |status| status.name.clone())
}

fn named(key: &str, summary: Option<&str>) -> String {
    summary.map_or_else(|| key.to_owned(), |summary| format!("{key}: {summary}"))
}

fn remark(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty())
        .map_or_else(String::new, |text| format!(" - {text}"))
}

fn status_history(out: &mut String, history: &StatusHistory) {
    heading(out, "Status history (newest first)");
    for change in history.changes.iter().rev() {
        let when = change
            .when
            .as_ref()
            .map_or_else(String::new, |when| format!("{when}: "));
        let [from, to] = [&change.from, &change.to].map(|s| s.as_deref().unwrap_or("none"));
        let who = person(change.author.as_ref(), "unknown user");
        let _infallible = writeln!(out, "- {when}{from} → {to} ({who})");
    }
    if history.omitted > 0 {
        let left_out = history.omitted;
        let _infallible = writeln!(
            out,
            "\n*Jira left out {left_out} older changes of any field.*"
        );
    }
}

fn discussion(out: &mut String, comments: &CommentPage) {
    heading(
        out,
        format_args!("Comments ({}, newest first)", comments.total),
    );
    for comment in &comments.comments {
        one_comment(out, comment);
    }
    let shown = comments.comments.len() as u64;
    if shown < comments.total {
        let older = comments.total - shown;
        let _infallible = writeln!(out, "*{older} older comments are not shown.*");
    }
}

fn one_comment(out: &mut String, comment: &Comment) {
    let author = person(comment.author.as_ref(), "unknown user");
    let when = comment
        .created
        .as_ref()
        .map_or_else(String::new, |when| format!(" ({when})"));
    let only = comment
        .visibility
        .as_ref()
        .map_or_else(String::new, |v| format!(", only for {v}"));
    let body = comment.body.as_ref().map(RichText::to_markdown);
    let body = body.unwrap_or_default();
    let _infallible = write!(out, "### {author}{when}{only}\n\n{}\n\n", body.trim());
}

//! Issues as Markdown, with the labels the Python server writes.

use std::fmt::Write as _;

use atlassian::model::{Issue, RemoteLink, Status, StatusChange};

use crate::answer::one_line;
use crate::tools::markdown::{line, line_if, person};

pub(super) const NO_SUMMARY: &str = "No summary";
const NO_DUE_DATE: &str = "No due date";

/// How many labels and linked issues are told by name.
const MOST: usize = 40;

/// What is known of an issue besides its texts.
pub(super) fn facts(issue: &Issue) -> String {
    let mut facts = String::new();
    let out = &mut facts;
    line(out, "Title", issue.summary.as_deref().unwrap_or(NO_SUMMARY));
    line(out, "Status", status(issue.status.as_ref()));
    line_if(out, "Resolution", issue.resolution.as_deref());
    line(out, "Priority", issue.priority.as_deref().unwrap_or("None"));
    line(out, "Type", issue_type(issue));
    line(
        out,
        "Assignee",
        person(issue.assignee.as_ref(), "Unassigned"),
    );
    line(out, "Reporter", person(issue.reporter.as_ref(), "Unknown"));
    line_if(out, "Created", issue.created.as_ref());
    line_if(out, "Updated", issue.updated.as_ref());
    line(out, "Due Date", due(issue));
    if !issue.labels.is_empty() {
        line(out, "Labels", first(&issue.labels));
    }
    if let Some(parent) = &issue.parent {
        let parent = named(parent.key.as_str(), parent.summary.as_deref());
        line(out, "Parent", parent);
    }
    line(out, "URL", &issue.url);
    linked_issues(out, issue);
    facts
}

fn linked_issues(out: &mut String, issue: &Issue) {
    if issue.links.is_empty() {
        return;
    }
    out.push_str("\n**Linked issues**:\n");
    for link in issue.links.iter().take(MOST) {
        let other = named(link.issue.key.as_str(), link.issue.summary.as_deref());
        let _infallible = writeln!(out, "- {} {other}", one_line(&link.relation));
    }
    if issue.links.len() > MOST {
        let _infallible = writeln!(out, "- and {} more", issue.links.len() - MOST);
    }
}

fn first(labels: &[String]) -> String {
    let shown = labels.iter().take(MOST).map(String::as_str);
    let shown = shown.collect::<Vec<_>>().join(", ");
    match labels.len().checked_sub(MOST) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

/// One issue of a list, with the facts one chooses by.
pub(super) fn overview(issue: &Issue) -> String {
    let mut out = short(issue);
    let mut bullet = |label: &str, value: &str| {
        let _infallible = writeln!(out, "  - {label}: {}", one_line(value));
    };
    bullet("Status", &status(issue.status.as_ref()));
    bullet("Priority", issue.priority.as_deref().unwrap_or("None"));
    bullet("Type", issue_type(issue));
    if let Some(created) = &issue.created {
        bullet("Created", &created.to_string());
    }
    bullet("Due Date", due(issue));
    out
}

/// One issue of a list, by name only.
pub(super) fn short(issue: &Issue) -> String {
    let summary = one_line(issue.summary.as_deref().unwrap_or(NO_SUMMARY));
    format!("**{}**: {summary}\n", issue.key)
}

/// Links to places outside Jira, as bullets.
pub(super) fn remote_links(links: &[RemoteLink]) -> String {
    let mut out = String::new();
    for link in links {
        let Some(url) = link.url.as_deref().map(one_line) else {
            continue;
        };
        let title = link.title.as_deref().map_or_else(|| url.clone(), one_line);
        let _infallible = writeln!(out, "- [{title}]({url}){}", remark(link.summary.as_deref()));
    }
    out
}

/// Changes of the status as bullets, newest first.
pub(super) fn status_history(changes: &[StatusChange]) -> String {
    let mut out = String::new();
    for change in changes.iter().rev() {
        let when = change.when.as_ref();
        let when = when.map_or_else(String::new, |when| format!("{when}: "));
        let [from, to] =
            [&change.from, &change.to].map(|s| one_line(s.as_deref().unwrap_or("none")));
        let who = one_line(person(change.author.as_ref(), "unknown user"));
        let _infallible = writeln!(out, "- {when}{from} → {to} ({who})");
    }
    out
}

pub(super) fn status(status: Option<&Status>) -> String {
    status.map_or_else(|| "Unknown".to_owned(), |status| status.name.clone())
}

fn issue_type(issue: &Issue) -> &str {
    issue.issue_type.as_deref().unwrap_or("Unknown")
}

fn due(issue: &Issue) -> &str {
    issue.due_date.as_deref().unwrap_or(NO_DUE_DATE)
}

fn named(key: &str, summary: Option<&str>) -> String {
    summary.map_or_else(
        || key.to_owned(),
        |summary| format!("{key}: {}", one_line(summary)),
    )
}

fn remark(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty())
        .map_or_else(String::new, |text| format!(" - {}", one_line(text)))
}

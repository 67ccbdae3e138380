//! Jira's nouns: issues and what hangs on them.
//! Rendering them as text is the caller's part.

use super::attachment::Attachment;
use super::paging::{Cursor, Total};
use super::time::Timestamp;
use super::user::User;
use crate::ids::IssueKey;
use crate::markup::RichText;

/// An issue. Members that were not asked for, are empty or hidden are `None` or empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Key; of a moved issue the new one.
    pub key: IssueKey,
    /// Address for a browser.
    pub url: String,
    /// Title line.
    pub summary: Option<String>,
    /// Status and its category.
    pub status: Option<Status>,
    /// Name of the priority.
    pub priority: Option<String>,
    /// Name of the issue type.
    pub issue_type: Option<String>,
    /// Who works on it; `None` means unassigned.
    pub assignee: Option<User>,
    /// Who reported it.
    pub reporter: Option<User>,
    /// Labels, in Jira's order.
    pub labels: Vec<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it last changed.
    pub updated: Option<Timestamp>,
    /// Day it is due, as `2026-09-14`.
    pub due_date: Option<String>,
    /// Name of the resolution; `None` means unresolved.
    pub resolution: Option<String>,
    /// Description in the markup of the deployment.
    pub description: Option<RichText>,
    /// Epic or parent of a sub-task.
    pub parent: Option<LinkedIssue>,
    /// Links to other issues of the same site.
    pub links: Vec<IssueLink>,
    /// Files that hang on it, newest first.
    pub attachments: Vec<Attachment>,
    /// Changes of the status; `None` unless asked for.
    pub status_history: Option<StatusHistory>,
}

/// A status of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Name, which may be in any language.
    pub name: String,
    /// What the name stands for.
    pub category: Option<StatusCategory>,
}

/// The categories every status belongs to, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCategory {
    /// Not begun (`new`).
    ToDo,
    /// Under way (`indeterminate`).
    InProgress,
    /// Finished (`done`).
    Done,
}

/// Another issue as seen from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIssue {
    /// Its key.
    pub key: IssueKey,
    /// Its title line.
    pub summary: Option<String>,
    /// Its status.
    pub status: Option<Status>,
}

/// A link to another issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueLink {
    /// The link read from this issue, as in `blocks` or `is blocked by`.
    pub relation: String,
    /// The issue at the other end.
    pub issue: LinkedIssue,
}

/// Status changes, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusHistory {
    /// The changes that were told.
    pub changes: Vec<StatusChange>,
    /// Changes of any field that Jira left out of its answer; status changes may be among them.
    pub omitted: u64,
}

/// One change of the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// When it was changed; `None` where Jira does not say.
    pub when: Option<Timestamp>,
    /// Who did it.
    pub author: Option<User>,
    /// Name of the status before.
    pub from: Option<String>,
    /// Name of the status after.
    pub to: Option<String>,
}

/// A comment on an issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// Id within the site.
    pub id: String,
    /// Who wrote it.
    pub author: Option<User>,
    /// When it was written.
    pub created: Option<Timestamp>,
    /// When it was last edited.
    pub updated: Option<Timestamp>,
    /// Text in the markup of the deployment.
    pub body: Option<RichText>,
    /// Role or group it is restricted to.
    pub visibility: Option<String>,
}

/// The newest comments of an issue.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentPage {
    /// How many comments the issue has.
    pub total: u64,
    /// The comments, newest first.
    pub comments: Vec<Comment>,
}

/// A link from an issue to something outside Jira.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteLink {
    /// Where it leads.
    pub url: Option<String>,
    /// What people see instead of the address.
    pub title: Option<String>,
    /// A sentence on what it is.
    pub summary: Option<String>,
    /// How the issue relates to it, as in `mentioned in`.
    pub relationship: Option<String>,
    /// Kind of the application, as in `com.atlassian.confluence`.
    pub application: Option<String>,
}

/// One page of a search for issues.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuePage {
    /// The issues, in the order of the query.
    pub issues: Vec<Issue>,
    /// Where the result continues; `None` at its end.
    pub next: Option<Cursor>,
    /// How many issues match.
    pub total: Total,
}

impl IssuePage {
    /// What is found where nothing is within reach.
    pub(crate) fn nothing() -> Self {
        Self {
            issues: Vec::new(),
            next: None,
            total: Total::Exact(0),
        }
    }
}

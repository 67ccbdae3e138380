//! An issue on the wire, with its links and its history.
//! Which of its fields are asked for stands here too, next to those that are read.

use std::cmp::Reverse;

use serde::Deserialize;
use serde_json::Value;

use super::{Attachment, User, time};
use crate::ids::IssueKey;
use crate::jira::reach::Reach;
use crate::markup::RichText;
use crate::model::{self, StatusCategory};
use crate::site::SiteUrl;

/// The fields [`model::Issue`] is made of: what is shown is asked for (B-38). Those that make an
/// answer long come last.
pub(in crate::jira) const ALL_FIELDS: [&str; 15] = [
    "summary",
    "status",
    "priority",
    "issuetype",
    "assignee",
    "reporter",
    "labels",
    "created",
    "updated",
    "duedate",
    "resolution",
    "parent",
    "issuelinks",
    "attachment",
    "description",
];

/// How many of [`ALL_FIELDS`] belong into a list.
pub(in crate::jira) const OVERVIEW_FIELDS: usize = 12;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::jira) struct Status {
    name: Option<String>,
    status_category: Option<Category>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Category {
    key: Option<String>,
}

#[derive(Deserialize)]
pub(in crate::jira) struct Issue {
    key: IssueKey,
    fields: Option<Fields>,
    changelog: Option<Changelog>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    summary: Option<String>,
    status: Option<Status>,
    priority: Option<Named>,
    issuetype: Option<Named>,
    assignee: Option<User>,
    reporter: Option<User>,
    labels: Option<Vec<String>>,
    created: Option<String>,
    updated: Option<String>,
    duedate: Option<String>,
    resolution: Option<Named>,
    description: Option<Value>,
    parent: Option<Linked>,
    issuelinks: Option<Vec<Link>>,
    attachment: Option<Vec<Attachment>>,
}

#[derive(Deserialize)]
struct Linked {
    key: IssueKey,
    fields: Option<LinkedFields>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LinkedFields {
    summary: Option<String>,
    status: Option<Status>,
}

/// One end of a link: the issue asked for is at the other.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Link {
    r#type: Option<LinkType>,
    inward_issue: Option<Linked>,
    outward_issue: Option<Linked>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LinkType {
    name: Option<String>,
    inward: Option<String>,
    outward: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Changelog {
    total: Option<u64>,
    histories: Option<Vec<History>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct History {
    author: Option<User>,
    created: Option<String>,
    items: Option<Vec<Change>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Change {
    field: Option<String>,
    from_string: Option<String>,
    to_string: Option<String>,
}

impl Status {
    pub(in crate::jira) fn into_status(self) -> Option<model::Status> {
        let category = match self.status_category.and_then(|it| it.key).as_deref() {
            Some("new") => Some(StatusCategory::ToDo),
            Some("indeterminate") => Some(StatusCategory::InProgress),
            Some("done") => Some(StatusCategory::Done),
            _ => None,
        };
        Some(model::Status {
            name: self.name?,
            category,
        })
    }
}

impl Issue {
    /// The issue with what of its surroundings is within reach; `None` when it is not itself.
    pub(in crate::jira) fn into_issue(self, site: &SiteUrl, reach: &Reach) -> Option<model::Issue> {
        if !reach.includes(&self.key) {
            return None;
        }
        let fields = self.fields.unwrap_or_default();
        Some(model::Issue {
            attachments: newest_first(fields.attachment, &self.key),
            url: format!("{site}/browse/{}", self.key),
            key: self.key,
            summary: fields.summary,
            status: fields.status.and_then(Status::into_status),
            priority: fields.priority.and_then(|it| it.name),
            issue_type: fields.issuetype.and_then(|it| it.name),
            assignee: fields.assignee.map(Into::into),
            reporter: fields.reporter.map(Into::into),
            labels: fields.labels.unwrap_or_default(),
            created: time(fields.created),
            updated: time(fields.updated),
            due_date: fields.duedate,
            resolution: fields.resolution.and_then(|it| it.name),
            description: fields.description.and_then(RichText::of_jira),
            parent: fields.parent.and_then(|parent| parent.into_linked(reach)),
            links: fields
                .issuelinks
                .into_iter()
                .flatten()
                .filter_map(|link| link.into_link(reach))
                .collect(),
            status_history: self.changelog.map(Changelog::into_history),
        })
    }
}

/// Jira tells files in no order it promises.
fn newest_first(files: Option<Vec<Attachment>>, issue: &IssueKey) -> Vec<model::Attachment> {
    let files = files.into_iter().flatten();
    let mut files: Vec<_> = files.filter_map(|file| file.on(issue)).collect();
    files.sort_by_key(|attachment| Reverse(attachment.file.created));
    files
}

impl Linked {
    fn into_linked(self, reach: &Reach) -> Option<model::LinkedIssue> {
        let fields = self.fields.unwrap_or_default();
        reach.shown(model::LinkedIssue {
            key: self.key,
            summary: fields.summary,
            status: fields.status.and_then(Status::into_status),
        })
    }
}

impl Link {
    fn into_link(self, reach: &Reach) -> Option<model::IssueLink> {
        let kind = self.r#type.unwrap_or_default();
        // Jira names the other issue by the end it is at: an outward issue is what this one
        // "blocks", an inward issue is what this one "is blocked by".
        let (direction, issue) = match (self.outward_issue, self.inward_issue) {
            (Some(issue), _) => (kind.outward, issue),
            (None, Some(issue)) => (kind.inward, issue),
            (None, None) => return None,
        };
        let relation = direction
            .or(kind.name)
            .unwrap_or_else(|| "relates to".to_owned());
        Some(model::IssueLink {
            relation,
            issue: issue.into_linked(reach)?,
        })
    }
}

impl Changelog {
    /// Cloud tells the newest change first, Data Center the oldest.
    fn into_history(self) -> model::StatusHistory {
        let histories = self.histories.unwrap_or_default();
        let omitted = self
            .total
            .unwrap_or(0)
            .saturating_sub(histories.len() as u64);
        let mut changes: Vec<_> = histories
            .into_iter()
            .flat_map(History::status_changes)
            .collect();
        changes.sort_by_key(|change| change.when);
        model::StatusHistory { changes, omitted }
    }
}

impl History {
    fn status_changes(self) -> impl Iterator<Item = model::StatusChange> {
        let (when, author) = (time(self.created), self.author.map(model::User::from));
        let is_status = |change: &Change| change.field.as_deref() == Some("status");
        self.items
            .into_iter()
            .flatten()
            .filter(is_status)
            .map(move |change| model::StatusChange {
                when,
                author: author.clone(),
                from: change.from_string,
                to: change.to_string,
            })
    }
}

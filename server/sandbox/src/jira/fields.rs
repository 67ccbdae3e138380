//! The fields of an issue and which of them a request wants.
//! What stands beside `fields` in an issue is not here.

use serde_json::{Map, Value, json};

use super::view::View;
use super::{attachments, comments};
use crate::moment::Moment;
use crate::personality::Deployment;
use crate::site::paging::Page;
use crate::store::jira::{Issue, Link, Named};

/// Every field with its label, in the order in which it appears.
pub(super) const LABELS: &[(&str, &str)] = &[
    ("summary", "Summary"),
    ("issuetype", "Issue Type"),
    ("project", "Project"),
    ("status", "Status"),
    ("priority", "Priority"),
    ("assignee", "Assignee"),
    ("reporter", "Reporter"),
    ("creator", "Creator"),
    ("created", "Created"),
    ("updated", "Updated"),
    ("duedate", "Due date"),
    ("resolution", "Resolution"),
    ("resolutiondate", "Resolved"),
    ("labels", "Labels"),
    ("components", "Components"),
    ("fixVersions", "Fix versions"),
    ("versions", "Affects versions"),
    ("parent", "Parent"),
    ("subtasks", "Sub-tasks"),
    ("issuelinks", "Linked Issues"),
    ("customfield_10016", "Story point estimate"),
    ("customfield_10040", "Standort"),
    ("description", "Description"),
    ("environment", "Environment"),
    ("comment", "Comment"),
    ("attachment", "Attachment"),
    ("worklog", "Log Work"),
];

/// Fields that `*navigable` leaves out.
const NOT_NAVIGABLE: &[&str] = &["comment", "attachment", "worklog"];

/// Embedded comments are one page, oldest first; on Cloud a short one.
const CLOUD_EMBEDDED_COMMENTS: usize = 20;

/// The fields that a request asks for.
pub(super) struct Wanted(Vec<String>);

impl Wanted {
    /// `names` as sent, `default` where none were sent; unknown names are ignored, as Jira does.
    pub(super) fn of(names: Vec<String>, default: &str) -> Self {
        Self(if names.is_empty() {
            vec![default.to_owned()]
        } else {
            names
        })
    }

    /// Whether nothing but the id of the issue was asked for.
    pub(super) fn is_id_only(&self) -> bool {
        self.0 == ["id"]
    }

    pub(super) fn has(&self, field: &str) -> bool {
        let without = |name: &String| name.strip_prefix('-') == Some(field);
        if self.0.iter().any(without) {
            return false;
        }
        let only_without = self.0.iter().all(|name| name.starts_with('-'));
        only_without
            || self.0.iter().any(|name| match name.as_str() {
                "*all" => true,
                "*navigable" => !NOT_NAVIGABLE.contains(&field),
                name => name == field,
            })
    }
}

/// The `fields` object; a field without a value is null or an empty list, never absent, except
/// `parent`, which Jira leaves out.
pub(super) fn fields(view: &View<'_>, issue: &Issue, wanted: &Wanted) -> Value {
    let mut fields = Map::new();
    for (name, _) in LABELS.iter().filter(|(name, _)| wanted.has(name)) {
        let value = field(view, issue, name);
        if *name != "parent" || !value.is_null() {
            fields.insert((*name).to_owned(), value);
        }
    }
    Value::Object(fields)
}

fn field(view: &View<'_>, issue: &Issue, name: &str) -> Value {
    match name {
        "summary" => json!(issue.summary),
        "issuetype" => view.issue_type(issue),
        "project" => view.project(issue),
        "status" => json!(view.jira.status(issue).map(|status| view.status(status))),
        "priority" => view.priority(issue.priority.as_ref()),
        "assignee" => view.named(issue.assignee.as_ref()),
        "reporter" => view.named(issue.reporter.as_ref()),
        "creator" => view.named(issue.creator.as_ref()),
        "created" => json!(issue.created.jira()),
        "updated" => json!(issue.updated.jira()),
        "duedate" => json!(issue.due),
        "resolution" => view.resolution(issue.resolution.as_ref()),
        "resolutiondate" => json!(issue.resolved.map(Moment::jira)),
        "labels" => json!(issue.labels),
        "components" => named(
            view,
            "component",
            &view.jira.catalogue.components,
            &issue.components,
        ),
        "fixVersions" => named(
            view,
            "version",
            &view.jira.catalogue.versions,
            &issue.fix_versions,
        ),
        "parent" => parent(view, issue),
        "subtasks" => subtasks(view, issue),
        "issuelinks" => links(view, issue),
        "customfield_10016" => json!(issue.story_points),
        "customfield_10040" => view.location(issue.location.as_ref()),
        "description" => json!(issue.description.as_ref().map(|text| view.text(text))),
        "environment" => json!(issue.environment.as_ref().map(|text| view.text(text))),
        "comment" => embedded_comments(view, issue),
        "worklog" => json!({ "startAt": 0, "maxResults": 20, "total": 0, "worklogs": [] }),
        "attachment" => attachments::of_issue(view, issue),
        // `versions`: the samples have none.
        _ => json!([]),
    }
}

/// Components and versions of an issue.
fn named(view: &View<'_>, kind: &str, catalogue: &[Named], names: &[String]) -> Value {
    let its_own = catalogue.iter().filter(|named| names.contains(&named.name));
    its_own
        .map(|Named { id, name }| {
            json!({ "self": view.link(&format!("{kind}/{id}")), "id": id, "name": name })
        })
        .collect()
}

fn parent(view: &View<'_>, issue: &Issue) -> Value {
    let parent = issue
        .parent
        .as_ref()
        .and_then(|key| view.jira.issue_for(view.caller, key));
    parent.map_or(Value::Null, |parent| view.brief(parent))
}

fn subtasks(view: &View<'_>, issue: &Issue) -> Value {
    let types = &view.jira.catalogue.issue_types;
    let is_subtask = |other: &Issue| {
        other.parent.as_ref() == Some(&issue.key)
            && types
                .iter()
                .any(|t| t.subtask && t.name == other.issue_type)
    };
    let all = view.jira.issues_for(view.caller);
    all.filter(|other| is_subtask(other))
        .map(|other| view.brief(other))
        .collect()
}

/// Links from this issue and to it; ends that the caller may not see are left out.
fn links(view: &View<'_>, issue: &Issue) -> Value {
    let shown = |link: &Link, end: &str, other: &Issue| {
        let types = &view.jira.catalogue.link_types;
        let link_type = types.iter().find(|t| t.name == link.link_type)?;
        Some(json!({
            "id": link.id.to_string(),
            "self": view.link(&format!("issueLink/{}", link.id)),
            "type": {
                "id": link_type.id, "name": link_type.name, "inward": link_type.inward,
                "outward": link_type.outward,
                "self": view.link(&format!("issueLinkType/{}", link_type.id)),
            },
            end: view.brief(other),
        }))
    };
    let outward = issue.links.iter().filter_map(|link| {
        shown(
            link,
            "outwardIssue",
            view.jira.issue_for(view.caller, &link.to)?,
        )
    });
    let inward = view.jira.issues_for(view.caller).flat_map(|other| {
        let here = other.links.iter().filter(|link| link.to == issue.key);
        here.filter_map(move |link| shown(link, "inwardIssue", other))
    });
    outward.chain(inward).collect()
}

fn embedded_comments(view: &View<'_>, issue: &Issue) -> Value {
    let limit = match view.deployment() {
        Deployment::Cloud => CLOUD_EMBEDDED_COMMENTS,
        Deployment::DataCenter => issue.comments.len(),
    };
    let page = Page::of(issue.comments.iter().collect(), 0, limit);
    let mut shown = comments::page(view, issue, &page);
    shown["self"] = json!(view.link(&format!("issue/{}/comment", issue.id)));
    shown
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    fn wanted(names: &[&str]) -> Wanted {
        Wanted::of(
            names.iter().map(|name| (*name).to_owned()).collect(),
            "*all",
        )
    }

    #[test]
    fn fields_can_be_named_all_navigable_or_excluded() {
        assert!(wanted(&[]).has("comment"));
        assert!(wanted(&["summary"]).has("summary") && !wanted(&["summary"]).has("status"));
        assert!(!wanted(&["*navigable"]).has("comment") && wanted(&["*navigable"]).has("status"));
        assert!(!wanted(&["*all", "-comment"]).has("comment"));
        assert!(wanted(&["-comment"]).has("status") && !wanted(&["-comment"]).has("comment"));
        assert!(Wanted::of(Vec::new(), "id").is_id_only());
    }
}

//! Projects, issues and the catalogue of statuses, types and priorities of one Jira.
//! Queries over them and their JSON are elsewhere.

use serde::Deserialize;

use super::Audience;
use super::attachment::Attachment;
use crate::document::Document;
use crate::moment::Moment;
use crate::people::Person;

/// One Jira.
#[derive(Deserialize)]
pub(crate) struct Jira {
    pub(crate) catalogue: Catalogue,
    pub(crate) projects: Vec<Project>,
    pub(crate) issues: Vec<Issue>,
}

/// What issues refer to by name.
#[derive(Deserialize)]
pub(crate) struct Catalogue {
    pub(crate) statuses: Vec<Status>,
    /// From the most urgent to the least.
    pub(crate) priorities: Vec<Named>,
    pub(crate) resolutions: Vec<Named>,
    pub(crate) issue_types: Vec<IssueType>,
    pub(crate) components: Vec<Named>,
    pub(crate) versions: Vec<Named>,
    pub(crate) link_types: Vec<LinkType>,
    /// Options of the select field `customfield_10040`.
    pub(crate) locations: Vec<Named>,
}

#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[derive(Deserialize)]
pub(crate) struct Status {
    pub(crate) id: String,
    /// As people see it; some projects have it in another language.
    pub(crate) name: String,
    pub(crate) category: Category,
}

/// The category of a status, the only part that is the same in every language.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Category {
    New,
    Indeterminate,
    Done,
}

#[derive(Deserialize)]
pub(crate) struct IssueType {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) subtask: bool,
}

#[derive(Deserialize)]
pub(crate) struct LinkType {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) inward: String,
    pub(crate) outward: String,
}

#[derive(Deserialize)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) viewers: Audience,
    #[serde(default)]
    pub(crate) kind: ProjectKind,
    /// Whether a new issue must say where it happens, in a field of the project's own.
    #[serde(default)]
    pub(crate) asks_location: bool,
    /// What can be done to the status of an issue; new issues have that of the first.
    pub(crate) workflow: Vec<Step>,
}

/// The kind of a project, Jira's `projectTypeKey`.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProjectKind {
    #[default]
    Software,
    ServiceDesk,
}

/// A transition.
#[derive(Deserialize)]
pub(crate) struct Step {
    pub(crate) name: String,
    /// Name of the status it leads to.
    pub(crate) to: String,
    /// Whether it shows a screen that asks for the resolution and takes a comment.
    #[serde(default)]
    pub(crate) asks_resolution: bool,
}

/// An issue; people by user name, everything of the catalogue by name.
#[derive(Deserialize)]
pub(crate) struct Issue {
    pub(crate) id: u64,
    pub(crate) key: String,
    /// Keys it had in other projects before it was moved.
    #[serde(default)]
    pub(crate) former_keys: Vec<String>,
    /// Who may see it, within those who see the project.
    #[serde(default)]
    pub(crate) viewers: Audience,
    #[serde(rename = "type")]
    pub(crate) issue_type: String,
    pub(crate) status: String,
    pub(crate) summary: String,
    pub(crate) description: Option<Document>,
    pub(crate) environment: Option<Document>,
    pub(crate) priority: Option<String>,
    pub(crate) resolution: Option<String>,
    pub(crate) assignee: Option<String>,
    pub(crate) reporter: Option<String>,
    pub(crate) creator: Option<String>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) resolved: Option<Moment>,
    /// A date such as `2026-09-25`.
    pub(crate) due: Option<String>,
    #[serde(default)]
    pub(crate) labels: Vec<String>,
    #[serde(default)]
    pub(crate) components: Vec<String>,
    #[serde(default)]
    pub(crate) fix_versions: Vec<String>,
    pub(crate) parent: Option<String>,
    pub(crate) story_points: Option<f64>,
    pub(crate) location: Option<String>,
    /// Links that start here; the other end shows them as inward.
    #[serde(default)]
    pub(crate) links: Vec<Link>,
    #[serde(default)]
    pub(crate) remote_links: Vec<RemoteLink>,
    #[serde(default)]
    pub(crate) attachments: Vec<Attachment>,
    /// Oldest first.
    #[serde(default)]
    pub(crate) comments: Vec<Comment>,
    /// Oldest first.
    #[serde(default)]
    pub(crate) history: Vec<Change>,
}

#[derive(Deserialize)]
pub(crate) struct Link {
    pub(crate) id: u64,
    #[serde(rename = "type")]
    pub(crate) link_type: String,
    /// Key of the other issue.
    pub(crate) to: String,
}

#[derive(Deserialize)]
pub(crate) struct RemoteLink {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) target: Target,
}

/// What a remote link points to.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// The id of a page of the same deployment's Confluence.
    ConfluencePage(u64),
    Url(String),
}

#[derive(Clone, Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) by: Option<String>,
    pub(crate) at: Moment,
    /// When it was changed last, if ever.
    pub(crate) edited: Option<Moment>,
    pub(crate) body: Document,
    /// Whether customers of a service desk do not see it.
    #[serde(default)]
    pub(crate) internal: bool,
}

#[derive(Deserialize)]
pub(crate) struct Change {
    pub(crate) id: u64,
    pub(crate) by: Option<String>,
    pub(crate) at: Moment,
    pub(crate) items: Vec<ChangeItem>,
}

#[derive(Deserialize)]
pub(crate) struct ChangeItem {
    pub(crate) field: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

impl Jira {
    /// The project of an issue.
    pub(crate) fn project_of(&self, issue: &Issue) -> Option<&Project> {
        self.projects
            .iter()
            .find(|project| project.key == issue.project_key())
    }

    /// The project with this key or id, if the person may see it.
    pub(crate) fn project_for<'a>(&'a self, person: &Person, name: &str) -> Option<&'a Project> {
        let called = |project: &&Project| project.key == name || project.id == name;
        let mut shown = self.projects.iter().filter(|p| p.viewers.includes(person));
        shown.find(called)
    }

    /// The id after all ids of issues, comments and changes; Jira counts each apart, which nobody sees.
    pub(crate) fn next_id(&self) -> u64 {
        let ids = self.issues.iter().flat_map(|issue| {
            let comments = issue.comments.iter().map(|comment| comment.id);
            let changes = issue.history.iter().map(|change| change.id);
            comments.chain(changes).chain([issue.id])
        });
        ids.max().unwrap_or(0) + 1
    }

    /// The key that the next issue of a project gets.
    pub(crate) fn next_key(&self, project: &str) -> String {
        let its_own = self.issues.iter().filter(|i| i.project_key() == project);
        let last = its_own.map(Issue::number).max().unwrap_or(0);
        format!("{project}-{}", last + 1)
    }

    /// All issues that a person may see.
    pub(crate) fn issues_for<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Issue> {
        self.issues
            .iter()
            .filter(move |issue| self.shows(issue, person))
    }

    /// The issue with this key, former key or id, if the person may see it.
    pub(crate) fn issue_for<'a>(&'a self, person: &'a Person, name: &str) -> Option<&'a Issue> {
        self.issues
            .iter()
            .find(|issue| issue.is_called(name) && self.shows(issue, person))
    }

    /// The file with this id, if the person may see its issue.
    pub(crate) fn attachment_for<'a>(
        &'a self,
        person: &'a Person,
        id: &str,
    ) -> Option<&'a Attachment> {
        let files = self.issues_for(person).flat_map(|issue| &issue.attachments);
        files.into_iter().find(|file| file.id.to_string() == id)
    }

    /// The file with this id, for who need not be told what it hangs on.
    pub(crate) fn attachment(&self, id: u64) -> Option<&Attachment> {
        let mut files = self.issues.iter().flat_map(|issue| &issue.attachments);
        files.find(|file| file.id == id)
    }

    fn shows(&self, issue: &Issue, person: &Person) -> bool {
        let project = self.project_of(issue);
        issue.viewers.includes(person)
            && project.is_some_and(|project| project.viewers.includes(person))
    }

    pub(crate) fn status(&self, issue: &Issue) -> Option<&Status> {
        self.catalogue
            .statuses
            .iter()
            .find(|status| status.name == issue.status)
    }
}

impl Issue {
    pub(crate) fn project_key(&self) -> &str {
        self.key.rsplit_once('-').map_or("", |(project, _)| project)
    }

    /// The number in the key.
    pub(crate) fn number(&self) -> u64 {
        self.key
            .rsplit_once('-')
            .and_then(|(_, number)| number.parse().ok())
            .unwrap_or(0)
    }

    fn is_called(&self, name: &str) -> bool {
        self.key.eq_ignore_ascii_case(name)
            || self
                .former_keys
                .iter()
                .any(|key| key.eq_ignore_ascii_case(name))
            || self.id.to_string() == name
    }
}

impl ProjectKind {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::ServiceDesk => "service_desk",
        }
    }
}

impl Category {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Indeterminate => "indeterminate",
            Self::Done => "done",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::New => "To Do",
            Self::Indeterminate => "In Progress",
            Self::Done => "Done",
        }
    }
}

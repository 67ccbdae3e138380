//! JQL: its fields, and issues as rows.
//! The grammar, which it shares with CQL, is not here.

use jiff::Timestamp;

use super::check::{Plan, Strictness};
use super::{Context, Field, Kind, Language, QueryError, Rank, Row};
use crate::document::Document;
use crate::moment::Moment;
use crate::people::Person;
use crate::personality::Deployment;
use crate::store::jira::{Issue, Jira};

const FIELDS: &[Field] = &[
    Field {
        names: &["project"],
        kind: Kind::Name,
    },
    Field {
        names: &["key", "issuekey", "issue", "id"],
        kind: Kind::Name,
    },
    Field {
        names: &["assignee"],
        kind: Kind::Name,
    },
    Field {
        names: &["reporter"],
        kind: Kind::Name,
    },
    Field {
        names: &["status"],
        kind: Kind::Name,
    },
    Field {
        names: &["statusCategory"],
        kind: Kind::Name,
    },
    Field {
        names: &["priority"],
        kind: Kind::Name,
    },
    Field {
        names: &["issuetype", "type"],
        kind: Kind::Name,
    },
    Field {
        names: &["resolution"],
        kind: Kind::Name,
    },
    Field {
        names: &["labels"],
        kind: Kind::Name,
    },
    Field {
        names: &["summary"],
        kind: Kind::Text,
    },
    Field {
        names: &["description"],
        kind: Kind::Text,
    },
    Field {
        names: &["text"],
        kind: Kind::Text,
    },
    Field {
        names: &["created", "createdDate"],
        kind: Kind::Moment,
    },
    Field {
        names: &["updated", "updatedDate"],
        kind: Kind::Moment,
    },
    Field {
        names: &["due", "duedate"],
        kind: Kind::Moment,
    },
];

/// Checks a JQL query for a caller of one Jira.
pub(crate) fn plan(
    text: &str,
    asked: &Asked<'_>,
    strictness: Strictness,
) -> Result<Plan, QueryError> {
    Plan::check(text, Language::Jql, FIELDS, asked, strictness)
}

/// Who asks which Jira, and when.
pub(crate) struct Asked<'a> {
    pub(crate) jira: &'a Jira,
    pub(crate) people: &'a [Person],
    pub(crate) caller: &'a Person,
    pub(crate) deployment: Deployment,
    pub(crate) now: Moment,
}

impl Asked<'_> {
    /// Cloud knows people by account id only, Data Center by user name and key.
    fn called(&self, person: &Person) -> Vec<String> {
        match self.deployment {
            Deployment::Cloud => vec![person.account_id.to_lowercase()],
            Deployment::DataCenter => {
                vec![
                    person.user_name.to_lowercase(),
                    person.jira_user_key.to_lowercase(),
                ]
            }
        }
    }

    fn person(&self, user_name: Option<&String>) -> Vec<String> {
        let person = user_name.and_then(|name| self.people.iter().find(|p| p.user_name == *name));
        person.map(|person| self.called(person)).unwrap_or_default()
    }
}

impl Context for Asked<'_> {
    fn now(&self) -> Timestamp {
        self.now.0
    }

    fn current_user(&self) -> String {
        self.called(self.caller).swap_remove(0)
    }

    fn knows(&self, field: &str, value: &str) -> bool {
        let is = |name: &str, id: &str| name.eq_ignore_ascii_case(value) || id == value;
        let catalogue = &self.jira.catalogue;
        match field {
            "project" => self.jira.projects.iter().any(|project| {
                project.viewers.includes(self.caller)
                    && (is(&project.key, &project.id) || project.name.eq_ignore_ascii_case(value))
            }),
            "key" => self.jira.issue_for(self.caller, value).is_some(),
            "assignee" | "reporter" => self
                .people
                .iter()
                .any(|person| self.called(person).contains(&value.to_owned())),
            "status" => catalogue
                .statuses
                .iter()
                .any(|s| s.name.to_lowercase() == value || s.id == value),
            "statusCategory" => catalogue.statuses.iter().any(|status| {
                status.category.key() == value || status.category.name().to_lowercase() == value
            }),
            "priority" => catalogue
                .priorities
                .iter()
                .any(|named| is(&named.name, &named.id)),
            "issuetype" => catalogue
                .issue_types
                .iter()
                .any(|named| is(&named.name, &named.id)),
            "resolution" => catalogue
                .resolutions
                .iter()
                .any(|named| is(&named.name, &named.id)),
            _ => true,
        }
    }
}

/// An issue within the question.
pub(crate) struct IssueRow<'a, 'q> {
    pub(crate) issue: &'a Issue,
    pub(crate) asked: &'q Asked<'q>,
}

impl Row for IssueRow<'_, '_> {
    fn names(&self, field: &str) -> Vec<String> {
        let (issue, asked) = (self.issue, self.asked);
        let names = match field {
            "project" => asked.jira.project_of(issue).map_or(Vec::new(), |project| {
                vec![
                    project.key.clone(),
                    project.name.clone(),
                    project.id.clone(),
                ]
            }),
            "key" => {
                let now = [issue.key.clone(), issue.id.to_string()];
                now.into_iter().chain(issue.former_keys.clone()).collect()
            }
            "assignee" => asked.person(issue.assignee.as_ref()),
            "reporter" => asked.person(issue.reporter.as_ref()),
            "status" => asked.jira.status(issue).map_or(Vec::new(), |status| {
                vec![status.name.clone(), status.id.clone()]
            }),
            "statusCategory" => asked.jira.status(issue).map_or(Vec::new(), |status| {
                [status.category.key(), status.category.name()]
                    .map(str::to_owned)
                    .to_vec()
            }),
            "priority" => issue.priority.iter().cloned().collect(),
            "issuetype" => vec![issue.issue_type.clone()],
            "resolution" => issue.resolution.iter().cloned().collect(),
            "labels" => issue.labels.clone(),
            _ => Vec::new(),
        };
        names.iter().map(|name| name.to_lowercase()).collect()
    }

    fn texts(&self, field: &str) -> Vec<String> {
        let issue = self.issue;
        let description = issue.description.as_ref().map(Document::to_plain);
        match field {
            "summary" => vec![issue.summary.clone()],
            "description" => description.into_iter().collect(),
            _ => {
                let comments = issue.comments.iter().map(|comment| comment.body.to_plain());
                let environment = issue.environment.as_ref().map(Document::to_plain);
                let own = [Some(issue.summary.clone()), description, environment];
                own.into_iter().flatten().chain(comments).collect()
            }
        }
    }

    fn moment(&self, field: &str) -> Option<Timestamp> {
        match field {
            "created" => Some(self.issue.created.0),
            "updated" => Some(self.issue.updated.0),
            _ => super::time::read(self.issue.due.as_deref()?, self.asked.now.0),
        }
    }

    fn rank(&self, field: &str) -> Option<Rank> {
        let issue = self.issue;
        let catalogue = &self.asked.jira.catalogue;
        match field {
            "key" => Some(Rank::Numbered(
                issue.project_key().to_owned(),
                issue.number(),
            )),
            "created" | "updated" | "due" => {
                self.moment(field).map(|at| Rank::Number(at.as_second()))
            }
            // The catalogue begins with the most urgent, so that DESC has to show it first.
            "priority" => {
                let name = issue.priority.as_ref()?;
                let place = catalogue.priorities.iter().position(|p| p.name == *name)?;
                Some(Rank::Number(-i64::try_from(place).ok()?))
            }
            "status" => {
                let place = catalogue
                    .statuses
                    .iter()
                    .position(|s| s.name == issue.status)?;
                Some(Rank::Number(i64::try_from(place).ok()?))
            }
            "summary" => Some(Rank::Text(issue.summary.to_lowercase())),
            _ => self.names(field).into_iter().next().map(Rank::Text),
        }
    }
}

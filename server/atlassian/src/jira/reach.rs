//! What a Jira client reaches: the limit to projects, checked on issues as Jira tells them.
//! Which projects these are is told by the caller, see [`Projects`].
//!
//! The project of an issue is the one in the key Jira answers with: an issue that was moved answers
//! to its old keys, too.

use serde::Deserialize;

use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::extent::Projects;
use crate::ids::{IssueKey, ProjectKey};
use crate::model::LinkedIssue;
use crate::query::Jql;
use crate::site::Service;

/// The limit of one client. Decoding an issue takes it, so that no verb returns one unchecked.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    projects: Projects,
}

/// An issue that was found within reach, by the key it has now. Made only by checking, see
/// [`Jira::admit_issue`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedIssue(IssueKey);

/// A project within reach. Made only by checking, see [`Jira::admit_project`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedProject(ProjectKey);

impl AdmittedIssue {
    /// Its key: the one to use in paths, bodies and answers.
    #[must_use]
    pub fn key(&self) -> &IssueKey {
        &self.0
    }
}

impl AdmittedProject {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> &ProjectKey {
        &self.0
    }
}

impl Jira {
    /// The same client, limited to these projects, too. It shares connections and memory, and what
    /// was out of reach before stays so.
    ///
    /// What is out of reach is answered like what does not exist, with a hint that there is a limit.
    #[must_use]
    pub fn within(&self, projects: &Projects) -> Self {
        Self {
            reach: Reach {
                projects: self.reach.projects.and(projects),
            },
            ..self.clone()
        }
    }

    /// The projects within reach.
    #[must_use]
    pub fn projects(&self) -> &Projects {
        &self.reach.projects
    }

    /// Checks that an issue is within reach. Every verb that names an issue in its path begins with
    /// this, one that writes above all; whole issues are checked when they are decoded.
    ///
    /// Costs one small request when the client is limited, and none otherwise: a key says nothing
    /// about where its issue is now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an issue out of reach and for one that does not exist, in the same
    /// words.
    pub async fn admit_issue(
        &self,
        credential: &Credential,
        key: &IssueKey,
    ) -> Result<AdmittedIssue, Error> {
        #[derive(Deserialize)]
        struct Answer {
            key: IssueKey,
        }
        if self.reach.projects.is_everything() {
            return Ok(AdmittedIssue(key.clone()));
        }
        self.reach.open(&issue(key))?;
        let path = ["rest", "api", self.version().await?, "issue", key.as_str()];
        let call = self.site.read(&path, issue(key)).acting_as(credential);
        let found = call.query("fields", "project").fetch::<Answer>().await;
        let Answer { key: now } = found.map_err(|error| self.reach.hide(error))?;
        self.reach.admit(key, now)
    }

    /// Checks that a project is within reach; sends nothing. The key is compared as it is given: a key
    /// that a project had before it was renamed is within reach if it was listed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not.
    pub fn admit_project(&self, key: &ProjectKey) -> Result<AdmittedProject, Error> {
        if self.reach.projects.includes(key.as_str()) {
            Ok(AdmittedProject(key.clone()))
        } else {
            Err(self.reach.hidden(format!("project {key}")))
        }
    }

    /// Checks that an issue which a value of a screen names, by key or by number, is within reach.
    pub(super) async fn admit_named(
        &self,
        credential: &Credential,
        name: &str,
    ) -> Result<(), Error> {
        match IssueKey::parse(name) {
            Ok(key) => self.admit_issue(credential, &key).await.map(drop),
            // A number does not tell the project, and Jira explains what is no issue at all.
            Err(_) if self.reach.projects.is_everything() => Ok(()),
            Err(_) => Err(self.reach.hidden(format!("issue {name}"))),
        }
    }

    /// The issue of an answer, if it is within reach; `asked` is the key it was asked for by.
    pub(super) fn admitted(
        &self,
        asked: &IssueKey,
        found: Result<wire::Issue, Error>,
    ) -> Result<crate::model::Issue, Error> {
        let found = found.map_err(|error| self.reach.hide(error))?;
        found
            .into_issue(self.base_url(), &self.reach)
            .ok_or_else(|| self.reach.hidden(issue(asked)))
    }
}

fn issue(key: &IssueKey) -> String {
    format!("issue {key}")
}

impl Reach {
    pub(super) fn everything() -> Self {
        Self {
            projects: Projects::everything(),
        }
    }

    /// The issue that was asked for by one key and answered with the one it has now, if that is within
    /// reach.
    pub(super) fn admit(&self, asked: &IssueKey, now: IssueKey) -> Result<AdmittedIssue, Error> {
        if self.includes(&now) {
            Ok(AdmittedIssue(now))
        } else {
            Err(self.hidden(issue(asked)))
        }
    }

    /// Whether an issue is within reach, by the key it has now.
    pub(super) fn includes(&self, key: &IssueKey) -> bool {
        let project = key.as_str().rsplit_once('-').map_or("", |(key, _)| key);
        self.projects.includes(project)
    }

    /// Parents and links out of reach are left out without a trace: to name them would tell that they
    /// exist.
    pub(super) fn shown(&self, other: LinkedIssue) -> Option<LinkedIssue> {
        self.includes(&other.key).then_some(other)
    }

    /// The query for what is within reach; `None` when nothing is.
    pub(super) fn limit(&self, jql: &Jql) -> Result<Option<Jql>, Error> {
        let Some(places) = self.projects.places() else {
            return Ok(Some(jql.clone()));
        };
        if places.len() == 0 {
            return Ok(None);
        }
        let limited = jql.within(places);
        limited.map(Some).map_err(|why| Error::QueryNotLimited {
            service: Service::Jira,
            why: why.text(),
        })
    }

    /// Refuses at once where nothing is within reach.
    fn open(&self, what: &str) -> Result<(), Error> {
        if self.projects.is_nothing() {
            return Err(self.hidden(what.to_owned()));
        }
        Ok(())
    }

    /// One answer for what does not exist, what the account may not see and what is out of reach.
    pub(super) fn hide(&self, error: Error) -> Error {
        match error {
            Error::NotFound { what, .. } | Error::Forbidden { what, .. }
                if !self.projects.is_everything() =>
            {
                self.hidden(what)
            }
            other => other,
        }
    }

    fn hidden(&self, what: String) -> Error {
        Error::NotFound {
            service: Service::Jira,
            what,
            message: Some(format!(
                "this server or this request is limited to Jira projects: {}",
                self.projects
            )),
        }
    }
}

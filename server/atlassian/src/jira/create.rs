//! Creating issues, and what has to be known before: projects, issue types, fields.
//! What values look like is in `model`.

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::reach::AdmittedProject;
use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::IssueKey;
use crate::model::{CreatedIssue, Filled, IssueType, Project, Screen};
use crate::site::Deployment;

/// Most entries asked for at once; Cloud gives no more of issue types and fields.
const PAGE: usize = 200;

/// Most requests for one list: a screen has hundreds of fields, not thousands.
const PAGES: usize = 10;

/// A page of a list that is called otherwise on each deployment.
#[derive(Deserialize)]
struct Page<T> {
    #[serde(alias = "issueTypes", alias = "fields")]
    values: Option<Vec<T>>,
    total: Option<usize>,
}

impl Jira {
    /// Projects the caller sees, at most 50, on Cloud only those they may create issues in.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the credential is not accepted.
    pub async fn creatable_projects(&self, credential: &Credential) -> Result<Vec<Project>, Error> {
        const MOST: usize = 50;
        let what = "list of projects";
        let found: Vec<wire::Project> = match self.deployment().await? {
            Deployment::Cloud => {
                let path = ["rest", "api", "3", "project", "search"];
                let call = self.site.read(&path, what).acting_as(credential);
                let call = call.query("action", "create");
                let call = call.query("maxResults", &MOST.to_string());
                call.fetch::<Page<_>>().await?.values.unwrap_or_default()
            }
            Deployment::DataCenter => {
                let path = ["rest", "api", "2", "project"];
                let call = self.site.read(&path, what).acting_as(credential);
                call.fetch().await?
            }
        };
        let found = found.into_iter().filter_map(wire::Project::into_project);
        let within = |project: &Project| self.admit_project(&project.key).is_ok();
        Ok(found.filter(within).take(MOST).collect())
    }

    /// The types of issues that the caller can create in a project.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such project, or none they can create issues in.
    pub async fn issue_types(
        &self,
        credential: &Credential,
        project: &AdmittedProject,
    ) -> Result<Vec<IssueType>, Error> {
        let project = project.key();
        let below = ["issue", "createmeta", project.as_str(), "issuetypes"];
        let what = format!("project {project} to create issues in");
        let found: Vec<wire::IssueType> = self.whole_list(credential, &below, &what).await?;
        let types = found
            .into_iter()
            .filter_map(wire::IssueType::into_issue_type);
        Ok(types.collect())
    }

    /// What can and must be filled in to create an issue of a type in a project.
    ///
    /// # Errors
    /// [`Error::NotFound`] as with [`Jira::issue_types`].
    pub async fn create_screen(
        &self,
        credential: &Credential,
        project: &AdmittedProject,
        issue_type: &IssueType,
    ) -> Result<Screen, Error> {
        let (project, id) = (project.key(), issue_type.id.as_str());
        let below = ["issue", "createmeta", project.as_str(), "issuetypes", id];
        let what = format!("fields of {} in project {project}", issue_type.name);
        let found: Vec<wire::Field> = self.whole_list(credential, &below, &what).await?;
        let fields = found.into_iter().filter_map(|field| field.into_field(None));
        Ok(Screen {
            deployment: self.deployment().await?,
            fields: fields.collect(),
        })
    }

    /// Creates an issue out of a [filled](Screen::filled) screen. Sent once.
    ///
    /// # Errors
    /// [`Error::Rejected`] with Jira's word on each field, [`Error::OutcomeUnknown`] when the issue may
    /// be there all the same.
    pub async fn create_issue(
        &self,
        credential: &Credential,
        project: &AdmittedProject,
        issue_type: &IssueType,
        filled: Filled,
    ) -> Result<CreatedIssue, Error> {
        #[derive(Deserialize)]
        struct Answer {
            key: IssueKey,
        }
        let project = project.key();
        let mut fields = self.within_reach(credential, filled).await?;
        fields.insert("project".to_owned(), json!({ "key": project.as_str() }));
        fields.insert("issuetype".to_owned(), json!({ "id": issue_type.id }));
        let path = ["rest", "api", self.version().await?, "issue"];
        let body = json!({ "fields": fields });
        let what = format!("project {project}");
        let call = self.site.write(Method::POST, &path, &body, what);
        let answer: Answer = call.acting_as(credential).fetch().await?;
        Ok(CreatedIssue {
            url: format!("{}/browse/{}", self.base_url(), answer.key),
            key: answer.key,
        })
    }

    /// The values of a screen, if every issue they name is within reach.
    pub(super) async fn within_reach(
        &self,
        credential: &Credential,
        filled: Filled,
    ) -> Result<Map<String, Value>, Error> {
        for name in &filled.issues {
            self.admit_named(credential, name).await?;
        }
        Ok(filled.values)
    }

    /// All pages of a list below the REST root.
    async fn whole_list<T: DeserializeOwned>(
        &self,
        credential: &Credential,
        below: &[&str],
        what: &str,
    ) -> Result<Vec<T>, Error> {
        let path = [&["rest", "api", self.version().await?], below].concat();
        let mut all = Vec::new();
        for _ in 0..PAGES {
            let call = self.site.read(&path, what).acting_as(credential);
            let call = call.query("startAt", &all.len().to_string());
            let call = call.query("maxResults", &PAGE.to_string());
            let page: Page<T> = call.fetch().await?;
            let before = all.len();
            all.extend(page.values.unwrap_or_default());
            let complete = page.total.is_none_or(|total| all.len() >= total);
            if complete || all.len() == before {
                return Ok(all);
            }
        }
        Ok(all)
    }
}

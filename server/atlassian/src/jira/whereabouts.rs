//! What a write has to know of an issue before: that it is within reach, where it is and how it stands.
//! Reading whole issues is done in `issues`.

use serde::Deserialize;

use super::reach::AdmittedIssue;
use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::IssueKey;
use crate::model::{ProjectKind, Status};

/// An issue before something is done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The issue, by the key it has now.
    pub issue: AdmittedIssue,
    /// Address for a browser.
    pub url: String,
    /// Title line.
    pub summary: Option<String>,
    /// Its status.
    pub status: Option<Status>,
    /// Whether customers read along.
    pub project: ProjectKind,
}

#[derive(Deserialize)]
struct Answer {
    key: IssueKey,
    fields: Option<Fields>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    summary: Option<String>,
    status: Option<wire::Status>,
    project: Option<Project>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Project {
    project_type_key: Option<String>,
}

impl Jira {
    /// Where an issue is and how it stands. Always one request, which admits the issue, too.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist, is out of reach, or the caller may not see it.
    pub async fn whereabouts(
        &self,
        credential: &Credential,
        key: &IssueKey,
    ) -> Result<Whereabouts, Error> {
        let path = ["rest", "api", self.version().await?, "issue", key.as_str()];
        let call = self.site.read(&path, format!("issue {key}"));
        let call = call.query("fields", "summary,status,project");
        let found = call.acting_as(credential).fetch::<Answer>().await;
        let Answer { key: now, fields } = found.map_err(|error| self.reach.hide(error))?;
        let url = format!("{}/browse/{now}", self.base_url());
        let fields = fields.unwrap_or_default();
        let kind = fields.project.and_then(|it| it.project_type_key);
        Ok(Whereabouts {
            issue: self.reach.admit(key, now)?,
            url,
            summary: fields.summary,
            status: fields.status.and_then(wire::Status::into_status),
            project: match kind.as_deref() {
                None => ProjectKind::Unknown,
                Some("service_desk") => ProjectKind::ServiceDesk,
                Some(_) => ProjectKind::Other,
            },
        })
    }
}

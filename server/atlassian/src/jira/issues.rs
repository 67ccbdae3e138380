//! Reading one issue.
//! Finding issues is in `search`.

use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::IssueKey;
use crate::model::Issue;

/// Which parts of an issue to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueDetail {
    /// Its fields.
    Fields,
    /// Its fields and the changes of its status.
    WithStatusHistory,
}

impl Jira {
    /// One issue with every field of [`Issue`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist or the caller may not see it.
    pub async fn issue(
        &self,
        credential: &Credential,
        key: &IssueKey,
        detail: IssueDetail,
    ) -> Result<Issue, Error> {
        let path = ["rest", "api", self.version().await?, "issue", key.as_str()];
        let mut call = self
            .site
            .read(&path, format!("issue {key}"))
            .acting_as(credential)
            .query("fields", &wire::ALL_FIELDS.join(","));
        if detail == IssueDetail::WithStatusHistory {
            call = call.query("expand", "changelog");
        }
        self.admitted(key, call.fetch::<wire::Issue>().await)
    }
}

//! Reading links from issues to places outside Jira.
//! Links between issues come with the issue.

use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::IssueKey;
use crate::model::RemoteLink;

impl Jira {
    /// All remote links of an issue; Jira does not page them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the issue does not exist or the caller may not see it.
    pub async fn remote_links(
        &self,
        credential: &Credential,
        key: &IssueKey,
    ) -> Result<Vec<RemoteLink>, Error> {
        let issue = self.admit_issue(credential, key).await?;
        let path = [
            "rest",
            "api",
            self.version().await?,
            "issue",
            issue.key().as_str(),
            "remotelink",
        ];
        let call = self
            .site
            .read(&path, format!("issue {key}"))
            .acting_as(credential);
        let links: Vec<wire::RemoteLink> = call.fetch().await?;
        Ok(links.into_iter().map(RemoteLink::from).collect())
    }
}

//! Reading the files of an issue: which there are, and their bytes.
//! A whole issue tells its files, too; what the bytes mean is the caller's part.

use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::{IssueKey, JiraAttachmentId};
use crate::model::Attachment;
use crate::site::{Deployment, Service};

impl Jira {
    /// The files of an issue, newest first; Jira does not page them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the issue does not exist or the caller may not see it.
    pub async fn attachments(
        &self,
        credential: &Credential,
        key: &IssueKey,
    ) -> Result<Vec<Attachment>, Error> {
        let path = ["rest", "api", self.version().await?, "issue", key.as_str()];
        let call = self.site.read(&path, format!("issue {key}"));
        let call = call.acting_as(credential).query("fields", "attachment");
        let issue = self.admitted(key, call.fetch::<wire::Issue>().await)?;
        Ok(issue.attachments)
    }

    /// A file by its number alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist or the caller may not see its issue,
    /// [`Error::NotPlaced`] when the client is limited: Jira does not tell the issue, so such a file is
    /// found among the [`Jira::attachments`] of one.
    pub async fn attachment(
        &self,
        credential: &Credential,
        id: &JiraAttachmentId,
    ) -> Result<Attachment, Error> {
        if !self.projects().is_everything() {
            return Err(not_placed(id));
        }
        let version = self.version().await?;
        let path = ["rest", "api", version, "attachment", id.as_str()];
        let call = self.site.read(&path, named(id)).acting_as(credential);
        let file: wire::Attachment = call.fetch().await?;
        Ok(file.numbered(id))
    }

    /// The bytes of a file, at most `most`. Cloud keeps them on a host of their own, which is visited
    /// without the credential.
    ///
    /// # Errors
    /// [`Error::FileTooLarge`] when there are more, [`Error::KeptElsewhere`] when Data Center says that
    /// they are on another origin, [`Error::FileHost`] when the other host does not give them,
    /// [`Error::Redirected`] when it may not be visited.
    pub async fn attachment_content(
        &self,
        credential: &Credential,
        attachment: &Attachment,
        most: u64,
    ) -> Result<Vec<u8>, Error> {
        self.admit_attachment(attachment)?;
        let id = attachment.id.as_str();
        let call = match (self.deployment().await?, &attachment.content) {
            (Deployment::Cloud, _) => {
                let path = ["rest", "api", "3", "attachment", "content", id];
                self.site.read(&path, named(&attachment.id))
            }
            (Deployment::DataCenter, Some(address)) => {
                self.site.read_told(address, named(&attachment.id))?
            }
            (Deployment::DataCenter, None) => {
                let path = ["secure", "attachment", id, &attachment.file.name];
                self.site.read(&path, named(&attachment.id))
            }
        };
        let call = call.acting_as(credential);
        call.download(attachment.file.size, most).await
    }

    /// Whether a file that was read with another client is within reach of this one, too.
    fn admit_attachment(&self, attachment: &Attachment) -> Result<(), Error> {
        match &attachment.issue {
            Some(issue) => self.reach.admit(issue, issue.clone()).map(drop),
            None if self.projects().is_everything() => Ok(()),
            None => Err(not_placed(&attachment.id)),
        }
    }
}

fn named(id: &JiraAttachmentId) -> String {
    format!("attachment {id}")
}

fn not_placed(id: &JiraAttachmentId) -> Error {
    Error::NotPlaced {
        service: Service::Jira,
        what: named(id),
    }
}

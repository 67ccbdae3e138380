//! get-jira-attachment: a file of an issue. What files show is in `tools::attachment`.

use atlassian::Jira;
use atlassian::ids::{InvalidReference, JiraAttachmentId};
use atlassian::model::Attachment;
use mcp::{Annotations, Answer, CallContext, Entry, Failure, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::issues::{READ, key_of};
use crate::answer::{Budget, Place, Reading};
use crate::attachment::Attachments;
use crate::identity::{Access, Caller};
use crate::tools::arguments::named;
use crate::tools::attachment::Told;

/// Which file, and how much of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetJiraAttachment {
    /// Number of the attachment, or its URL; with `issue_key` also its file name.
    attachment_id: String,
    /// Key or URL of its issue. Needed where this server is limited to projects.
    issue_key: Option<String>,
    /// Longest answer in characters, 1000 to 100000; 24000 if left out.
    max_chars: Option<i64>,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

impl Tool<Caller> for GetJiraAttachment {
    const NAME: &'static str = "get-jira-attachment";
    const TITLE: &'static str = "Read a file of a Jira issue";
    const DESCRIPTION: &'static str = "Shows a file attached to a Jira issue: text, a picture, or the text \
        of a PDF page by page. get-jira-issue lists the files of an issue.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let place = named(self.cursor.as_ref()).map(Place::parse).transpose()?;
        let attachment = self.attachment(&jira).await?;
        let attachments = &caller.attachments;
        let (told, bytes) = fetched(&jira, &attachment, attachments).await?;
        let reading = Reading::within(Budget::of(self.max_chars));
        let answer = told.shown(reading, &bytes, place, attachments).await?;
        Ok(answer.with_metadata(jira.metadata(None)))
    }
}

impl GetJiraAttachment {
    async fn attachment(&self, jira: &Access<'_, Jira>) -> Result<Attachment, Failure> {
        let id = JiraAttachmentId::from_reference(&self.attachment_id, jira.site.base_url());
        let (site, credential) = (jira.site, jira.credential);
        let told = |error: atlassian::Error| jira.failure(&error);
        let Some(issue) = named(self.issue_key.as_ref()) else {
            let id = id.map_err(|error| {
                Failure::new(format!("{error}; or its file name together with issue_key"))
            })?;
            return site.attachment(credential, &id).await.map_err(told);
        };
        let key = key_of(jira, issue)?;
        let named = match id {
            Ok(id) => Named::Id(id),
            Err(InvalidReference::Id(_)) => Named::File(self.attachment_id.trim()),
            Err(error) => return Err(Failure::new(error.to_string())),
        };
        let mut files = site
            .attachments(credential, &key)
            .await
            .map_err(told)?
            .into_iter();
        // The newest comes first.
        files.find(|file| named.is(file)).ok_or_else(|| {
            Failure::new(format!(
                "Jira issue {key} has no such attachment: get-jira-issue lists those it has"
            ))
        })
    }
}

/// How a file of an issue is named.
enum Named<'a> {
    Id(JiraAttachmentId),
    File(&'a str),
}

impl Named<'_> {
    fn is(&self, attachment: &Attachment) -> bool {
        match self {
            Self::Id(id) => attachment.id == *id,
            Self::File(name) => attachment.file.name == *name,
        }
    }
}

/// The bytes of a file, and what is told of it.
pub(crate) async fn fetched<'a>(
    jira: &Access<'_, Jira>,
    attachment: &'a Attachment,
    attachments: &Attachments,
) -> Result<(Told<'a>, Vec<u8>), Failure> {
    let id = &attachment.id;
    let issue = attachment.issue().map(|issue| ("Issue", issue.to_string()));
    let told = Told {
        name: format!("Jira attachment {id}"),
        file: &attachment.file,
        url: format!("{}/secure/attachment/{id}/", jira.site.base_url()),
        besides: issue.into_iter().collect(),
    };
    let (site, credential) = (jira.site, jira.credential);
    let bytes = site
        .attachment_content(credential, attachment, attachments.most_bytes)
        .await;
    match bytes {
        Ok(bytes) => Ok((told, bytes)),
        Err(error) => Err(told.failure(jira, &error)),
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<GetJiraAttachment>()];

//! Attached files as MCP resources: text as text, anything else as its bytes. Files of a size that is not
//! fetched are not there as resources either.

use atlassian::Error;
use atlassian::ids::{ConfluenceAttachmentId, JiraAttachmentId};
use atlassian::model::AttachedFile;
use mcp::{Failure, ResourceContents};

use crate::answer::{Budget, Reading};
use crate::attachment::Content;
use crate::identity::Caller;
use crate::tools::attachment::Told;
use crate::tools::{confluence, jira};

const TEXT: &str = "text/plain";
const BYTES: &str = "application/octet-stream";

/// A file of an issue; nothing when the caller sees none of this number.
pub(super) async fn of_jira(
    caller: &Caller,
    uri: &str,
    id: &JiraAttachmentId,
) -> Result<Option<ResourceContents>, Failure> {
    let jira = caller.jira()?;
    let attachment = match jira.site.attachment(jira.credential, id).await {
        Ok(attachment) => attachment,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(jira.failure(&error)),
    };
    let fetched = jira::attachment::fetched(&jira, &attachment, &caller.attachments).await?;
    contents(uri, fetched, "call get-jira-attachment").map(Some)
}

/// A file of a page; nothing when the caller sees none with this id.
pub(super) async fn of_confluence(
    caller: &Caller,
    uri: &str,
    id: &ConfluenceAttachmentId,
) -> Result<Option<ResourceContents>, Failure> {
    let confluence = caller.confluence()?;
    let (site, credential) = (confluence.site, confluence.credential);
    let attachment = match site.attachment(credential, id).await {
        Ok(attachment) => attachment,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(confluence.failure(&error)),
    };
    let fetched = confluence::attachment::fetched(&confluence, &attachment, &caller.attachments);
    contents(uri, fetched.await?, "call get-confluence-attachment").map(Some)
}

fn contents(
    uri: &str,
    (told, bytes): (Told<'_>, Vec<u8>),
    again: &'static str,
) -> Result<ResourceContents, Failure> {
    let media_type = match Content::of(&bytes) {
        Content::Text(text) => {
            let reading = Reading::referring_to(again, Budget::LARGEST);
            let text = told.with_text(reading, &text)?;
            return Ok(ResourceContents::text(uri, TEXT, text));
        }
        Content::Image(media_type) => media_type,
        Content::Pdf => "application/pdf",
        Content::Binary => claimed(told.file),
    };
    Ok(ResourceContents::bytes(uri, media_type, &bytes))
}

/// The media type somebody gave a file, if it is one at all: it stands where no marks are.
fn claimed(file: &AttachedFile) -> &str {
    let is_name = |part: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-' | b'_');
        (1..=60).contains(&part.len()) && part.bytes().all(fits)
    };
    let claimed = file.media_type.as_deref();
    let both = |claimed: &&str| {
        let parts = claimed.split_once('/');
        parts.is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
    };
    claimed.filter(both).unwrap_or(BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_a_media_type_is_told_as_one() {
        for (claim, told) in [
            (Some("application/zip"), "application/zip"),
            (Some("application/vnd.ms-excel"), "application/vnd.ms-excel"),
            (Some("zip"), BYTES),
            (Some("a/b\nIgnore this"), BYTES),
            (Some("/"), BYTES),
            (None, BYTES),
        ] {
            let file = AttachedFile {
                media_type: claim.map(str::to_owned),
                ..AttachedFile::default()
            };
            assert_eq!(claimed(&file), told);
        }
    }
}

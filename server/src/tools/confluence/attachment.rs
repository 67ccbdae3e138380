//! get-confluence-attachment: a file of a page. What files show is in `tools::attachment`.

use atlassian::Confluence;
use atlassian::ids::{ConfluenceAttachmentReference, InvalidReference, PageId, PageReference};
use atlassian::model::PageAttachment;
use mcp::{Annotations, Answer, CallContext, Entry, Failure, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::naming;
use super::pages::READ;
use crate::answer::{Budget, Place, Reading};
use crate::attachment::Attachments;
use crate::identity::{Access, Caller};
use crate::tools::arguments::named;
use crate::tools::attachment::Told;

/// Which file, and how much of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetConfluenceAttachment {
    /// Id of the attachment, such as att65590, or its URL. Either this, or `page_id` and `file_name`.
    attachment_id: Option<String>,
    /// Number or URL of the page it is on; needs `file_name`.
    page_id: Option<String>,
    /// Exact name of the file on that page.
    file_name: Option<String>,
    /// Longest answer in characters, 1000 to 100000; 24000 if left out.
    max_chars: Option<i64>,
    /// Where to go on: the cursor that an earlier answer named.
    cursor: Option<String>,
}

impl Tool<Caller> for GetConfluenceAttachment {
    const NAME: &'static str = "get-confluence-attachment";
    const TITLE: &'static str = "Read a file of a Confluence page";
    const DESCRIPTION: &'static str = "Shows the current version of a file attached to a Confluence page: \
        text, a picture, or the text of a PDF page by page. get-confluence-page with include_attachments \
        lists the files of a page.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let confluence = caller.confluence()?;
        let place = named(self.cursor.as_ref()).map(Place::parse).transpose()?;
        let attachment = self.attachment(&confluence).await?;
        let attachments = &caller.attachments;
        let (told, bytes) = fetched(&confluence, &attachment, attachments).await?;
        let reading = Reading::within(Budget::of(self.max_chars));
        let answer = told.shown(reading, &bytes, place, attachments).await?;
        Ok(answer.with_metadata(confluence.metadata(None)))
    }
}

impl GetConfluenceAttachment {
    async fn attachment(
        &self,
        confluence: &Access<'_, Confluence>,
    ) -> Result<PageAttachment, Failure> {
        use ConfluenceAttachmentReference::{Id, Named};
        let (site, credential) = (confluence.site, confluence.credential);
        let arguments = [&self.attachment_id, &self.page_id, &self.file_name];
        let found = match arguments.map(|argument| named(argument.as_ref())) {
            [Some(name), Some(page), None]
                if matches!(
                    ConfluenceAttachmentReference::parse(name, site.base_url()),
                    Err(InvalidReference::Id(_))
                ) =>
            {
                // As get-jira-attachment takes it: an argument for both, with what it is on beside it.
                let page = page_id(confluence, page).await?;
                site.attachment_named(credential, &page, name).await
            }
            [Some(named), _, _] => {
                match ConfluenceAttachmentReference::parse(named, site.base_url()) {
                    Ok(Id(id)) => site.attachment(credential, &id).await,
                    Ok(Named { page, file_name }) => {
                        site.attachment_named(credential, &page, &file_name).await
                    }
                    Err(error) => {
                        let text = format!("{error}; or its file name together with page_id");
                        return Err(Failure::new(text));
                    }
                }
            }
            [None, Some(page), Some(name)] => {
                let page = page_id(confluence, page).await?;
                site.attachment_named(credential, &page, name).await
            }
            [None, _, _] => {
                let text = "name the attachment: give attachment_id, or both page_id and file_name";
                return Err(Failure::new(text));
            }
        };
        found.map_err(|error| confluence.failure(&error))
    }
}

async fn page_id(confluence: &Access<'_, Confluence>, named: &str) -> Result<PageId, Failure> {
    match PageReference::parse(named, confluence.site.base_url()) {
        Ok(PageReference::Id(id)) => Ok(id),
        Ok(PageReference::Title { .. }) => Ok(naming::page(confluence, named).await?.id),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

/// The bytes of a file, and what is told of it.
pub(crate) async fn fetched<'a>(
    confluence: &Access<'_, Confluence>,
    attachment: &'a PageAttachment,
    attachments: &Attachments,
) -> Result<(Told<'a>, Vec<u8>), Failure> {
    let site = confluence.site;
    let (page, base) = (attachment.page.as_ref(), site.base_url());
    let besides = [
        (
            "Version",
            attachment.version.map(|version| version.to_string()),
        ),
        ("Comment", attachment.comment.clone()),
        ("Page ID", page.map(ToString::to_string)),
    ];
    let told = Told {
        name: format!("Confluence attachment {}", attachment.id),
        file: &attachment.file,
        url: match page {
            Some(page) => format!("{base}/pages/viewpageattachments.action?pageId={page}"),
            None => base.to_string(),
        },
        besides: besides
            .into_iter()
            .filter_map(|(label, value)| Some((label, value.filter(|it| !it.is_empty())?)))
            .collect(),
    };
    let bytes = site
        .attachment_content(confluence.credential, attachment, attachments.most_bytes)
        .await;
    match bytes {
        Ok(bytes) => Ok((told, bytes)),
        Err(error) => Err(told.failure(confluence, &error)),
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<GetConfluenceAttachment>()];

//! Reading the files of a page: which there are, and their bytes.
//! What the bytes mean is the caller's part.

use super::Confluence;
use super::pages::missing;
use super::paging::{next_cursor, position_parameter, valid};
use super::wire::{Answer, ContentAttachment, FlatAttachment, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::http::Call;
use crate::ids::{ConfluenceAttachmentId, PageId};
use crate::model::{Cursor, PageAttachment, PageAttachments, PageKind};
use crate::site::Deployment;

/// What a file of Data Center needs to be complete.
const EXPAND: &str = "version,container";

/// Which of the files of a page to list.
#[derive(Clone, Copy)]
enum Which<'a> {
    /// All, so many at a time from a position on.
    Part(u32, Option<&'a Cursor>),
    /// The one with this name.
    Named(&'a str),
}

impl Confluence {
    /// Files of a page or blog post, at most `limit`, from a position on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the page does not exist or the caller may not see it,
    /// [`Error::InvalidCursor`] for a cursor of another deployment.
    pub async fn attachments(
        &self,
        credential: &Credential,
        page: &PageId,
        limit: u32,
        cursor: Option<&Cursor>,
    ) -> Result<PageAttachments, Error> {
        let page = self.admit_page(credential, page).await?;
        let which = Which::Part(limit, cursor);
        self.listed(credential, page.id(), which).await
    }

    /// The file of a page with exactly this name; of its versions the current one.
    ///
    /// # Errors
    /// [`Error::NotFound`] names the page or the file, whichever is missing.
    pub async fn attachment_named(
        &self,
        credential: &Credential,
        page: &PageId,
        file_name: &str,
    ) -> Result<PageAttachment, Error> {
        let page = self.admit_page(credential, page).await?;
        let which = Which::Named(file_name);
        let found = self.listed(credential, page.id(), which).await?.attachments;
        let mut found = found.into_iter();
        let file = found.find(|attachment| attachment.file.name == file_name);
        file.ok_or_else(|| missing(format!("attachment {file_name:?} on page {}", page.id())))
    }

    /// A file by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist, the caller may not see its page, or that is out of
    /// reach.
    pub async fn attachment(
        &self,
        credential: &Credential,
        id: &ConfluenceAttachmentId,
    ) -> Result<PageAttachment, Error> {
        if self.spaces().is_nothing() {
            return Err(self.reach.hidden(named(id)));
        }
        let found = match self.deployment().await? {
            Deployment::Cloud => self.attachment_cloud(credential, id).await,
            Deployment::DataCenter => self.attachment_data_center(credential, id).await,
        };
        let attachment = found.map_err(|error| self.reach.hide(error))?;
        self.admit_attachment(credential, &attachment).await?;
        Ok(attachment)
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
        attachment: &PageAttachment,
        most: u64,
    ) -> Result<Vec<u8>, Error> {
        self.admit_attachment(credential, attachment).await?;
        let call = match (self.deployment().await?, &attachment.download) {
            (Deployment::DataCenter, Some(address)) => {
                self.site.read_told(address, named(&attachment.id))?
            }
            (deployment, _) => self.content_below_page(deployment, attachment)?,
        };
        let call = call.acting_as(credential);
        call.download(attachment.file.size, most).await
    }

    /// The download of a file of which nothing but page and name is known.
    fn content_below_page(
        &self,
        deployment: Deployment,
        attachment: &PageAttachment,
    ) -> Result<Call<'_>, Error> {
        let (id, name) = (attachment.id.as_str(), attachment.file.name.as_str());
        let page = attachment.page.as_ref();
        let page = page.ok_or_else(|| missing(format!("page of attachment {id}")))?;
        let page = page.as_str();
        let what = named(&attachment.id);
        Ok(match deployment {
            // Cloud takes tokens nowhere else: /download/attachments is for browsers.
            Deployment::Cloud => {
                let path = ["rest", "api", "content", page, "child", "attachment", id];
                self.site.read(&[&path[..], &["download"]].concat(), what)
            }
            Deployment::DataCenter => self
                .site
                .read(&["download", "attachments", page, name], what),
        })
    }

    /// Checks that the page of a file is within reach, in words that do not name the page.
    async fn admit_attachment(
        &self,
        credential: &Credential,
        attachment: &PageAttachment,
    ) -> Result<(), Error> {
        if self.spaces().is_everything() {
            return Ok(());
        }
        let hidden = || self.reach.hidden(named(&attachment.id));
        let page = attachment.page.as_ref().ok_or_else(hidden)?;
        match self.admit_page(credential, page).await {
            Err(Error::NotFound { .. }) => Err(hidden()),
            admitted => admitted.map(drop),
        }
    }

    async fn attachment_cloud(
        &self,
        credential: &Credential,
        id: &ConfluenceAttachmentId,
    ) -> Result<PageAttachment, Error> {
        let path = ["api", "v2", "attachments", id.as_str()];
        let call = self.site.read(&path, named(id)).acting_as(credential);
        let file: FlatAttachment = call.fetch().await?;
        let people = self.people(credential, [file.author_id()]).await;
        Ok(file.into_attachment(None, &people))
    }

    /// Versions of Data Center differ in whether the id of a file has its prefix.
    async fn attachment_data_center(
        &self,
        credential: &Credential,
        id: &ConfluenceAttachmentId,
    ) -> Result<PageAttachment, Error> {
        let find = async |written: &str| {
            let path = ["rest", "api", "content", written];
            let call = self.site.read(&path, named(id)).acting_as(credential);
            call.query("expand", EXPAND)
                .fetch::<ContentAttachment>()
                .await
        };
        let found = match find(id.as_str()).await {
            Err(missing @ Error::NotFound { .. }) => find(id.number()).await.map_err(|_| missing),
            found => found,
        };
        let file = found?;
        if !file.is_attachment() {
            return Err(missing(named(id)));
        }
        Ok(file.into_attachment(None))
    }

    async fn listed(
        &self,
        credential: &Credential,
        page: &PageId,
        which: Which<'_>,
    ) -> Result<PageAttachments, Error> {
        match self.deployment().await? {
            Deployment::Cloud => self.listed_cloud(credential, page, which).await,
            Deployment::DataCenter => self.listed_data_center(credential, page, which).await,
        }
    }

    async fn listed_cloud(
        &self,
        credential: &Credential,
        page: &PageId,
        which: Which<'_>,
    ) -> Result<PageAttachments, Error> {
        let find = async |kind| {
            let collection = v2::collection(kind);
            let path = ["api", "v2", collection, page.as_str(), "attachments"];
            let call = self.site.read(&path, format!("page {page}"));
            let call = which.asked_of(call, Deployment::Cloud)?;
            let call = call.acting_as(credential);
            call.fetch::<Answer<FlatAttachment>>().await
        };
        let answer = match find(PageKind::Page).await {
            Err(missing @ Error::NotFound { .. }) => {
                find(PageKind::BlogPost).await.map_err(|_| missing)?
            }
            found => found?,
        };
        let next = answer.next();
        let next = next.and_then(|link| next_cursor(Deployment::Cloud, link));
        let found = answer.results.unwrap_or_default();
        let authors = found.iter().map(FlatAttachment::author_id);
        let people = self.people(credential, authors).await;
        let attachments = found
            .into_iter()
            .map(|file| file.into_attachment(Some(page), &people))
            .collect();
        Ok(PageAttachments { attachments, next })
    }

    async fn listed_data_center(
        &self,
        credential: &Credential,
        page: &PageId,
        which: Which<'_>,
    ) -> Result<PageAttachments, Error> {
        let id = page.as_str();
        let path = ["rest", "api", "content", id, "child", "attachment"];
        let call = self.site.read(&path, format!("page {page}"));
        let call = which.asked_of(call, Deployment::DataCenter)?;
        let call = call.query("expand", "version").acting_as(credential);
        let answer: Answer<ContentAttachment> = call.fetch().await?;
        let next = answer.next();
        let next = next.and_then(|link| next_cursor(Deployment::DataCenter, link));
        let found = answer.results.into_iter().flatten();
        let attachments = found.map(|file| file.into_attachment(Some(page))).collect();
        Ok(PageAttachments { attachments, next })
    }
}

impl Which<'_> {
    fn asked_of<'c>(self, call: Call<'c>, deployment: Deployment) -> Result<Call<'c>, Error> {
        Ok(match self {
            Self::Named(name) => call.query("filename", name),
            Self::Part(limit, None) => call.query("limit", &limit.to_string()),
            Self::Part(limit, Some(cursor)) => call.query("limit", &limit.to_string()).query(
                position_parameter(deployment),
                valid(deployment, cursor)?.as_str(),
            ),
        })
    }
}

fn named(id: &ConfluenceAttachmentId) -> String {
    format!("attachment {id}")
}

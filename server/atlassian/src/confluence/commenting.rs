//! Writing comments at the foot of a page.
//! Reading them is in `comments`.

use http::Method;
use serde_json::json;

use super::Confluence;
use super::wire::{v1, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::model::{CommentLocation, Page, PageComment, PageKind};
use crate::site::Deployment;

impl Confluence {
    /// Adds a comment in storage format to a page that was read before; none is told when Confluence
    /// says that it was added and no more. Sent once (see [`Error::OutcomeUnknown`]).
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the caller may read the page and not comment on it.
    pub async fn add_comment(
        &self,
        credential: &Credential,
        page: &Page,
        storage: &str,
    ) -> Result<Option<PageComment>, Error> {
        let admitted = self.admit_page(credential, &page.id).await?;
        let id = admitted.id();
        let what = format!("page {id}");
        match self.deployment().await? {
            Deployment::Cloud => {
                let on = match page.kind {
                    PageKind::Page => "pageId",
                    PageKind::BlogPost => "blogPostId",
                };
                let comment = json!({
                    on: id.as_str(),
                    "body": { "representation": "storage", "value": storage },
                });
                let path = ["api", "v2", "footer-comments"];
                let call = self.site.write(Method::POST, &path, &comment, what);
                let added: Option<v2::Comment> = call.acting_as(credential).fetch().await?;
                let Some(added) = added else { return Ok(None) };
                let people = self.people(credential, [added.author_id()]).await;
                Ok(Some(added.into_comment(CommentLocation::Footer, &people)))
            }
            Deployment::DataCenter => {
                let comment = json!({
                    "type": "comment",
                    "container": { "id": id.as_str(), "type": v1::type_of(page.kind) },
                    "body": { "storage": { "value": storage, "representation": "storage" } },
                });
                let path = ["rest", "api", "content"];
                let call = self.site.write(Method::POST, &path, &comment, what);
                let call = call
                    .acting_as(credential)
                    .query("expand", "version,history");
                let added: Option<v1::Content> = call.fetch().await?;
                Ok(added.map(v1::Content::into_comment))
            }
        }
    }
}

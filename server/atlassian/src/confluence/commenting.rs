//! Writing comments at the foot of a page, and replies to comments on it.
//! Reading them is in `comments`.

use http::Method;
use serde_json::json;

use super::Confluence;
use super::wire::{v1, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::{CommentId, PageId};
use crate::model::{Page, PageComment, PageKind};
use crate::site::{Deployment, Service};
use v2::Shelf;

/// How far a comment is followed up to the one that begins its thread.
const DEEPEST: usize = 16;

impl Confluence {
    /// Adds a comment in storage format to a page that was read before, or a reply to a comment on that
    /// page, in the text or at its foot; none is told when Confluence says that it was added and no more.
    /// Sent once (see [`Error::OutcomeUnknown`]).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the page has no comment `reply_to`; [`Error::Forbidden`] when the caller
    /// may read the page and not comment on it.
    pub async fn add_comment(
        &self,
        credential: &Credential,
        page: &Page,
        storage: &str,
        reply_to: Option<&CommentId>,
    ) -> Result<Option<PageComment>, Error> {
        let admitted = self.admit_page(credential, &page.id).await?;
        let on = (admitted.id(), page.kind);
        match self.deployment().await? {
            Deployment::Cloud => self.add_cloud(credential, on, storage, reply_to).await,
            Deployment::DataCenter => {
                self.add_data_center(credential, on, storage, reply_to)
                    .await
            }
        }
    }

    async fn add_cloud(
        &self,
        credential: &Credential,
        (id, kind): (&PageId, PageKind),
        storage: &str,
        reply_to: Option<&CommentId>,
    ) -> Result<Option<PageComment>, Error> {
        let (shelf, mut comment) = match (reply_to, kind) {
            (None, PageKind::Page) => (Shelf::Footer, json!({ "pageId": id.as_str() })),
            (None, PageKind::BlogPost) => (Shelf::Footer, json!({ "blogPostId": id.as_str() })),
            (Some(to), _) => {
                let shelf = self.shelf_of(credential, id, to).await?;
                (shelf, json!({ "parentCommentId": to.as_str() }))
            }
        };
        comment["body"] = json!({ "representation": "storage", "value": storage });
        let (path, what) = (["api", "v2", shelf.path()], format!("page {id}"));
        let call = self.site.write(Method::POST, &path, &comment, what);
        let added: Option<v2::Comment> = call.acting_as(credential).fetch().await?;
        let Some(added) = added else { return Ok(None) };
        let people = self.people(credential, [added.author_id()]).await;
        Ok(Some(added.into_comment(shelf, &people)))
    }

    async fn add_data_center(
        &self,
        credential: &Credential,
        (id, kind): (&PageId, PageKind),
        storage: &str,
        reply_to: Option<&CommentId>,
    ) -> Result<Option<PageComment>, Error> {
        let mut comment = json!({
            "type": "comment",
            "container": { "id": id.as_str(), "type": v1::type_of(kind) },
            "body": { "storage": { "value": storage, "representation": "storage" } },
        });
        if let Some(to) = reply_to {
            self.expect_content(credential, id, to).await?;
            comment["ancestors"] = json!([{ "id": to.as_str() }]);
        }
        let (path, what) = (["rest", "api", "content"], format!("page {id}"));
        let call = self.site.write(Method::POST, &path, &comment, what);
        let call = call
            .acting_as(credential)
            .query("expand", "version,history");
        let added: Option<v1::Content> = call.fetch().await?;
        Ok(added.map(v1::Content::into_comment))
    }

    /// Checks that a page that was read before has this comment, in its text or at its foot.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it has none.
    pub async fn expect_comment(
        &self,
        credential: &Credential,
        page: &Page,
        id: &CommentId,
    ) -> Result<(), Error> {
        let admitted = self.admit_page(credential, &page.id).await?;
        match self.deployment().await? {
            Deployment::Cloud => self.shelf_of(credential, admitted.id(), id).await.map(drop),
            Deployment::DataCenter => self.expect_content(credential, admitted.id(), id).await,
        }
    }

    /// Where Cloud keeps a comment on this page: the number alone tells neither that nor the page, and
    /// would reach every page of the site.
    async fn shelf_of(
        &self,
        credential: &Credential,
        page: &PageId,
        id: &CommentId,
    ) -> Result<Shelf, Error> {
        for shelf in [Shelf::Footer, Shelf::Inline] {
            if let Some(found) = self.comment_cloud(credential, shelf, id.as_str()).await? {
                let is_here = self.is_on(credential, page, shelf, found).await?;
                return if is_here {
                    Ok(shelf)
                } else {
                    Err(absent(page, id))
                };
            }
        }
        Err(absent(page, id))
    }

    /// Whether a comment is on the page: where a reply does not tell, what it replies to does.
    async fn is_on(
        &self,
        credential: &Credential,
        page: &PageId,
        shelf: Shelf,
        mut comment: v2::Comment,
    ) -> Result<bool, Error> {
        for _ in 0..DEEPEST {
            if let Some(on) = comment.page_id.or(comment.blog_post_id) {
                return Ok(on == page.as_str());
            }
            let above = comment.parent_comment_id.as_deref();
            let Some(above) = above.and_then(|id| CommentId::parse(id).ok()) else {
                return Ok(false);
            };
            match self
                .comment_cloud(credential, shelf, above.as_str())
                .await?
            {
                Some(above) => comment = above,
                None => return Ok(false),
            }
        }
        Ok(false)
    }

    async fn comment_cloud(
        &self,
        credential: &Credential,
        shelf: Shelf,
        id: &str,
    ) -> Result<Option<v2::Comment>, Error> {
        let path = ["api", "v2", shelf.path(), id];
        let call = self.site.read(&path, format!("comment {id}"));
        match call.acting_as(credential).fetch().await {
            Err(Error::NotFound { .. }) => Ok(None),
            answer => answer.map(Some).map_err(|error| self.reach.hide(error)),
        }
    }

    /// Data Center's number of a comment is a number of any content.
    async fn expect_content(
        &self,
        credential: &Credential,
        page: &PageId,
        id: &CommentId,
    ) -> Result<(), Error> {
        let path = ["rest", "api", "content", id.as_str()];
        let call = self.site.read(&path, format!("comment {id}"));
        let call = call.acting_as(credential).query("expand", "container");
        match call.fetch::<v1::Content>().await {
            Ok(content) if content.is_comment_on(page) => Ok(()),
            Ok(_) | Err(Error::NotFound { .. }) => Err(absent(page, id)),
            Err(error) => Err(self.reach.hide(error)),
        }
    }
}

fn absent(page: &PageId, id: &CommentId) -> Error {
    Error::NotFound {
        service: Service::Confluence,
        what: format!("comment {id} on page {page}"),
        message: None,
    }
}

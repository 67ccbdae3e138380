//! Reading the comments of a page.
//! Their text is converted in `markup`.

use std::cmp::Reverse;

use super::Confluence;
use super::wire::{Answer, v1, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::PageId;
use crate::model::{CommentLocation, PageComment, PageCommentPage};
use crate::site::Deployment;

/// Data Center tells comments oldest first and cannot be asked otherwise, so they are all read,
/// this many at a time …
const BATCH: usize = 100;
/// … and this many times at most: 1,000 comments.
const BATCHES: usize = 10;

impl Confluence {
    /// The newest comments of a page, at most `limit`, footer and inline ones together.
    ///
    /// Cloud tells the beginnings of threads only; Data Center also the replies, among the first
    /// 1,000 comments of the page.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the page does not exist or the caller may not see it.
    pub async fn page_comments(
        &self,
        credential: &Credential,
        id: &PageId,
        limit: u32,
    ) -> Result<PageCommentPage, Error> {
        let page = self.admit_page(credential, id).await?;
        let id = page.id();
        let (mut comments, mut has_more) = match self.deployment().await? {
            Deployment::Cloud => self.comments_cloud(credential, id, limit).await?,
            Deployment::DataCenter => self.comments_data_center(credential, id).await?,
        };
        comments.sort_by_key(|comment| Reverse(comment.when));
        has_more |= comments.len() > limit as usize;
        comments.truncate(limit as usize);
        Ok(PageCommentPage { comments, has_more })
    }

    async fn comments_cloud(
        &self,
        credential: &Credential,
        id: &PageId,
        limit: u32,
    ) -> Result<(Vec<PageComment>, bool), Error> {
        let (footer, inline) = tokio::join!(
            self.thread_starts(credential, id, "footer-comments", limit),
            self.thread_starts(credential, id, "inline-comments", limit),
        );
        let (footer, inline) = match (footer?, inline) {
            // The page is there, so there are no inline comments to be had.
            (footer, Err(Error::NotFound { .. })) => (footer, Answer::default()),
            (footer, inline) => (footer, inline?),
        };
        let has_more = footer.has_next() || inline.has_next();
        let located = |answer: Answer<v2::Comment>, location| {
            answer
                .results
                .into_iter()
                .flatten()
                .map(move |comment| (comment, location))
        };
        let found: Vec<_> = located(footer, CommentLocation::Footer)
            .chain(located(inline, CommentLocation::Inline))
            .collect();
        let people = self
            .people(credential, found.iter().map(|(it, _)| it.author_id()))
            .await;
        let named = |(comment, location): (v2::Comment, _)| comment.into_comment(location, &people);
        Ok((found.into_iter().map(named).collect(), has_more))
    }

    async fn thread_starts(
        &self,
        credential: &Credential,
        id: &PageId,
        kind: &str,
        limit: u32,
    ) -> Result<Answer<v2::Comment>, Error> {
        let path = ["api", "v2", "pages", id.as_str(), kind];
        let call = self
            .site
            .read(&path, format!("page {id}"))
            .acting_as(credential);
        let call = call
            .query("body-format", "storage")
            .query("sort", "-created-date")
            .query("limit", &limit.to_string());
        call.fetch().await
    }

    async fn comments_data_center(
        &self,
        credential: &Credential,
        id: &PageId,
    ) -> Result<(Vec<PageComment>, bool), Error> {
        let path = ["rest", "api", "content", id.as_str(), "child", "comment"];
        let mut comments = Vec::new();
        for _ in 0..BATCHES {
            let call = self
                .site
                .read(&path, format!("page {id}"))
                .acting_as(credential);
            let call = call
                .query("location", "footer")
                .query("location", "inline")
                .query("location", "resolved")
                .query("depth", "all")
                .query("expand", "body.storage,version,history")
                .query("start", &comments.len().to_string())
                .query("limit", &BATCH.to_string());
            let answer = call.fetch::<Answer<v1::Content>>().await?;
            let more = answer.has_next();
            let before = comments.len();
            comments.extend(
                answer
                    .results
                    .into_iter()
                    .flatten()
                    .map(v1::Content::into_comment),
            );
            if !more || comments.len() == before {
                return Ok((comments, false));
            }
        }
        Ok((comments, true))
    }
}

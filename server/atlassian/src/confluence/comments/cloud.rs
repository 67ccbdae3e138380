//! Cloud's comments: two lists of the comments that begin threads, and for each comment one of the replies
//! to it. Nothing tells whether there are any, so each comment that is told costs a request.

use std::cmp::Reverse;

use futures::future::{join_all, try_join_all};

use super::super::Confluence;
use super::super::people::People;
use super::super::wire::{Answer, v2};
use super::{ThreadRange, threads};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::{CommentId, PageId};
use crate::model::{PageKind, PageThread, PageThreads, Total};
use v2::Shelf;

/// How many threads are read at the same time.
const AT_ONCE: usize = 4;

/// The most comments of a thread whose replies are asked for.
const MOST_ASKED: usize = 25;

/// The longest list v2 gives.
const LONGEST: usize = 250;

/// A thread in the order in which it was read.
struct Read {
    shelf: Shelf,
    comments: Vec<v2::Comment>,
    has_more: bool,
}

impl Confluence {
    pub(super) async fn threads_cloud(
        &self,
        credential: &Credential,
        place: (&PageId, PageKind),
        range: ThreadRange,
    ) -> Result<PageThreads, Error> {
        let most = range.skip.saturating_add(range.enough).min(LONGEST);
        let (starts, more_starts) = self.starts(credential, place, most).await?;
        let wanted = starts.into_iter().take(most).skip(range.skip);
        let (mut wanted, mut read, mut count) = (wanted.peekable(), Vec::new(), 0);
        while count < range.enough && wanted.peek().is_some() {
            let next: Vec<_> = wanted.by_ref().take(AT_ONCE).collect();
            let threads = next.into_iter().map(|it| self.whole(credential, it));
            for thread in join_all(threads).await {
                let thread = thread?;
                count += thread.comments.len();
                read.push(thread);
            }
        }
        let has_more = more_starts || wanted.peek().is_some();
        let is_all = !has_more && range.skip == 0 && !read.iter().any(|it| it.has_more);
        let authors = read.iter().flat_map(|thread| &thread.comments);
        let people = self.people(credential, authors.map(v2::Comment::author_id));
        let people = people.await;
        Ok(PageThreads {
            threads: read.into_iter().map(|it| it.named(&people)).collect(),
            has_more,
            total: if is_all {
                Total::Exact(count as u64)
            } else {
                Total::Unknown
            },
        })
    }

    /// The comments that begin threads, the newest first, and whether there are more than `most`.
    async fn starts(
        &self,
        credential: &Credential,
        (id, kind): (&PageId, PageKind),
        most: usize,
    ) -> Result<(Vec<(Shelf, v2::Comment)>, bool), Error> {
        let list = async |shelf: Shelf| {
            let path = ["api", "v2", v2::collection(kind), id.as_str(), shelf.path()];
            let call = self.site.read(&path, format!("page {id}"));
            let call = call.query("sort", "-created-date");
            let call = call.query("limit", &most.to_string());
            self.comments_of(credential, call).await
        };
        let (footer, inline) = tokio::join!(list(Shelf::Footer), list(Shelf::Inline));
        let (footer, inline) = match (footer?, inline) {
            // The page is there, so there are no inline comments to be had.
            (footer, Err(Error::NotFound { .. })) => (footer, Answer::default()),
            (footer, inline) => (footer, inline?),
        };
        let has_more = footer.has_next() || inline.has_next();
        let on = |shelf| move |comment| (shelf, comment);
        let footer = footer.results.into_iter().flatten().map(on(Shelf::Footer));
        let inline = inline.results.into_iter().flatten().map(on(Shelf::Inline));
        let mut starts: Vec<_> = footer.chain(inline).collect();
        starts.sort_by_key(|(_, comment)| Reverse(comment.when()));
        let has_more = has_more || starts.len() > most;
        Ok((starts, has_more))
    }

    /// A comment with all that was replied to it and to the replies.
    async fn whole(
        &self,
        credential: &Credential,
        (shelf, start): (Shelf, v2::Comment),
    ) -> Result<Read, Error> {
        let (mut comments, mut asked, mut has_more) = (vec![start], 0, false);
        while asked < comments.len() && asked < MOST_ASKED {
            let round = &comments[asked..comments.len().min(MOST_ASKED)];
            asked += round.len();
            let ids = round.iter().filter_map(v2::Comment::id);
            let answers = ids.map(|id| self.replies(credential, shelf, id));
            let answers = try_join_all(answers).await?;
            has_more |= answers.iter().any(Answer::has_next);
            let replies = answers.into_iter().filter_map(|answer| answer.results);
            comments.extend(replies.flatten());
        }
        Ok(Read {
            shelf,
            has_more: has_more || asked < comments.len(),
            comments,
        })
    }

    /// What was replied to one comment; nothing when it was deleted meanwhile.
    async fn replies(
        &self,
        credential: &Credential,
        shelf: Shelf,
        id: CommentId,
    ) -> Result<Answer<v2::Comment>, Error> {
        let path = ["api", "v2", shelf.path(), id.as_str(), "children"];
        let call = self.site.read(&path, format!("comment {id}"));
        let call = call.query("limit", &LONGEST.to_string());
        let mut answer = match self.comments_of(credential, call).await {
            Err(Error::NotFound { .. }) => Answer::default(),
            answer => answer?,
        };
        for reply in answer.results.iter_mut().flatten() {
            reply.parent_comment_id = Some(id.to_string());
        }
        Ok(answer)
    }

    async fn comments_of(
        &self,
        credential: &Credential,
        call: crate::http::Call<'_>,
    ) -> Result<Answer<v2::Comment>, Error> {
        let call = call.acting_as(credential).query("body-format", "storage");
        call.fetch().await
    }
}

impl Read {
    fn named(self, people: &People) -> PageThread {
        let named = |comment: v2::Comment| comment.into_comment(self.shelf, people);
        let comments = self.comments.into_iter().map(named).collect();
        // All of them reply to the first or to each other, so this is one thread.
        let comments = threads::arranged(comments).into_iter().flatten().collect();
        PageThread {
            comments,
            has_more: self.has_more,
        }
    }
}

//! Reading what is said about a page, thread by thread.
//! Writing is in `commenting`; the text of comments is converted in `markup`.

mod cloud;
mod data_center;
mod threads;

use super::Confluence;
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::PageId;
use crate::model::{PageKind, PageThreads};
use crate::site::Deployment;

/// Which threads of a page are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadRange {
    /// How many of the newest are passed over.
    pub skip: usize,
    /// How many comments are enough; the last thread is told whole. Cloud takes no more than 250
    /// together with `skip`.
    pub enough: usize,
}

impl Confluence {
    /// Comments at the foot of a page or blog post and in its text, with the replies to them: the threads
    /// begun last come first.
    ///
    /// Cloud tells replies for each comment by itself, so reading costs a request for each comment told,
    /// and at most 25 for a thread. Data Center tells all comments at once, oldest first; the first 1,000
    /// are read.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the page does not exist or the caller may not see it.
    pub async fn page_comments(
        &self,
        credential: &Credential,
        id: &PageId,
        kind: PageKind,
        range: ThreadRange,
    ) -> Result<PageThreads, Error> {
        let admitted = self.admit_page(credential, id).await?;
        match self.deployment().await? {
            Deployment::Cloud => {
                let place = (admitted.id(), kind);
                self.threads_cloud(credential, place, range).await
            }
            Deployment::DataCenter => {
                let comments = self.comments_data_center(credential, admitted.id()).await?;
                Ok(threads::cut(comments, range))
            }
        }
    }
}

//! Reading the comments of an issue.
//! Their text is converted in `markup`.

use std::cmp::Reverse;

use serde::Deserialize;

use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::IssueKey;
use crate::model::{Comment, CommentPage};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    total: Option<u64>,
    comments: Option<Vec<wire::Comment>>,
}

impl Jira {
    /// The newest comments of an issue, at most `limit`, and how many there are (B-39).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the issue does not exist or the caller may not see it.
    pub async fn comments(
        &self,
        credential: &Credential,
        key: &IssueKey,
        limit: u32,
    ) -> Result<CommentPage, Error> {
        self.older_comments(credential, key, 0, limit).await
    }

    /// The same behind the `newer` newest ones.
    ///
    /// # Errors
    /// As [`Jira::comments`].
    pub async fn older_comments(
        &self,
        credential: &Credential,
        key: &IssueKey,
        newer: usize,
        limit: u32,
    ) -> Result<CommentPage, Error> {
        let issue = self.admit_issue(credential, key).await?;
        let path = [
            "rest",
            "api",
            self.version().await?,
            "issue",
            issue.key().as_str(),
            "comment",
        ];
        let answer: Answer = self
            .site
            .read(&path, format!("issue {key}"))
            .acting_as(credential)
            .query("orderBy", "-created")
            .query("startAt", &newer.to_string())
            .query("maxResults", &limit.to_string())
            .fetch()
            .await?;
        let mut comments: Vec<Comment> = answer
            .comments
            .unwrap_or_default()
            .into_iter()
            .map(Comment::from)
            .collect();
        // Old Data Center versions take `orderBy` and ignore it.
        comments.sort_by_key(|comment| Reverse(comment.created));
        Ok(CommentPage {
            total: answer.total.unwrap_or((newer + comments.len()) as u64),
            comments,
        })
    }
}

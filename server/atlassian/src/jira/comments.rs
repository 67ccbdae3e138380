//! Reading the comments of an issue, and adding one.
//! Their text is converted in `markup`.

use std::cmp::Reverse;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::reach::AdmittedIssue;
use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::IssueKey;
use crate::markup::RichText;
use crate::model::{Comment, CommentPage, rich_text};

/// Who reads a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentAudience {
    /// Everybody who sees the issue; on a service desk its customer too.
    Everybody,
    /// Only those who work on a service desk. Elsewhere it means nothing.
    Internal,
}

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

    /// Adds a comment in Markdown. Sent once. The comment as Jira tells it, if it tells it: an empty
    /// answer is success, too (B-34).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the issue does not exist or the caller may not see it,
    /// [`Error::OutcomeUnknown`] when the comment may be there all the same.
    pub async fn add_comment(
        &self,
        credential: &Credential,
        issue: &AdmittedIssue,
        markdown: &str,
        audience: CommentAudience,
    ) -> Result<Option<Comment>, Error> {
        let mut body = json!({ "body": rich_text(self.deployment().await?, markdown) });
        if audience == CommentAudience::Internal {
            // The property by which Jira Service Management knows internal comments, on both
            // deployments; it arrives with the comment, so that no customer sees it in between.
            let internal = json!({ "key": "sd.public.comment", "value": { "internal": true } });
            body["properties"] = json!([internal]);
        }
        let key = issue.key().as_str();
        let path = [
            "rest",
            "api",
            self.version().await?,
            "issue",
            key,
            "comment",
        ];
        let what = format!("issue {key}");
        let call = self.site.write(Method::POST, &path, &body, what);
        let comment: Option<wire::Comment> = call.acting_as(credential).fetch().await?;
        Ok(comment.map(Comment::from))
    }

    /// Markdown as it will read once Jira has it in its own markup, for who wants to see it before.
    ///
    /// # Errors
    /// As [`Jira::deployment`].
    pub async fn as_shown(&self, markdown: &str) -> Result<String, Error> {
        let written = rich_text(self.deployment().await?, markdown);
        let text = RichText::of_jira(written);
        Ok(text.map_or_else(String::new, |text| text.to_markdown()))
    }
}

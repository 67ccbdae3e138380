//! Confluence's nouns for what is said about a page: comments and their threads.
//! Jira's comments are in `issue`.

use super::paging::Total;
use super::time::Timestamp;
use super::user::User;
use crate::ids::CommentId;
use crate::markup::RichText;

/// A comment on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageComment {
    /// Its number, which a reply names.
    pub id: Option<CommentId>,
    /// The comment it replies to; none where it begins a thread.
    pub reply_to: Option<CommentId>,
    /// Who wrote it.
    pub author: Option<User>,
    /// When it was written; on Cloud, when its shown version was.
    pub when: Option<Timestamp>,
    /// Where it stands.
    pub location: CommentLocation,
    /// Text in storage format.
    pub body: Option<RichText>,
}

/// Where a comment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommentLocation {
    /// Below the page.
    Footer,
    /// At a place in the text.
    Inline {
        /// The words of the page it is about, as far as Confluence tells them.
        selection: Option<String>,
        /// What has become of it.
        resolution: Resolution,
    },
}

/// What has become of an inline comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Nothing yet, or it was opened again.
    Open,
    /// Somebody called it settled.
    Resolved,
    /// The words it was about are no longer on the page.
    Dangling,
}

/// A comment and what was replied to it.
#[derive(Debug, Clone, PartialEq)]
pub struct PageThread {
    /// The comment that begins it, and behind each comment its replies, the oldest first.
    pub comments: Vec<PageComment>,
    /// Whether there are replies that were not read.
    pub has_more: bool,
}

/// The newest threads of a page, or those behind them.
#[derive(Debug, Clone, PartialEq)]
pub struct PageThreads {
    /// The threads, those begun last first.
    pub threads: Vec<PageThread>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// Comments of the page, replies included; Cloud does not count, so it is known where all were read.
    pub total: Total,
}

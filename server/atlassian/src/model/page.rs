//! Confluence's nouns: pages, their comments and versions.
//! Rendering them as text is the caller's part.

use super::time::Timestamp;
use super::user::User;
use crate::ids::PageId;
use crate::markup::RichText;

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Number of the page.
    pub id: PageId,
    /// Title, unique within its space.
    pub title: String,
    /// The space it is in.
    pub space: Option<Space>,
    /// The version that was read.
    pub version: Option<PageVersion>,
    /// When the page was created.
    pub created: Option<Timestamp>,
    /// Content in storage format.
    pub body: Option<RichText>,
    /// Address for a browser.
    pub url: String,
}

/// A space as far as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Its key, as in `DOCS`.
    pub key: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// One version of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageVersion {
    /// Counted from 1.
    pub number: u64,
    /// When it was made.
    pub when: Option<Timestamp>,
    /// Who made it.
    pub author: Option<User>,
    /// What its author said about it.
    pub message: Option<String>,
}

/// A comment on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageComment {
    /// Id within the site.
    pub id: String,
    /// Who wrote it.
    pub author: Option<User>,
    /// When its shown version was written.
    pub when: Option<Timestamp>,
    /// Where it stands.
    pub location: CommentLocation,
    /// Text in storage format.
    pub body: Option<RichText>,
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentLocation {
    /// Below the page.
    Footer,
    /// At a place in the text.
    Inline,
}

/// The newest comments of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageCommentPage {
    /// The comments, newest first.
    pub comments: Vec<PageComment>,
    /// Whether there are older ones.
    pub has_more: bool,
}

//! Confluence's nouns: pages, their spaces and versions; comments are in `page_comment`.
//! Rendering them as text is the caller's part.

use super::time::Timestamp;
use super::user::User;
use crate::ids::PageId;
use crate::markup::RichText;

/// A page, or a blog post, which is a page in all but its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Number of the page.
    pub id: PageId,
    /// Which of the two it is.
    pub kind: PageKind,
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

/// Page or blog post; their numbers come from one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// In the tree of its space.
    Page,
    /// In the blog of its space.
    BlogPost,
}

/// A space as far as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Its key, as in `DOCS`.
    pub key: Option<String>,
    /// What people call it.
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

impl std::fmt::Display for PageVersion {
    /// As in `4 by Ana Sousa on 2026-09-14T08:31:12+00:00`, as far as it was told.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.number)?;
        if let Some(author) = &self.author {
            write!(f, " by {}", author.label())?;
        }
        match &self.when {
            Some(when) => write!(f, " on {when}"),
            None => Ok(()),
        }
    }
}

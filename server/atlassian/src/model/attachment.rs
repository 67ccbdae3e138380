//! Files that hang on issues and pages, as far as they are told without being opened.
//! Their bytes are fetched in `jira` and `confluence`.

use super::paging::Cursor;
use super::time::Timestamp;
use super::user::User;
use crate::ids::{ConfluenceAttachmentId, IssueKey, JiraAttachmentId, PageId};

/// What both services tell about a file. All of it is a claim: the name is whatever somebody called the
/// file, and the type was told by the program that uploaded it or guessed from the name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttachedFile {
    /// Its name, which several files may share.
    pub name: String,
    /// Media type, as in `text/plain`.
    pub media_type: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// When it was uploaded; in Confluence its current version.
    pub created: Option<Timestamp>,
    /// Who uploaded it; in Confluence its current version.
    pub author: Option<User>,
}

/// A file on an issue. Made only by reading, so that a limit to projects holds for its bytes, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its number.
    pub id: JiraAttachmentId,
    /// What it is.
    pub file: AttachedFile,
    /// The issue it was read with; `None` when it was read by its number.
    pub(crate) issue: Option<IssueKey>,
    /// Where Data Center says that its bytes are.
    pub(crate) content: Option<String>,
}

/// A file on a page or blog post. Made only by reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAttachment {
    /// Its id.
    pub id: ConfluenceAttachmentId,
    /// What it is.
    pub file: AttachedFile,
    /// The page it belongs to; `None` for the few files that belong to none, as the logo of a space.
    pub page: Option<PageId>,
    /// Number of its current version.
    pub version: Option<u64>,
    /// What was written when the version was uploaded.
    pub comment: Option<String>,
    /// Where Data Center says that its bytes are.
    pub(crate) download: Option<String>,
}

/// Some of the files of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAttachments {
    /// The files, in the order of Confluence.
    pub attachments: Vec<PageAttachment>,
    /// Where the list continues; `None` at its end.
    pub next: Option<Cursor>,
}

impl Attachment {
    /// The issue it was read with; `None` when it was read by its number, which names no issue.
    #[must_use]
    pub fn issue(&self) -> Option<&IssueKey> {
        self.issue.as_ref()
    }
}

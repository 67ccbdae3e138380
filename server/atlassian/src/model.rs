//! The nouns of both services as plain values, the same for Cloud and Data Center.
//! How they look on the wire is known to `jira` and `confluence`.
//!
//! Whatever Atlassian may leave out or send as `null` is an `Option` (B-35).

mod attachment;
mod draft;
mod issue;
mod page;
mod page_comment;
mod paging;
mod project;
mod quota;
mod screen;
mod search;
mod time;
mod transition;
mod user;

pub use attachment::{AttachedFile, Attachment, PageAttachment, PageAttachments};
pub use draft::{NewPage, NextVersion};
pub use issue::{
    Comment, CommentPage, Issue, IssueLink, IssuePage, LinkedIssue, RemoteLink, Status,
    StatusCategory, StatusChange, StatusHistory,
};
pub use page::{Page, PageKind, PageVersion, Space};
pub use page_comment::{CommentLocation, PageComment, PageThread, PageThreads, Resolution};
pub use paging::{Cursor, Total};
pub use project::{CreatedIssue, IssueType, Project, ProjectKind};
pub use quota::Quota;
pub use screen::{Field, Filled, Screen, ScreenProblem};
pub(crate) use screen::{FieldKind, rich_text};
pub use search::{SearchHit, SearchPage};
pub use time::Timestamp;
pub use transition::{NoTransition, Transition};
pub use user::User;

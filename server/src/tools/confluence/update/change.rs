//! The change a caller asks for, and what a page becomes by it.
//! How the content of a page is taken apart is in `atlassian::markup`.

use atlassian::markup::storage::edit;
use mcp::Failure;

use super::UpdateConfluencePage;
use crate::tools::confluence::naming::filled;

/// What to do with the content of a page.
#[derive(Debug)]
pub(super) struct Change<'a> {
    kind: Kind<'a>,
}

#[derive(Debug)]
enum Kind<'a> {
    /// Leave it as it is: only the title changes.
    Nothing,
    /// Put this in place of all of it.
    Whole,
    /// Put this in place of what stands below a heading.
    Section(&'a str),
}

//! Results of a Confluence search.
//! The query language is in `query`.

use super::paging::{Cursor, Total};
use super::time::Timestamp;

/// Something a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Content id; none for spaces and users.
    pub id: Option<String>,
    /// Title, without highlight marks.
    pub title: String,
    /// `page`, `blogpost`, `attachment`, `comment`, `space`, `user`, …
    pub kind: String,
    /// Key of its space.
    pub space_key: Option<String>,
    /// Name of its space.
    pub space_name: Option<String>,
    /// Text around the match, without highlight marks, on one line.
    pub excerpt: Option<String>,
    /// When it last changed (B-47).
    pub last_modified: Option<Timestamp>,
    /// Address for a browser.
    pub url: Option<String>,
}

/// One page of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPage {
    /// What was found, best first unless the query orders it.
    pub hits: Vec<SearchHit>,
    /// How many match.
    pub total: Total,
    /// Where the result continues; `None` at its end.
    pub next: Option<Cursor>,
}

impl SearchPage {
    /// What is found where nothing is within reach.
    pub(crate) fn nothing() -> Self {
        Self {
            hits: Vec::new(),
            total: Total::Exact(0),
            next: None,
        }
    }
}

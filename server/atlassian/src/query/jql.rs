//! JQL, the query language of Jira.
//! Which fields an answer has is not part of the query.

use std::fmt;

use super::limit::{NotLimited, limited};
use super::quote;
use crate::ids::ProjectKey;

/// A JQL query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jql(String);

/// Whether finished issues belong to the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncludeDone {
    /// All issues.
    Yes,
    /// Only those whose status is not in the category Done.
    No,
}

impl Jql {
    /// JQL as somebody wrote it; Jira judges it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A value as a JQL string literal.
    #[must_use]
    pub fn quote(value: &str) -> String {
        quote(value)
    }

    /// Issues assigned to the caller, highest priority first, then newest.
    ///
    /// "Done" is the status *category*: status names differ per workflow and language, and one
    /// that does not exist makes the whole query fail (B-41).
    #[must_use]
    pub fn assigned_to_me(done: IncludeDone) -> Self {
        let open = match done {
            IncludeDone::Yes => "",
            IncludeDone::No => " AND statusCategory != Done",
        };
        Self(format!(
            "assignee = currentUser(){open} ORDER BY priority DESC, created DESC"
        ))
    }

    /// The same query, for issues of these projects only.
    pub(crate) fn within<'a>(
        &self,
        projects: impl Iterator<Item = &'a ProjectKey>,
    ) -> Result<Self, NotLimited> {
        limited(&self.0, "project", projects.map(ProjectKey::as_str)).map(Self)
    }

    /// Issues that changed within seven days, newest first.
    #[must_use]
    pub fn recently_updated() -> Self {
        Self("updated >= -7d ORDER BY updated DESC".to_owned())
    }

    /// The query as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Jql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b_41_finished_issues_are_left_out_by_category() {
        assert_eq!(
            Jql::assigned_to_me(IncludeDone::No).as_str(),
            "assignee = currentUser() AND statusCategory != Done \
             ORDER BY priority DESC, created DESC"
        );
        assert_eq!(
            Jql::assigned_to_me(IncludeDone::Yes).as_str(),
            "assignee = currentUser() ORDER BY priority DESC, created DESC"
        );
    }
}

//! Projects of Jira and what can be created in them.
//! The fields to fill in are in `screen`.

use crate::ids::{IssueKey, ProjectKey};

/// A project, as one of several to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// What its issues' keys begin with.
    pub key: ProjectKey,
    /// What people call it.
    pub name: Option<String>,
}

/// Whether customers read along in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectKind {
    /// A project of Jira Service Management: its comments are public or internal.
    ServiceDesk,
    /// Any other.
    Other,
    /// Jira did not tell.
    Unknown,
}

/// A type of issue that can be created in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueType {
    /// Its id, the same whatever the language.
    pub id: String,
    /// Its name in the language of the account that asks.
    pub name: String,
    /// What it is called where nobody has translated it, if that is known.
    pub untranslated_name: Option<String>,
}

/// An issue that was just created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedIssue {
    /// Its key.
    pub key: IssueKey,
    /// Address for a browser.
    pub url: String,
}

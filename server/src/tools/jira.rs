//! Jira's tools.

pub(crate) mod issues;
pub(super) mod links;

//! Jira's tools.

pub(super) mod issues;

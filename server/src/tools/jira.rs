//! Jira's tools.

pub(super) mod comment;
pub(super) mod create;
pub(super) mod issues;
pub(super) mod transition;
mod writing;

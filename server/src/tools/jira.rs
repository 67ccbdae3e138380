//! Jira's tools.

pub(crate) mod attachment;
pub(super) mod comment;
pub(super) mod create;
pub(crate) mod issues;
pub(super) mod links;
pub(super) mod transition;
mod writing;

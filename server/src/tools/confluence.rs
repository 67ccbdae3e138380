//! Confluence's tools.

pub(super) mod comment;
mod content;
pub(super) mod create;
mod naming;
pub(super) mod pages;
mod receipt;
pub(super) mod search;
pub(super) mod update;

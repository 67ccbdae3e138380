//! Confluence's tools.

pub(super) mod ask;
pub(crate) mod attachment;
pub(super) mod comment;
mod content;
pub(super) mod create;
mod naming;
pub(crate) mod pages;
mod receipt;
pub(super) mod search;
pub(super) mod update;

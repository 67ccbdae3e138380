//! Confluence's tools.

pub(super) mod ask;
pub(crate) mod pages;
pub(super) mod search;

//! Confluence's tools.

pub(super) mod pages;
pub(super) mod search;

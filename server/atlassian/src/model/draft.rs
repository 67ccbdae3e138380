//! What a caller wants a page to become.
//! Content is storage format already; where it comes from is told in `markup`.

use super::page::Page;
use crate::ids::SpaceKey;

/// A page that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewPage<'a> {
    /// The space it is for.
    pub space: &'a SpaceKey,
    /// The page it is to stand below. Without one Cloud puts it below the home page of the space, Data
    /// Center beside it.
    pub parent: Option<&'a Page>,
    /// Its title, unique within the space.
    pub title: &'a str,
    /// Its content in storage format.
    pub storage: &'a str,
}

/// The next version of a page.
#[derive(Debug, Clone, Copy)]
pub struct NextVersion<'a> {
    /// Its title; Confluence wants it even where it stays the same.
    pub title: &'a str,
    /// Its whole content in storage format.
    pub storage: &'a str,
    /// What its author says about it.
    pub message: Option<&'a str>,
}

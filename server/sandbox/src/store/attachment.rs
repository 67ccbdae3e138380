//! Files that hang on issues and pages.
//! What is in them is made in `files`, how an API tells of them is elsewhere.

use serde::Deserialize;

use super::files::Content;
use crate::moment::Moment;

/// A file; on a page it has versions, of which the current one is kept.
#[derive(Clone, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: u64,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    pub(crate) by: Option<String>,
    pub(crate) at: Moment,
    #[serde(default = "first")]
    pub(crate) version: u32,
    #[serde(default)]
    pub(crate) comment: String,
    content: Content,
}

fn first() -> u32 {
    1
}

impl Attachment {
    /// The id as Confluence writes it.
    pub(crate) fn called(&self) -> String {
        format!("att{}", self.id)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.content.bytes()
    }
}

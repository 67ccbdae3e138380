//! A file on a page on the wire: v2 tells it flat, v1 as content like any other.
//! Its bytes are no JSON and are read in `confluence::attachments`.

use serde::Deserialize;
use serde_json::Value;

use super::{Links, v1, v2};
use crate::confluence::people::People;
use crate::ids::{ConfluenceAttachmentId, PageId};
use crate::model::{AttachedFile, PageAttachment, Timestamp};

/// What Cloud's v2 tells.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flat {
    id: ConfluenceAttachmentId,
    title: Option<String>,
    media_type: Option<String>,
    comment: Option<String>,
    file_size: Option<u64>,
    page_id: Option<PageId>,
    blog_post_id: Option<PageId>,
    custom_content_id: Option<PageId>,
    version: Option<v2::Version>,
}

/// What v1 tells.
#[derive(Deserialize)]
pub(crate) struct Content {
    id: ConfluenceAttachmentId,
    r#type: Option<String>,
    title: Option<String>,
    version: Option<v1::Version>,
    container: Option<Container>,
    metadata: Option<About>,
    extensions: Option<About>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

/// What a file belongs to: a space has a number, everything else an id in a text.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Container {
    id: Option<Value>,
    r#type: Option<String>,
}

/// Old versions tell the type of a file in `metadata` only.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct About {
    media_type: Option<String>,
    comment: Option<String>,
    file_size: Option<u64>,
}

impl Flat {
    pub(crate) fn author_id(&self) -> Option<&String> {
        self.version.as_ref()?.author_id.as_ref()
    }

    /// The file; `page` is where it was found, unless it says so itself.
    pub(crate) fn into_attachment(self, page: Option<&PageId>, people: &People) -> PageAttachment {
        let version = self.version.unwrap_or_default();
        let told = self
            .page_id
            .or(self.blog_post_id)
            .or(self.custom_content_id);
        PageAttachment {
            id: self.id,
            file: AttachedFile {
                name: self.title.unwrap_or_default(),
                media_type: filled(self.media_type),
                size: self.file_size,
                created: version.created_at.as_deref().and_then(Timestamp::parse),
                author: people.named(version.author_id),
            },
            page: told.or_else(|| page.cloned()),
            version: version.number,
            comment: filled(self.comment).or_else(|| filled(version.message)),
            download: None,
        }
    }
}

impl Content {
    /// Whether this is a file and not a page that was asked for by the same number.
    pub(crate) fn is_attachment(&self) -> bool {
        self.r#type
            .as_deref()
            .is_none_or(|kind| kind == "attachment")
    }

    /// The file; `page` is where it was found, unless it says so itself.
    pub(crate) fn into_attachment(self, page: Option<&PageId>) -> PageAttachment {
        let version = self.version.unwrap_or_default();
        let metadata = self.metadata.unwrap_or_default();
        let extensions = self.extensions.unwrap_or_default();
        let comment = filled(extensions.comment).or_else(|| filled(metadata.comment));
        PageAttachment {
            id: self.id,
            file: AttachedFile {
                name: self.title.unwrap_or_default(),
                media_type: filled(extensions.media_type).or_else(|| filled(metadata.media_type)),
                size: extensions.file_size.or(metadata.file_size),
                created: version.when.as_deref().and_then(Timestamp::parse),
                author: version.by.map(Into::into),
            },
            page: self
                .container
                .and_then(Container::into_page)
                .or_else(|| page.cloned()),
            version: version.number,
            comment: comment.or_else(|| filled(version.message)),
            download: self.links.and_then(|links| links.download),
        }
    }
}

impl Container {
    fn into_page(self) -> Option<PageId> {
        if self.r#type.as_deref() == Some("space") {
            return None;
        }
        let id = match self.id? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        PageId::parse(&id).ok()
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn b_35_a_file_of_which_little_is_told_is_still_a_file() {
        let flat = json!({
            "id": "att65590", "title": null, "mediaType": null, "comment": null, "fileSize": null,
            "pageId": null, "blogPostId": null, "version": null,
        });
        let content = json!({
            "id": "att65590", "type": null, "title": null, "version": null, "container": null,
            "metadata": null, "extensions": null, "_links": null,
        });
        let bare = json!({ "id": "65590" });
        let page = PageId::parse("65538").unwrap();
        for (flat, content) in [(flat, content), (bare.clone(), bare)] {
            let flat: Flat = serde_json::from_value(flat).unwrap();
            let content: Content = serde_json::from_value(content).unwrap();
            assert!(content.is_attachment());
            let flat = flat.into_attachment(Some(&page), &People::default());
            assert_eq!(flat, content.into_attachment(Some(&page)));
            assert_eq!(
                (flat.id.as_str(), flat.page),
                ("att65590", Some(page.clone()))
            );
            assert_eq!(flat.file, AttachedFile::default());
        }
    }

    #[test]
    fn a_file_of_a_space_belongs_to_no_page() {
        for (container, page) in [
            (json!({ "id": 98305, "type": "space" }), None),
            (json!({ "id": "65538", "type": "blogpost" }), Some("65538")),
            (json!({ "id": 65538 }), Some("65538")),
        ] {
            let content = json!({ "id": "att1", "container": container });
            let content: Content = serde_json::from_value(content).unwrap();
            let found = content.into_attachment(None).page;
            assert_eq!(found.as_ref().map(PageId::as_str), page);
        }
    }
}

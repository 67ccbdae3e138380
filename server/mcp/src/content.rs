//! What tools, prompts and resources are made of: text, images, audio, resources; not who gives them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// One block of what a tool answers or a prompt says (MCP schema, `ContentBlock`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// Text, in our answers Markdown.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Image(Media),
    /// A recording (from revision 2025-03-26 on).
    Audio(Media),
    /// A resource whose content comes along.
    Resource {
        /// The resource and its content.
        resource: ResourceContents,
    },
    /// A resource that can be read with `resources/read` (from revision 2025-06-18 on).
    ResourceLink(ResourceDescription),
}

/// Bytes of a media type, in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    data: String,
    mime_type: String,
}

/// The content of one resource (MCP schema, `TextResourceContents` and `BlobResourceContents`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceContents {
    uri: String,
    mime_type: String,
    #[serde(flatten)]
    body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Body {
    Text(String),
    /// Base64.
    Blob(String),
}

/// A resource as `resources/list` shows it (MCP schema, `Resource`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDescription {
    /// What `resources/read` takes.
    pub uri: String,
    /// The name a program shows.
    pub name: String,
    /// What it holds, for a model.
    pub description: String,
    /// The media type of its content.
    pub mime_type: String,
}

impl Content {
    /// A block of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// A picture, of a media type such as `image/png`.
    pub fn image(bytes: &[u8], mime_type: impl Into<String>) -> Self {
        Self::Image(Media::new(bytes, mime_type))
    }

    /// A recording, of a media type such as `audio/wav`.
    pub fn audio(bytes: &[u8], mime_type: impl Into<String>) -> Self {
        Self::Audio(Media::new(bytes, mime_type))
    }

    /// A resource with its content.
    #[must_use]
    pub fn resource(resource: ResourceContents) -> Self {
        Self::Resource { resource }
    }
}

impl Media {
    fn new(bytes: &[u8], mime_type: impl Into<String>) -> Self {
        Self {
            data: STANDARD.encode(bytes),
            mime_type: mime_type.into(),
        }
    }
}

impl ResourceContents {
    /// Content that is text.
    pub fn text(
        uri: impl Into<String>,
        mime_type: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            uri: uri.into(),
            mime_type: mime_type.into(),
            body: Body::Text(text.into()),
        }
    }

    /// Content that is bytes.
    pub fn bytes(uri: impl Into<String>, mime_type: impl Into<String>, bytes: &[u8]) -> Self {
        Self {
            uri: uri.into(),
            mime_type: mime_type.into(),
            body: Body::Blob(STANDARD.encode(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_content_is_written_as_the_schema_has_it() {
        let link = ResourceDescription {
            uri: "a:b".to_owned(),
            name: "b".to_owned(),
            description: "B.".to_owned(),
            mime_type: "text/plain".to_owned(),
        };
        for (content, expected) in [
            (Content::text("a"), json!({"type": "text", "text": "a"})),
            (
                Content::image(b"\x01", "image/png"),
                json!({"type": "image", "data": "AQ==", "mimeType": "image/png"}),
            ),
            (
                Content::audio(b"\x01", "audio/wav"),
                json!({"type": "audio", "data": "AQ==", "mimeType": "audio/wav"}),
            ),
            (
                Content::resource(ResourceContents::text("a:b", "text/plain", "t")),
                json!({"type": "resource",
                    "resource": {"uri": "a:b", "mimeType": "text/plain", "text": "t"}}),
            ),
            (
                Content::resource(ResourceContents::bytes("a:b", "x/y", b"\x01")),
                json!({"type": "resource",
                    "resource": {"uri": "a:b", "mimeType": "x/y", "blob": "AQ=="}}),
            ),
            (
                Content::ResourceLink(link),
                json!({"type": "resource_link", "uri": "a:b", "name": "b",
                    "description": "B.", "mimeType": "text/plain"}),
            ),
        ] {
            assert_eq!(serde_json::to_value(content).unwrap(), expected);
        }
    }
}

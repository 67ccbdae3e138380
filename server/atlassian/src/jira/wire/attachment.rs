//! A file on an issue on the wire, where every member but its number may be missing or null.
//! Its bytes are no JSON and are read in `jira::attachments`.

use serde::Deserialize;
use serde_json::Value;

use super::{User, time};
use crate::ids::{IssueKey, JiraAttachmentId};
use crate::model::{self, AttachedFile};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::jira) struct Attachment {
    /// Text in an issue, a number where Data Center tells a single file.
    id: Option<Value>,
    filename: Option<String>,
    author: Option<User>,
    created: Option<String>,
    size: Option<u64>,
    mime_type: Option<String>,
    content: Option<String>,
}

impl Attachment {
    /// The file; nothing without a number, by which alone it can be asked for.
    pub(in crate::jira) fn into_attachment(
        self,
        issue: Option<&IssueKey>,
    ) -> Option<model::Attachment> {
        let id = match self.id? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Some(model::Attachment {
            id: JiraAttachmentId::parse(&id).ok()?,
            file: AttachedFile {
                name: self.filename.unwrap_or_default(),
                media_type: self.mime_type.filter(|kind| !kind.is_empty()),
                size: self.size,
                created: time(self.created),
                author: self.author.map(Into::into),
            },
            issue: issue.cloned(),
            content: self.content,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: Value) -> Option<model::Attachment> {
        let wire: Attachment = serde_json::from_value(json).unwrap();
        wire.into_attachment(None)
    }

    #[test]
    fn b_35_a_file_of_which_little_is_told_is_still_a_file() {
        for id in [json!("10042"), json!(10042)] {
            let nulls = json!({
                "id": id, "filename": null, "author": null, "created": null, "size": null,
                "mimeType": null, "content": null, "thumbnail": null,
            });
            for told in [nulls, json!({ "id": id })] {
                let found = read(told).unwrap();
                assert_eq!(found.id.as_str(), "10042");
                assert_eq!(found.file, AttachedFile::default());
            }
        }
        for told in [json!({}), json!({ "id": null }), json!({ "id": "../1" })] {
            assert_eq!(read(told), None);
        }
    }
}

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
    /// Told in an issue only: of a single file Cloud tells it as a number, Data Center not at all.
    id: Option<Value>,
    filename: Option<String>,
    author: Option<User>,
    created: Option<String>,
    size: Option<u64>,
    mime_type: Option<String>,
    content: Option<String>,
}

impl Attachment {
    /// The file of an issue; nothing without a number, by which alone it can be asked for.
    pub(in crate::jira) fn on(self, issue: &IssueKey) -> Option<model::Attachment> {
        let id = JiraAttachmentId::parse(self.id.as_ref()?.as_str()?).ok()?;
        let issue = Some(issue.clone());
        Some(model::Attachment {
            issue,
            ..self.numbered(&id)
        })
    }

    /// The file that was asked for by its number.
    pub(in crate::jira) fn numbered(self, id: &JiraAttachmentId) -> model::Attachment {
        model::Attachment {
            id: id.clone(),
            file: AttachedFile {
                name: self.filename.unwrap_or_default(),
                media_type: self.mime_type.filter(|kind| !kind.is_empty()),
                size: self.size,
                created: time(self.created),
                author: self.author.map(Into::into),
            },
            issue: None,
            content: self.content,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: Value) -> Option<model::Attachment> {
        let wire: Attachment = serde_json::from_value(json).unwrap();
        wire.on(&IssueKey::parse("DEMO-1").unwrap())
    }

    #[test]
    fn b_35_a_file_of_which_little_is_told_is_still_a_file() {
        let nulls = json!({
            "id": "10042", "filename": null, "author": null, "created": null, "size": null,
            "mimeType": null, "content": null, "thumbnail": null,
        });
        for told in [nulls, json!({ "id": "10042" })] {
            let found = read(told).unwrap();
            assert_eq!(found.id.as_str(), "10042");
            assert_eq!(found.file, AttachedFile::default());
        }
        for told in [json!({}), json!({ "id": null }), json!({ "id": "../1" })] {
            assert_eq!(read(told), None);
        }
    }

    #[test]
    fn a_file_that_was_asked_for_by_its_number_need_not_repeat_it() {
        let id = JiraAttachmentId::parse("10042").unwrap();
        for told in [json!({}), json!({ "id": 10042 })] {
            let wire: Attachment = serde_json::from_value(told).unwrap();
            assert_eq!(wire.numbered(&id).id, id);
        }
    }
}

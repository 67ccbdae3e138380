//! What a tool call is about: the keys and ids among its arguments, and never a text.

use atlassian::ids::{ConfluenceAttachmentId, IssueKey, PageId, ProjectKey, SpaceKey};
use serde_json::{Map, Value};

/// The most ids that are named of one argument that takes several.
const MOST: usize = 10;

/// `issue_key=DEMO-1`, or several of the kind; `None` when no argument is a key or an id.
///
/// Arguments are known by how their names end (`_key`, `_id`, and their plurals), so that a new tool
/// needs no entry here; what does not look like a key or an id is left out whatever its name.
pub(super) fn of(arguments: &Map<String, Value>) -> Option<String> {
    let named: Vec<_> = arguments
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", ids(name, value)?)))
        .collect();
    (!named.is_empty()).then(|| named.join(" "))
}

fn ids(name: &str, value: &Value) -> Option<String> {
    let read = match name.rsplit('_').next()? {
        "key" | "keys" => key,
        "id" | "ids" => id,
        _ => return None,
    };
    let ids: Vec<_> = match value {
        Value::Array(values) => values.iter().take(MOST).filter_map(read).collect(),
        value => read(value).into_iter().collect(),
    };
    (!ids.is_empty()).then(|| ids.join(","))
}

fn key(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| text.len() <= 64)?;
    let issue = || Some(IssueKey::parse(text).ok()?.as_str().to_owned());
    let project = || Some(ProjectKey::parse(text).ok()?.as_str().to_owned());
    let space = || Some(SpaceKey::parse(text).ok()?.as_str().to_owned());
    issue().or_else(project).or_else(space)
}

fn id(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.as_u64()?.to_string()),
        value => number_or_attachment(value.as_str()?),
    }
}

/// The id of a file on a page begins with `att`; all others are digits.
fn number_or_attachment(text: &str) -> Option<String> {
    let number = || Some(PageId::parse(text).ok()?.as_str().to_owned());
    let attachment = || {
        Some(
            ConfluenceAttachmentId::parse(text)
                .ok()?
                .as_str()
                .to_owned(),
        )
    };
    number().or_else(attachment)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(arguments: &Value) -> Option<String> {
        of(arguments.as_object().unwrap())
    }

    #[test]
    fn keys_and_ids_are_named_with_their_arguments() {
        for (arguments, expected) in [
            (json!({"issue_key": "demo-1"}), "issue_key=DEMO-1"),
            (json!({"page_id": "65538", "body": "x"}), "page_id=65538"),
            (json!({"page_id": 65538}), "page_id=65538"),
            (json!({"attachment_id": "att7"}), "attachment_id=att7"),
            (json!({"space_key": "~ana", "title": "x"}), "space_key=~ana"),
            (json!({"issue_keys": ["A-1", "A-2"]}), "issue_keys=A-1,A-2"),
            (
                json!({"issue_key": "A-1", "comment_id": "7"}),
                "issue_key=A-1 comment_id=7",
            ),
        ] {
            assert_eq!(object(&arguments).as_deref(), Some(expected));
        }
    }

    #[test]
    fn no_text_is_named_whatever_the_argument_is_called() {
        for arguments in [
            json!({}),
            json!({"query": "DEMO-1"}),
            json!({"issue_key": "a sentence of the page"}),
            json!({"issue_key": "x".repeat(65)}),
            json!({"page_id": "s3cret-token", "comment_id": null}),
            json!({"issue_keys": [["A-1"], {"a": 1}]}),
        ] {
            assert_eq!(object(&arguments), None, "{arguments}");
        }
    }
}

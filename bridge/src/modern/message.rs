//! Whether a message is of this era, and the members of it that headers repeat.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::{Envelope, Id, Message, RequestId};

/// What a text without which there is no message of the era contains. JSON may escape the slashes of
/// the names, so these are the parts between them.
const MARKS: [&str; 2] = ["modelcontextprotocol", "discover"];

/// A message of the era.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Modern {
    /// The revision it names; only a `server/discover` without metadata has none.
    pub(super) version: Option<String>,
    pub(super) method: String,
    /// `params.name` or `params.uri`, for the methods whose headers repeat it.
    pub(super) name: Option<String>,
    /// `params.arguments` of `tools/call`, as JSON.
    pub(super) arguments: Option<Box<str>>,
}

#[derive(Debug, Default, Deserialize)]
struct Params<'a> {
    #[serde(borrow, rename = "_meta")]
    meta: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    uri: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

/// What every request of the era has in `params._meta` (2026-07-28, "Protocol Version Header").
#[derive(Debug, Deserialize)]
struct Meta {
    #[serde(rename = "io.modelcontextprotocol/protocolVersion")]
    version: String,
}

impl Modern {
    /// Reads one message; `None` when it is of another era, or no message.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        // The usual message of the other eras is told by one pass over its bytes.
        if !MARKS.iter().any(|mark| contains(bytes, mark)) {
            return None;
        }
        let Ok(Message::Single(raw)) = Message::parse(bytes) else {
            return None;
        };
        let envelope = Envelope::parse(raw).ok()?;
        let method = envelope.method_name()?.to_owned();
        let params: Params<'_> = envelope
            .params
            .and_then(|params| serde_json::from_str(params.get()).ok())
            .unwrap_or_default();
        let meta = params
            .meta
            .filter(|meta| contains(meta.get().as_bytes(), MARKS[0]));
        let version = meta.and_then(|meta| serde_json::from_str::<Meta>(meta.get()).ok());
        if version.is_none() && method != "server/discover" {
            return None;
        }
        let name = match method.as_str() {
            "tools/call" | "prompts/get" => params.name,
            "resources/read" => params.uri,
            _ => None,
        };
        Some(Self {
            version: version.map(|meta| meta.version),
            name: name.and_then(|name| serde_json::from_str(name.get()).ok()),
            arguments: params
                .arguments
                .filter(|_| method == "tools/call")
                .map(|arguments| arguments.get().into()),
            method,
        })
    }
}

pub(super) fn contains(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

/// A message under another id, all its other bytes as they are; `None` when it has no id.
pub(crate) fn renamed(message: &Bytes, id: &RequestId) -> Option<Bytes> {
    let Ok(Message::Single(raw)) = Message::parse(message) else {
        return None;
    };
    let (Id::String(old) | Id::Number(old)) = Envelope::parse(raw).ok()?.id else {
        return None;
    };
    let start = offset(message, old);
    let (before, rest) = message.split_at(start);
    let behind = &rest[old.get().len()..];
    Some([before, id.as_json().as_bytes(), behind].concat().into())
}

/// Where a part begins in the bytes it was read from.
pub(super) fn offset(whole: &Bytes, part: &RawValue) -> usize {
    part.get().as_ptr().addr() - whole.as_ptr().addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, params: &str) -> Option<Modern> {
        let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
        Modern::read(text.as_bytes())
    }

    fn with_meta(rest: &str) -> String {
        let meta = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
        format!(r#"{{"_meta":{meta}{rest}}}"#)
    }

    #[test]
    fn the_metadata_or_the_probe_make_a_message_one_of_the_era() {
        let list = read("tools/list", &with_meta("")).unwrap();
        assert_eq!(list.version.as_deref(), Some("2026-07-28"));
        let escaped = with_meta("").replace('/', r"\/");
        assert_eq!(read("tools/list", &escaped), Some(list));
        let probe = read(r"server\/discover", "{}").unwrap();
        assert_eq!(
            (probe.version, probe.method.as_str()),
            (None, "server/discover")
        );
    }

    #[test]
    fn messages_of_other_eras_and_nonsense_are_not_of_it() {
        for params in [
            "{}",
            r#"{"_meta":{"progressToken":1}}"#,
            r#"{"_meta":{"io.modelcontextprotocol/protocolVersion":7}}"#,
            r#"{"_meta":"io.modelcontextprotocol/protocolVersion"}"#,
            r#"{"arguments":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
        ] {
            assert_eq!(read("tools/call", params), None, "{params}");
        }
        assert_eq!(Modern::read(b"modelcontextprotocol"), None);
        assert_eq!(Modern::read(br#"[{"method":"server/discover"}]"#), None);
        let response = br#"{"jsonrpc":"2.0","id":1,"result":{"modelcontextprotocol":1}}"#;
        assert_eq!(Modern::read(response), None);
    }

    #[test]
    fn each_method_names_what_it_is_about_where_the_revision_says() {
        let name = |method: &str| {
            let params = with_meta(r#","name":"n\u0041","uri":"file:///u","arguments":{"a":1}"#);
            let message = read(method, &params).unwrap();
            (message.name, message.arguments.is_some())
        };
        assert_eq!(name("tools/call"), (Some("nA".to_owned()), true));
        assert_eq!(name("prompts/get"), (Some("nA".to_owned()), false));
        assert_eq!(
            name("resources/read"),
            (Some("file:///u".to_owned()), false)
        );
        assert_eq!(name("tools/list"), (None, false));
        let number = read("tools/call", &with_meta(r#","name":7"#)).unwrap();
        assert_eq!(number.name, None);
    }

    #[test]
    fn another_id_takes_the_place_of_the_first_and_nothing_else_changes() {
        let id = RequestId::from(7);
        let renamed = |text: &'static str| {
            let renamed = renamed(&Bytes::from(text), &id)?;
            Some(String::from_utf8(renamed.to_vec()).unwrap())
        };
        assert_eq!(
            renamed(r#" {"a":{"id":1}, "id" : "x\u0041" ,"z":1.0}"#).as_deref(),
            Some(r#" {"a":{"id":1}, "id" : 7 ,"z":1.0}"#)
        );
        assert_eq!(renamed(r#"{"id":null}"#), None);
        assert_eq!(renamed(r#"[{"id":1}]"#), None);
    }
}

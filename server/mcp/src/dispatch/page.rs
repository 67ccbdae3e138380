//! Lists in pages. A cursor is opaque to clients, and good for the list it came with only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use shared::jsonrpc::{ErrorCode, ErrorObject};

use super::Dispatcher;
use super::outcome::{Freshness, Outcome};
use super::params::{ListParams, parse_optional};

/// The page that a request for a list asks for; `member` is the list's name in the result.
pub(super) fn outcome<A>(
    dispatcher: &Dispatcher<A>,
    (method, member): (&str, &str),
    params: Option<&RawValue>,
    items: &[impl Serialize],
) -> Result<Outcome, ErrorObject> {
    let ListParams { cursor } = parse_optional(method, params)?;
    let start = match cursor {
        None => 0,
        Some(cursor) => start(method, &cursor, items.len()).ok_or_else(|| {
            let message = format!("{method}: unknown cursor; ask for the list from its beginning");
            ErrorObject::new(ErrorCode::INVALID_PARAMS, message)
        })?,
    };
    let end = start
        .saturating_add(dispatcher.page_size.get())
        .min(items.len());
    let page = Page {
        member,
        items: &items[start..end],
        next: (end < items.len()).then(|| cursor_of(method, end)),
    };
    Ok(Outcome::of(&page)?.with_freshness(Freshness::LIST))
}

fn cursor_of(method: &str, start: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{method} {start}"))
}

fn start(method: &str, cursor: &str, length: usize) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (of, start) = text.split_once(' ')?;
    let start = start.parse().ok()?;
    // The list may have become shorter since.
    (of == method && start <= length).then_some(start)
}

struct Page<'a, T> {
    member: &'a str,
    items: &'a [T],
    next: Option<String>,
}

impl<T: Serialize> Serialize for Page<'_, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry(self.member, self.items)?;
        if let Some(next) = &self.next {
            members.serialize_entry("nextCursor", next)?;
        }
        members.end()
    }
}

/// `data` of an error that names one thing.
pub(super) fn naming(member: &str, value: &str) -> Value {
    let mut data = Map::new();
    data.insert(member.to_owned(), json!(value));
    Value::Object(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_its_place_in_its_list_only() {
        let cursor = cursor_of("tools/list", 7);
        assert_eq!(start("tools/list", &cursor, 7), Some(7));
        assert_eq!(start("tools/list", &cursor, 6), None);
        assert_eq!(start("prompts/list", &cursor, 7), None);
        for nonsense in ["", "7", "tools/list 7", "%%", "AAAA"] {
            assert_eq!(start("tools/list", nonsense, 7), None, "{nonsense}");
        }
    }
}

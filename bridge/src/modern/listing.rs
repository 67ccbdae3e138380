//! A list of tools on its way to the host: what it teaches, and the one thing the bridge ever takes
//! out of a payload.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::annotations::{ANNOTATION, Mirrored, read};
use super::message::{contains, offset};

/// Which arguments of which tool are repeated in headers.
#[derive(Debug, Default)]
pub(super) struct Schemas(HashMap<String, Vec<Mirrored>>);

impl Schemas {
    pub(super) fn of_tool(&self, name: &str) -> &[Mirrored] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    tools: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default, rename = "inputSchema")]
    schema: Value,
}

/// Learns from a list and returns the answer without the tools whose annotations break the rules
/// (2026-07-28, "Schema Extension": clients must leave them out). `result` is a part of `answer`.
pub(super) fn pass(answer: &Bytes, result: &RawValue, schemas: &mut Schemas) -> Bytes {
    // A list without annotations may still take back what an older one taught.
    if !contains(answer, ANNOTATION) && schemas.0.is_empty() {
        return answer.clone();
    }
    let Ok(List { tools }) = serde_json::from_str(result.get()) else {
        return answer.clone();
    };
    let may_pass: Vec<_> = tools.iter().map(|tool| learn(tool, schemas)).collect();
    if may_pass.iter().all(|may| *may) {
        return answer.clone();
    }
    without(answer, &tools, &may_pass)
}

/// Whether a tool may be offered.
fn learn(tool: &RawValue, schemas: &mut Schemas) -> bool {
    // What is no tool is the host's to judge.
    let Ok(tool) = serde_json::from_str::<Tool>(tool.get()) else {
        return true;
    };
    match read(&tool.schema) {
        Ok(mirrored) if mirrored.is_empty() => {
            schemas.0.remove(&tool.name);
            true
        }
        Ok(mirrored) => {
            schemas.0.insert(tool.name, mirrored);
            true
        }
        Err(why) => {
            schemas.0.remove(&tool.name);
            tracing::warn!(tool = tool.name, %why, "a tool of the server is left out of its list");
            false
        }
    }
}

/// Cuts elements out of the array they stand in, each with the comma next to it.
fn without(whole: &Bytes, elements: &[&RawValue], stay: &[bool]) -> Bytes {
    let start = |index: usize| offset(whole, elements[index]);
    let end = |index: usize| start(index) + elements[index].get().len();
    let last = elements.len() - 1;
    let last_to_stay = stay.iter().rposition(|stays| *stays);
    let mut rest = BytesMut::with_capacity(whole.len());
    rest.extend_from_slice(&whole[..start(0)]);
    for index in (0..=last).filter(|index| stay[*index]) {
        let until = if Some(index) == last_to_stay {
            end(index)
        } else {
            start(index + 1)
        };
        rest.extend_from_slice(&whole[start(index)..until]);
    }
    rest.extend_from_slice(&whole[end(last)..]);
    rest.freeze()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn passed(answer: &str, schemas: &mut Schemas) -> String {
        #[derive(Deserialize)]
        struct Answer<'a> {
            #[serde(borrow)]
            result: &'a RawValue,
        }
        let answer = Bytes::copy_from_slice(answer.as_bytes());
        let parsed: Answer<'_> = serde_json::from_slice(&answer).unwrap();
        let passed = pass(&answer, parsed.result, schemas);
        String::from_utf8(passed.to_vec()).unwrap()
    }

    const GOOD: &str = r#"{"name":"good", "inputSchema":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}}"#;
    const BAD: &str =
        r#"{"name":"bad","inputSchema":{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}}"#;

    #[test]
    fn tools_with_broken_annotations_are_cut_out_and_all_other_bytes_stay() {
        let frame = |tools: &str| {
            format!(
                r#"{{ "id":1,"result":{{"big":1.0,"tools":[ {tools} ],"z":1E5,"z":2}},"jsonrpc":"2.0"}}"#
            )
        };
        let plain = r#"{"name":"plain","inputSchema":{}}"#;
        for (tools, rest) in [
            (
                format!("{GOOD} , {BAD} ,\n{plain}"),
                format!("{GOOD} , {plain}"),
            ),
            (format!("{BAD}, {GOOD}"), GOOD.to_owned()),
            (format!("{GOOD}, {BAD} ,{BAD}"), GOOD.to_owned()),
            (BAD.to_owned(), String::new()),
            (format!("{GOOD},7 , {plain}"), format!("{GOOD},7 , {plain}")),
        ] {
            let passed = passed(&frame(&tools), &mut Schemas::default());
            assert_eq!(passed, frame(&rest));
        }
    }

    #[test]
    fn a_later_list_replaces_what_an_earlier_one_taught() {
        let mut schemas = Schemas::default();
        let list = |tool: &str| format!(r#"{{"result":{{"tools":[{tool}]}}}}"#);
        passed(&list(GOOD), &mut schemas);
        assert_eq!(schemas.of_tool("good").len(), 1);
        passed(&list(r#"{"name":"good","inputSchema":{}}"#), &mut schemas);
        assert_eq!(schemas.of_tool("good"), []);
    }

    #[test]
    fn what_is_no_list_passes() {
        for answer in [
            r#"{"result":"x-mcp-header"}"#,
            r#"{"result":{"tools":"x-mcp-header"}}"#,
            r#"{"result":{"tools":[]},"x-mcp-header":1}"#,
        ] {
            assert_eq!(passed(answer, &mut Schemas::default()), answer);
        }
    }

    proptest! {
        #[test]
        fn exactly_the_broken_ones_are_missing(kinds in proptest::collection::vec(0usize..3, 0..6)) {
            let tools = [GOOD, BAD, r#"{"name":"plain","x":[1,2]}"#];
            let list: Vec<_> = kinds.iter().map(|kind| tools[*kind]).collect();
            let answer = format!(r#"{{"result":{{"tools":[{}]}}}}"#, list.join(" ,\t"));
            let passed = passed(&answer, &mut Schemas::default());
            let passed: Value = serde_json::from_str(&passed).unwrap();
            let expected: Vec<Value> = kinds
                .iter()
                .filter(|kind| **kind != 1)
                .map(|kind| serde_json::from_str(tools[*kind]).unwrap())
                .collect();
            prop_assert_eq!(&passed["result"]["tools"], &json!(expected));
        }
    }
}

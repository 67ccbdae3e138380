//! `x-mcp-header` in the input schema of a tool (2026-07-28, "Schema Extension"): which arguments are
//! repeated in headers, or why the tool may not be offered.

use http::HeaderName;
use serde_json::{Map, Value};

pub(super) const ANNOTATION: &str = "x-mcp-header";

/// An argument that is repeated in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mirrored {
    /// The names of the properties that lead to it.
    pub(super) path: Vec<String>,
    pub(super) header: HeaderName,
}

/// Why a schema breaks the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("an x-mcp-header is not a string")]
    NotText,
    #[error("an x-mcp-header is not the name of a header")]
    NotAName,
    #[error("two x-mcp-header have the same name")]
    Repeated,
    #[error("an x-mcp-header is on something that is neither string, integer nor boolean")]
    NotPrimitive,
    #[error("an x-mcp-header is on something that `properties` alone do not lead to")]
    NotReachable,
}

/// Reads the annotations of one input schema.
pub(super) fn read(schema: &Value) -> Result<Vec<Mirrored>, Unusable> {
    let mut found = Vec::new();
    let root = Vec::new();
    walk(schema, Some(&root), &mut found)?;
    Ok(found)
}

/// `path`: the properties that lead here; `None` beyond anything else.
fn walk(
    schema: &Value,
    path: Option<&Vec<String>>,
    found: &mut Vec<Mirrored>,
) -> Result<(), Unusable> {
    let Value::Object(schema) = schema else {
        return Ok(());
    };
    for (keyword, value) in schema {
        match (keyword.as_str(), value) {
            (ANNOTATION, name) => note(schema, name, path, found)?,
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    let path = path.map(|path| [&path[..], std::slice::from_ref(name)].concat());
                    walk(property, path.as_ref(), found)?;
                }
            }
            // Names and schemas, the names being free.
            (
                "patternProperties" | "$defs" | "definitions" | "dependentSchemas",
                Value::Object(schemas),
            ) => {
                for schema in schemas.values() {
                    walk(schema, None, found)?;
                }
            }
            // Values, not schemas.
            ("const" | "enum" | "default" | "examples", _) => {}
            (_, Value::Array(schemas)) => {
                for schema in schemas {
                    walk(schema, None, found)?;
                }
            }
            (_, schema) => walk(schema, None, found)?,
        }
    }
    Ok(())
}

fn note(
    schema: &Map<String, Value>,
    name: &Value,
    path: Option<&Vec<String>>,
    found: &mut Vec<Mirrored>,
) -> Result<(), Unusable> {
    let name = name.as_str().ok_or(Unusable::NotText)?;
    let path = path
        .filter(|path| !path.is_empty())
        .ok_or(Unusable::NotReachable)?;
    if !schema.get("type").is_some_and(is_primitive) {
        return Err(Unusable::NotPrimitive);
    }
    if name.is_empty() {
        return Err(Unusable::NotAName);
    }
    let header = HeaderName::from_bytes(format!("mcp-param-{name}").as_bytes())
        .map_err(|_| Unusable::NotAName)?;
    // Names of headers are in lower case here, so that case makes no difference.
    if found.iter().any(|other| other.header == header) {
        return Err(Unusable::Repeated);
    }
    found.push(Mirrored {
        path: path.clone(),
        header,
    });
    Ok(())
}

/// One of the three types, which may be optional by way of `null`.
fn is_primitive(kind: &Value) -> bool {
    let is_one = |kind: &Value| matches!(kind.as_str(), Some("string" | "integer" | "boolean"));
    match kind {
        Value::Array(kinds) => {
            let is_null = |kind: &Value| kind == "null";
            kinds.iter().any(is_one) && kinds.iter().all(|kind| is_one(kind) || is_null(kind))
        }
        kind => is_one(kind),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(schema: &Value) -> Result<Vec<(String, String)>, Unusable> {
        let pair = |mirrored: Mirrored| (mirrored.path.join("/"), mirrored.header.to_string());
        Ok(read(schema)?.into_iter().map(pair).collect())
    }

    #[test]
    fn annotations_on_properties_of_properties_are_found() {
        let schema = json!({"type":"object","properties":{
            "region":{"type":"string","x-mcp-header":"Region"},
            "deep":{"type":"object","properties":{"flag":{"type":["boolean","null"],"x-mcp-header":"Flag"}}},
            "x-mcp-header":{"type":"number"},
            "data":{"type":"object","default":{"x-mcp-header":"a value"}}}});
        let expected = [
            ("region", "mcp-param-region"),
            ("deep/flag", "mcp-param-flag"),
        ];
        let expected = expected.map(|(path, name)| (path.to_owned(), name.to_owned()));
        assert_eq!(headers(&schema), Ok(expected.to_vec()));
        assert_eq!(headers(&json!(true)), Ok(vec![]));
    }

    #[test]
    fn names_that_are_no_header_and_types_that_are_no_text_are_refused() {
        let one = |kind: Value, name: Value| {
            headers(&json!({"properties":{"a":{"type":kind,"x-mcp-header":name}}})).unwrap_err()
        };
        for name in ["", "a b", "a:b", "é", "a\u{7}", "a\r\nb"] {
            assert_eq!(
                one(json!("string"), json!(name)),
                Unusable::NotAName,
                "{name:?}"
            );
        }
        assert_eq!(one(json!("string"), json!(7)), Unusable::NotText);
        for kind in [
            json!("number"),
            json!("object"),
            json!("array"),
            json!("null"),
            json!(["null"]),
            json!(null),
        ] {
            assert_eq!(one(kind, json!("A")), Unusable::NotPrimitive);
        }
        let twice = json!({"properties":{
            "a":{"type":"string","x-mcp-header":"Same"},"b":{"type":"string","x-mcp-header":"sAME"}}});
        assert_eq!(headers(&twice), Err(Unusable::Repeated));
    }

    #[test]
    fn only_a_chain_of_properties_leads_to_an_annotation() {
        let annotated = json!({"type":"string","x-mcp-header":"A"});
        for schema in [
            annotated.clone(),
            json!({"items":annotated}),
            json!({"properties":{"list":{"type":"array","items":annotated}}}),
            json!({"anyOf":[{"properties":{"a":annotated}}]}),
            json!({"not":{"properties":{"a":annotated}}}),
            json!({"if":{"properties":{"a":annotated}}}),
            json!({"$defs":{"a":annotated}}),
            json!({"additionalProperties":annotated}),
            json!({"properties":{"a":{"oneOf":[annotated]}}}),
        ] {
            assert_eq!(headers(&schema), Err(Unusable::NotReachable), "{schema}");
        }
    }
}

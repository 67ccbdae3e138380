//! The schemas of a tool, in the plain form that every model gateway accepts.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// Describes a struct of arguments: one flat object, nothing referenced, no `null` among the types,
/// no top-level alternatives (several gateways refuse those, fault B-26).
pub(super) fn of_arguments<T: JsonSchema>() -> Value {
    let mut schema = inlined::<T>(SchemaSettings::draft2020_12());
    simplify(&mut schema);
    schema
}

/// Describes a struct that a tool gives back as its structured answer. What may be null says so.
#[must_use]
pub fn of_output<T: JsonSchema>() -> Value {
    inlined::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn inlined<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let settings = settings.with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = Schema::to_value(schema);
    if let Value::Object(root) = &mut schema {
        root.remove("title");
        root.remove("description");
        root.entry("properties").or_insert_with(|| json!({}));
    }
    drop_formats(&mut schema);
    schema
}

/// Formats such as `uint64` are Rust's: they say nothing to a model, and validators of clients warn of them
/// with every list. A property may have that name, too, and is an object.
fn drop_formats(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("format").is_some_and(Value::is_string) {
                members.shift_remove("format");
            }
            members.values_mut().for_each(drop_formats);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_formats),
        _ => {}
    }
}

/// Optional arguments are left out, not sent as null.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            drop_null_type(members);
            drop_null_default(members);
            members.values_mut().for_each(simplify);
        }
        Value::Array(elements) => elements.iter_mut().for_each(simplify),
        _ => {}
    }
}

fn drop_null_type(members: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = members.get_mut("type") else {
        return;
    };
    types.retain(|name| name != "null");
    if let [single] = &types[..] {
        let single = single.clone();
        members.insert("type".to_owned(), single);
    }
}

fn drop_null_default(members: &mut Map<String, Value>) {
    if members.get("default").is_some_and(Value::is_null) {
        members.remove("default");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_rust_are_told_to_nobody_and_a_property_may_be_called_format() {
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only described")]
        struct Told {
            total: u64,
            format: String,
        }
        let properties = json!({
            "total": {"type": "integer", "minimum": 0},
            "format": {"type": "string"},
        });
        assert_eq!(of_output::<Told>()["properties"], properties);
        assert_eq!(of_arguments::<Told>()["properties"], properties);
    }
}

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
    schema
}

/// Optional arguments are left out, not sent as null; number formats say nothing to a model.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.remove("format");
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

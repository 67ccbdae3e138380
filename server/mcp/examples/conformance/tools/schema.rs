//! Tools whose schemas say what a struct alone cannot.

use mcp::{Answer, CallContext, Entry, Failure, Tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::named;
use crate::Caller;

pub(super) const TOOLS: &[Entry<Caller>] =
    &[Entry::of::<Everything>(), Entry::of::<MirroredInHeader>()];

/// Takes anything.
#[derive(Deserialize, JsonSchema)]
struct Everything {}

impl Tool<Caller> for Everything {
    named!("json_schema_2020_12_tool");

    fn input_schema() -> Value {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {
                "address": {
                    "$anchor": "addressDef",
                    "type": "object",
                    "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
                }
            },
            "properties": {
                "name": {"type": "string"},
                "address": {"$ref": "#/$defs/address"},
                "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                "phone": {"type": "string"},
                "email": {"type": "string"}
            },
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {
                "properties": {"contactMethod": {"const": "phone"}},
                "required": ["contactMethod"]
            },
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": false
        })
    }

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        Ok(Answer::new("Taken."))
    }
}

#[derive(Deserialize, JsonSchema)]
struct MirroredInHeader {
    /// Repeated in the header `Mcp-Param-Region`.
    #[schemars(extend("x-mcp-header" = "Region"))]
    region: String,
}

impl Tool<Caller> for MirroredInHeader {
    named!("test_custom_header");

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        Ok(Answer::new(self.region))
    }
}

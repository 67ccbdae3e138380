//! Decoding the arguments of a call, with the slips that models make and that leave no doubt about what is
//! meant. What an argument means is known to its tool.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

/// Words for nothing that reach a server as texts where no text is expected.
const NOTHING: [&str; 4] = ["", "null", "None", "undefined"];

/// How `serde` begins a sentence, and the same in the words of JSON.
const BEGINNINGS: [(&str, &str); 4] = [
    ("invalid type: sequence", "invalid type: list"),
    ("invalid type: map", "invalid type: object"),
    ("invalid type: floating point", "invalid type: number"),
    ("unknown variant", "unknown value"),
];

/// How `serde` ends a sentence, and the same in the words of JSON.
const ENDS: [(&str, &str); 6] = [
    ("expected a sequence", "expected a list"),
    ("expected a map", "expected an object"),
    ("expected i64", "expected a whole number"),
    ("expected i32", "expected a whole number"),
    (
        "expected u64",
        "expected a whole number that is not negative",
    ),
    (
        "expected u32",
        "expected a whole number that is not negative",
    ),
];

/// Decodes arguments; what does not fit as it was sent is tried once more as it must have been meant.
///
/// # Errors
/// The argument that does not fit and why, for a model.
pub(super) fn decoded<T: DeserializeOwned>(
    arguments: Map<String, Value>,
    schema: impl FnOnce() -> Value,
) -> Result<T, String> {
    let arguments = Value::Object(arguments);
    if let Ok(tool) = T::deserialize(&arguments) {
        return Ok(tool);
    }
    let meant = as_meant(arguments, &schema()["properties"]);
    serde_path_to_error::deserialize(&meant).map_err(|error| {
        let place = error.path().to_string();
        let cause = in_words_of_json(&error.into_inner().to_string());
        if place == "." {
            cause
        } else {
            format!("argument `{place}`: {cause}")
        }
    })
}

/// Each argument as its schema wants it, if that is what it says; without those that say nothing.
fn as_meant(arguments: Value, properties: &Value) -> Value {
    let Value::Object(arguments) = arguments else {
        return arguments;
    };
    let meant = arguments.into_iter().filter_map(|(name, value)| {
        let value = fitted(value, &properties[&name])?;
        Some((name, value))
    });
    Value::Object(meant.collect())
}

fn fitted(value: Value, property: &Value) -> Option<Value> {
    let kind = property["type"].as_str().unwrap_or_default();
    match value {
        Value::Null => None,
        Value::String(text) if kind == "string" => Some(Value::String(one_of(text, property))),
        Value::String(text) if NOTHING.contains(&text.trim()) => None,
        Value::String(text) => Some(of_text(&text, kind).unwrap_or(Value::String(text))),
        Value::Number(number) if kind == "string" && is_whole(&number) => {
            Some(Value::String(number.to_string()))
        }
        Value::Number(number) if kind == "integer" => Some(Value::Number(whole(number))),
        other => Some(other),
    }
}

fn is_whole(number: &Number) -> bool {
    number.is_u64() || number.is_i64()
}

/// `3.0` as `3`.
fn whole(number: Number) -> Number {
    let digits = number.to_string();
    let digits = digits.strip_suffix(".0").unwrap_or_default();
    digits.parse::<i64>().map_or(number, Number::from)
}

/// A value of an enumeration, whatever its capitals.
fn one_of(text: String, property: &Value) -> String {
    let values = property["enum"].as_array().into_iter().flatten();
    let mut values = values.filter_map(Value::as_str);
    let same = values.find(|value| value.eq_ignore_ascii_case(text.trim()));
    same.map_or(text, str::to_owned)
}

/// What a text says that should not have been one: `"true"`, `"3"`, `"[\"a\"]"`.
fn of_text(text: &str, kind: &str) -> Option<Value> {
    let text = text.trim();
    let value = match kind {
        "boolean" => serde_json::from_str(&text.to_ascii_lowercase()),
        _ => serde_json::from_str::<Value>(text),
    };
    let value = value.ok()?;
    let fits = match kind {
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    fits.then_some(value)
}

fn in_words_of_json(cause: &str) -> String {
    let mut cause = cause.to_owned();
    for (theirs, ours) in BEGINNINGS {
        if let Some(rest) = cause.strip_prefix(theirs) {
            cause = format!("{ours}{rest}");
        }
    }
    for (theirs, ours) in ENDS {
        if let Some(rest) = cause.strip_suffix(theirs) {
            cause = format!("{rest}{ours}");
        }
    }
    cause
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, schemars::JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Sent {
        #[serde(default)]
        name: String,
        #[serde(default)]
        count: i64,
        #[serde(default)]
        sure: bool,
        #[serde(default)]
        labels: Vec<String>,
        #[serde(default)]
        fields: Map<String, Value>,
        #[serde(default)]
        form: Form,
    }

    #[derive(Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Form {
        #[default]
        Plain,
        Markdown,
    }

    fn read(arguments: &Value) -> Result<Sent, String> {
        let arguments = arguments.as_object().unwrap().clone();
        decoded(arguments, super::super::schema::of_arguments::<Sent>)
    }

    #[test]
    fn a_value_in_quotes_is_what_it_says_where_no_text_is_expected() {
        let meant = json!({"count": 3, "sure": true, "labels": ["a"], "fields": {"x": 1}, "form": "markdown"});
        let sent = json!({
            "count": " 3", "sure": "True", "labels": "[\"a\"]", "fields": "{\"x\": 1}", "form": "Markdown",
        });
        assert_eq!(read(&sent), read(&meant));
        assert_eq!(read(&json!({"count": 3.0})), read(&json!({"count": 3})));
        let text = json!({"name": "true", "count": "1"});
        assert_eq!(read(&text).unwrap().name, "true");
    }

    #[test]
    fn a_word_for_nothing_is_an_absent_argument_where_no_text_is_expected() {
        let absent = read(&json!({})).unwrap();
        for nothing in [json!(null), json!("null"), json!("None"), json!("")] {
            let sent =
                json!({"count": nothing, "sure": nothing, "labels": nothing, "fields": nothing});
            assert_eq!(read(&sent).as_ref(), Ok(&absent), "{nothing}");
        }
        let text = json!({"name": "null", "count": "null"});
        assert_eq!(read(&text).unwrap().name, "null");
    }

    #[test]
    fn a_refusal_speaks_of_lists_objects_and_whole_numbers() {
        for (sent, told) in [
            (
                json!({"count": "many"}),
                "argument `count`: invalid type: string \"many\", expected a whole number",
            ),
            (
                json!({"labels": "a,b"}),
                "argument `labels`: invalid type: string \"a,b\", expected a list",
            ),
            (
                json!({"name": {"a": 1}}),
                "argument `name`: invalid type: object, expected a string",
            ),
            (
                json!({"fields": [1]}),
                "argument `fields`: invalid type: list, expected an object",
            ),
            (
                json!({"count": 2.5}),
                "argument `count`: invalid type: number `2.5`, expected a whole number",
            ),
            (
                json!({"form": "html"}),
                "argument `form`: unknown value `html`, expected `plain` or `markdown`",
            ),
        ] {
            assert_eq!(read(&sent), Err(told.to_owned()), "{sent}");
        }
    }
}

//! A tool is described, decoded, called and answered.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::tool::answer::CallResult;

/// Repeats a text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Echo {
    /// What to repeat.
    text: String,
    /// How often.
    #[serde(default = "once")]
    #[schemars(range(min = 1, max = 3))]
    times: u32,
    /// What to put between.
    separator: Option<String>,
}

fn once() -> u32 {
    1
}

impl Tool<()> for Echo {
    const NAME: &'static str = "echo";
    const TITLE: &'static str = "Echo";
    const DESCRIPTION: &'static str = "Repeats a text.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::ReadOnly,
        reach: Reach::ClosedWorld,
    };

    async fn call(self, (): &(), _: &CallContext) -> Result<Answer, Failure> {
        if self.text.is_empty() {
            return Err(Failure::new("nothing to repeat"));
        }
        let parts = vec![self.text; self.times as usize];
        Ok(Answer::new(parts.join(&self.separator.unwrap_or_default())))
    }
}

const TOOLS: &[Entry<()>] = &[Entry::of::<Echo>()];

async fn call(arguments: Value) -> Value {
    let Value::Object(arguments) = arguments else {
        panic!("not an object")
    };
    let context = CallContext {
        outbound: crate::outbound::Outbound::nowhere(),
        progress_token: None,
        level: None,
        asking: crate::context::Asking::Impossible,
    };
    let outcome = Registry::new(TOOLS)
        .find("echo")
        .unwrap()
        .call(&(), arguments, &context)
        .await;
    serde_json::to_value(CallResult::of(outcome).0).unwrap()
}

/// B-26: a top-level `anyOf` and nullable types are refused by several model gateways.
#[test]
fn b_26_a_tool_is_described_by_one_flat_schema() {
    let list: Value = serde_json::from_str(Registry::new(TOOLS).list().get()).unwrap();
    let expected = json!({"tools": [{
        "name": "echo",
        "title": "Echo",
        "description": "Repeats a text.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "text": {"description": "What to repeat.", "type": "string"},
                "times": {
                    "description": "How often.",
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 3,
                    "default": 1
                },
                "separator": {"description": "What to put between.", "type": "string"}
            },
            "required": ["text"],
            "additionalProperties": false
        },
        "annotations": {
            "readOnlyHint": true,
            "destructiveHint": false,
            "idempotentHint": true,
            "openWorldHint": false
        }
    }]});
    assert_eq!(list, expected);
}

/// B-23: null members break strict clients.
#[tokio::test]
async fn b_23_an_answer_has_no_null_members() {
    let expected = json!({"content": [{"type": "text", "text": "a-a"}], "isError": false});
    assert_eq!(
        call(json!({"text": "a", "times": 2, "separator": "-"})).await,
        expected
    );
    assert_eq!(
        call(json!({"text": "a-a", "separator": null})).await,
        expected
    );
}

/// Models send the number of a page as often as its digits.
#[tokio::test]
async fn a_whole_number_where_a_text_is_expected_is_its_digits() {
    let told = async |arguments| call(arguments).await["content"][0]["text"].clone();
    let both = json!({"text": 98310, "times": 2, "separator": -1});
    assert_eq!(told(both).await, "98310-198310");
    for unlike in [json!(1.5), json!(true), json!([1])] {
        let text = told(json!({ "text": unlike })).await;
        let refused = text.as_str().unwrap();
        assert!(refused.contains("argument `text`"), "{refused}");
    }
}

/// B-24: a failure was an ordinary answer.
#[tokio::test]
async fn b_24_a_failure_says_that_it_is_one() {
    let expected =
        json!({"content": [{"type": "text", "text": "nothing to repeat"}], "isError": true});
    assert_eq!(call(json!({"text": ""})).await, expected);
}

/// B-26: a string for an integer crashed deep inside.
#[tokio::test]
async fn b_26_arguments_that_do_not_fit_are_named() {
    for (arguments, part) in [
        (
            json!({"text": "a", "times": "many"}),
            "argument `times`: invalid type",
        ),
        (json!({}), "missing field `text`"),
        (json!({"text": "a", "tims": 2}), "unknown field `tims`"),
    ] {
        let answer = call(arguments).await;
        assert_eq!(answer["isError"], true);
        let text = answer["content"][0]["text"].as_str().unwrap();
        assert!(text.starts_with("echo: ") && text.contains(part), "{text}");
    }
}

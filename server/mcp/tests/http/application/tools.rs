//! The tools of the application.

use std::sync::atomic::Ordering;

use mcp::{
    Annotations, Answer, CallContext, Effect, Elicited, Entry, Failure, Level, Reach, Tool,
    output_schema_of,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Caller, Gate};

pub(super) const TOOLS: &[Entry<Caller>] = &[
    Entry::of::<Whoami>(),
    Entry::of::<Wait>(),
    Entry::of::<Panic>(),
    Entry::of::<Count>(),
    Entry::of::<Delete>(),
    Entry::of::<Add>(),
];

const READ: Annotations = Annotations {
    effect: Effect::ReadOnly,
    reach: Reach::ClosedWorld,
};

/// Says who calls.
#[derive(Deserialize, JsonSchema)]
struct Whoami {}

impl Tool<Caller> for Whoami {
    const NAME: &'static str = "whoami";
    const TITLE: &'static str = "Who am I";
    const DESCRIPTION: &'static str = "Says who calls.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        Ok(Answer::new(&*caller.name))
    }
}

/// Waits until it is let go.
#[derive(Deserialize, JsonSchema)]
struct Wait {}

impl Tool<Caller> for Wait {
    const NAME: &'static str = "wait";
    const TITLE: &'static str = "Wait";
    const DESCRIPTION: &'static str = "Waits until it is let go.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let _dropped = Dropped(&caller.gate);
        caller.gate.entered.notify_one();
        caller.gate.open.notified().await;
        caller.gate.done.fetch_add(1, Ordering::SeqCst);
        Ok(Answer::new(format!("{} waited", caller.name)))
    }
}

/// Panics.
#[derive(Deserialize, JsonSchema)]
struct Panic {}

impl Tool<Caller> for Panic {
    const NAME: &'static str = "panic";
    const TITLE: &'static str = "Panic";
    const DESCRIPTION: &'static str = "Panics.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        panic!("as asked")
    }
}

/// Says so when a call ends, however it ends.
struct Dropped<'a>(&'a Gate);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

/// Counts to three and waits before the last.
#[derive(Deserialize, JsonSchema)]
struct Count {}

impl Tool<Caller> for Count {
    const NAME: &'static str = "count";
    const TITLE: &'static str = "Count";
    const DESCRIPTION: &'static str = "Counts to three.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        context.progress(1.0, Some(3.0), Some("one"));
        context.log(Level::Debug, "count", "one");
        context.log(Level::Warning, "count", "two");
        context.progress(2.0, None, None);
        if caller.name == "polling" {
            context.release_connection();
        }
        if matches!(&*caller.name, "patient" | "polling") {
            caller.gate.entered.notify_one();
            caller.gate.open.notified().await;
            caller.gate.done.fetch_add(1, Ordering::SeqCst);
        }
        Ok(Answer::new("three"))
    }
}

/// Deletes something when the person agrees.
#[derive(Deserialize, JsonSchema)]
struct Delete {}

impl Tool<Caller> for Delete {
    const NAME: &'static str = "delete";
    const TITLE: &'static str = "Delete";
    const DESCRIPTION: &'static str = "Deletes.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::Destructive,
        reach: Reach::ClosedWorld,
    };

    async fn call(self, caller: &Caller, context: &CallContext) -> Result<Answer, Failure> {
        let schema = json!({"type": "object", "properties": {"sure": {"type": "boolean"}}});
        let first = context
            .elicit("sure", "Are you sure?", schema.clone())
            .await?;
        let second = context.elicit("really", "Really?", schema).await?;
        Ok(Answer::new(match (first, second) {
            (Elicited::Accepted(_), Elicited::Accepted(_)) => format!("{} deleted", caller.name),
            _ => "nothing deleted".to_owned(),
        }))
    }
}

/// Adds two numbers.
#[derive(Deserialize, JsonSchema)]
struct Add {
    #[schemars(extend("x-mcp-header" = "A"))]
    a: i32,
    b: Option<i32>,
}

#[derive(Serialize, JsonSchema)]
struct Sum {
    sum: i32,
}

impl Tool<Caller> for Add {
    const NAME: &'static str = "add";
    const TITLE: &'static str = "Add";
    const DESCRIPTION: &'static str = "Adds.";
    const ANNOTATIONS: Annotations = READ;

    fn output_schema() -> Option<Value> {
        Some(output_schema_of::<Sum>())
    }

    async fn call(self, _: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let sum = self.a + self.b.unwrap_or(0);
        let structured = Map::from_iter([("sum".to_owned(), json!(sum))]);
        Ok(Answer::new(sum.to_string()).with_structured(structured))
    }
}

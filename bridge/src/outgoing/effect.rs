//! What sending a request a second time could do, by its method; not whether it is sent again.

use serde::Deserialize;
use serde_json::value::RawValue;
use shared::protocol::method;

use crate::tools::Tools;

const PROMPTS_GET: &str = "prompts/get";
const ROOTS_LIST_CHANGED: &str = "notifications/roots/list_changed";

/// What sending a message a second time could do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it only reads, makes a session that nobody uses, or says what may be said twice.
    None,
    /// What this tool does twice, as far as its hints say.
    OfTool(String),
    /// Anything.
    Possible,
}

impl Effect {
    /// By method. Only what the protocol defines as reading is taken to have no effect.
    pub(super) fn of_request(name: &str, params: Option<&RawValue>) -> Self {
        match name {
            method::INITIALIZE | method::PING | PROMPTS_GET => Self::None,
            method::TOOLS_CALL => params
                .and_then(tool_name)
                .map_or(Self::Possible, Self::OfTool),
            _ if name.ends_with("/list") || name.ends_with("/read") => Self::None,
            _ => Self::Possible,
        }
    }

    /// By method. Those the protocol defines tell how things are, and a server that never hears of
    /// `initialized` may refuse all that follows; one it does not define may count.
    pub(super) fn of_notification(name: &str) -> Self {
        match name {
            method::INITIALIZED | method::CANCELLED | ROOTS_LIST_CHANGED => Self::None,
            _ => Self::Possible,
        }
    }

    /// Of several messages in one array: a batch repeats all of them or none.
    pub(crate) fn of_batch<'a>(mut effects: impl Iterator<Item = &'a Self>) -> Self {
        if effects.all(|effect| *effect == Self::None) {
            Self::None
        } else {
            Self::Possible
        }
    }

    /// Whether a second execution changes nothing, by what the server last said about its tools.
    pub(crate) fn is_repeatable(&self, tools: &Tools) -> bool {
        match self {
            Self::None => true,
            Self::OfTool(name) => tools.is_repeatable(name),
            Self::Possible => false,
        }
    }
}

fn tool_name(params: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Call {
        name: String,
    }
    let call: Call = serde_json::from_str(params.get()).ok()?;
    Some(call.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Effect {
        Effect::of_request(name, None)
    }

    #[test]
    fn only_reading_is_known_to_have_no_effect() {
        for name in [
            "initialize",
            "ping",
            "tools/list",
            "resources/templates/list",
            "resources/read",
            "prompts/get",
        ] {
            assert_eq!(of(name), Effect::None, "{name}");
        }
        for name in [
            "tools/call",
            "logging/setLevel",
            "resources/subscribe",
            "x/y",
        ] {
            assert_eq!(of(name), Effect::Possible, "{name}");
        }
    }

    #[test]
    fn a_call_has_the_effect_of_its_tool() {
        let params = RawValue::from_string(r#"{"name":"get"}"#.to_owned()).unwrap();
        let effect = Effect::of_request("tools/call", Some(&params));
        assert_eq!(effect, Effect::OfTool("get".to_owned()));
        assert!(
            !effect.is_repeatable(&Tools::default()),
            "nothing is known of it"
        );
    }

    #[test]
    fn a_batch_has_no_effect_if_none_of_its_requests_has() {
        let (none, possible) = (Effect::None, Effect::Possible);
        assert_eq!(Effect::of_batch([&none, &none].into_iter()), Effect::None);
        assert_eq!(
            Effect::of_batch([&none, &possible].into_iter()),
            Effect::Possible
        );
    }
}

//! The question to a person before something is changed that cannot be taken back as a whole. Which calls
//! do that the tools know; how a question travels, `mcp`.

use std::fmt::Write as _;

use mcp::{CallContext, Elicited, Failure, InputRequest};
use serde_json::{Value, json};

use crate::answer::one_line;
use crate::identity::{Access, CredentialSource};

/// When a person is asked before a destructive call does what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Confirmation {
    /// Whenever their host can show a question; the others go on as if nobody were to be asked.
    #[default]
    WhenPossible,
    /// Never: the host asks by itself, or nobody is there to be asked.
    Never,
}

/// The most lines that are shown of a text, and characters of a line: a person shall read all of a question.
const LONGEST_QUOTE: usize = 24;
const WIDEST_QUOTE: usize = 160;

/// What a person is asked.
#[derive(Debug)]
pub(super) struct Question {
    key: String,
    /// The sentence and what is told in one line each.
    facts: String,
    /// Texts of several lines, which come last.
    quotes: String,
}

/// What the form asks for beyond yes or no: nothing.
fn no_fields() -> Value {
    json!({"type": "object", "properties": {}})
}

impl Question {
    /// A question in one sentence. `key` names what is to be changed, to what, and the state it is in:
    /// when a call is repeated with its answer and the state is another one by then, the answer is to
    /// another question.
    pub(super) fn new(key: String, sentence: &str) -> Self {
        Self {
            key,
            facts: one_line(sentence),
            quotes: String::new(),
        }
    }

    /// What else there is to know before saying yes. No value can make lines of its own.
    pub(super) fn tell(&mut self, label: &str, value: &str) {
        // Writing to a string cannot fail.
        let _infallible = write!(self.facts, "\n{}: {}", one_line(label), one_line(value));
    }

    /// Texts of several lines, each line set off from what this server says.
    pub(super) fn quote(&mut self, label: &str, lines: &str) {
        let _infallible = write!(self.quotes, "\n{label}:");
        let mut lines = lines.lines();
        for line in lines.by_ref().take(LONGEST_QUOTE) {
            let short: String = line.chars().take(WIDEST_QUOTE).collect();
            let cut = if short.len() < line.len() { "…" } else { "" };
            let _infallible = write!(self.quotes, "\n| {}{cut}", one_line(&short));
        }
        let left_out = lines.count();
        if left_out > 0 {
            let _infallible = write!(self.quotes, "\n({left_out} more lines)");
        }
    }
}

/// Asks, unless the operator wants nobody asked or the host shows no questions. Nothing may have been
/// changed before: in revision 2026-07-28 the call is run again with the answer.
///
/// # Errors
/// The [`Failure`] to end the call with: nobody said yes, or the host has to bring the answer first.
pub(super) async fn obtained<S>(
    access: &Access<'_, S>,
    context: &CallContext,
    mut question: Question,
) -> Result<(), Failure> {
    let account = match access.source {
        CredentialSource::Header => "yours, by the credential your host sends",
        CredentialSource::Environment => "this server's own, not yours",
    };
    question.tell("Account", account);
    let text = question.facts + &question.quotes;
    let form = InputRequest::Elicitation {
        message: text.clone(),
        schema: no_fields(),
    };
    if access.confirmation == Confirmation::Never || !context.can_ask(&form) {
        return Ok(());
    }
    let unchanged = |why: &str, next_step: &str| {
        let text = format!("{why}: nothing was changed\n\nNext step: {next_step}");
        Err(Failure::new(text).with_metadata(access.metadata(None)))
    };
    let ask_them = "ask the person what they want instead; do not call again unless they say so";
    match context.elicit(&question.key, &text, no_fields()).await {
        Ok(Elicited::Accepted(_)) => Ok(()),
        Ok(Elicited::Declined) => unchanged("the person was asked and said no", ask_them),
        Ok(Elicited::Cancelled) => {
            unchanged("the person closed the question without an answer", ask_them)
        }
        Err(suspended) => match suspended.refusal() {
            Some(why) => unchanged(
                &format!("there was no answer from the person ({why})"),
                "call again where the host can show the question, or have the operator of the server set \
                 --confirm never",
            ),
            None => Err(suspended.into()),
        },
    }
}

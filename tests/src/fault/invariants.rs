//! What every run of the bridge is held to, whatever it was about; not how it is run.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::SECRETS;
use crate::leaks;

/// What the host has asked so far, and how often each id is to be answered.
#[derive(Debug, Default)]
pub struct Ledger {
    owed: HashMap<String, Owed>,
    batches: usize,
}

#[derive(Debug, Default, Clone, Copy)]
struct Owed {
    answers: usize,
    /// Cancelled ones may still be answered, and need not be.
    optional: usize,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    method: Option<Box<RawValue>>,
    #[serde(default)]
    params: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Cancelled {
    #[serde(rename = "requestId")]
    request_id: Box<RawValue>,
}

impl Ledger {
    /// Notes a line of the host: one answer is owed to each request in it.
    pub fn note(&mut self, line: &str) {
        if let Ok(elements) = serde_json::from_str::<Vec<Box<RawValue>>>(line) {
            self.batches += 1;
            for element in elements {
                self.note_one(element.get());
            }
        } else {
            self.note_one(line);
        }
    }

    fn note_one(&mut self, line: &str) {
        let Ok(envelope) = serde_json::from_str::<Envelope>(line) else {
            return;
        };
        let method = envelope.method.as_ref().map(|method| method.get());
        if let Some(id) = envelope.id.filter(|_| method.is_some()) {
            self.owe(id.get());
        }
        if method == Some("\"notifications/cancelled\"")
            && let Some(params) = envelope.params
            && let Ok(cancelled) = serde_json::from_str::<Cancelled>(params.get())
            && let Some(owed) = self.owed.get_mut(cancelled.request_id.get())
        {
            owed.optional = owed.answers;
        }
    }

    /// One more answer with this id is owed.
    pub fn owe(&mut self, id: &str) {
        self.owed.entry(id.to_owned()).or_default().answers += 1;
    }

    /// No further answer with this id is owed: the host broke a rule when it asked.
    pub fn excuse(&mut self, id: &str) {
        if let Some(owed) = self.owed.get_mut(id) {
            owed.answers -= 1;
        }
    }

    /// Holds a finished run to the rules.
    ///
    /// # Panics
    /// When it broke one.
    pub fn assert_kept(&self, stdout: &[u8], stderr: &str) {
        let stdout = std::str::from_utf8(stdout).expect("standard output is UTF-8");
        assert!(
            stdout.is_empty() || stdout.ends_with('\n'),
            "the last line of standard output is cut: {stdout}"
        );
        let (answers, arrays) = answers(stdout);
        assert!(arrays <= self.batches, "an array answers no batch");
        for (id, owed) in &self.owed {
            let got = answers.get(id).copied().unwrap_or_default();
            let least = owed.answers - owed.optional;
            assert!(
                (least..=owed.answers).contains(&got),
                "{got} answers to {id}, owed {least} to {}:\n{stdout}\n{stderr}",
                owed.answers
            );
        }
        for id in answers.keys() {
            assert!(self.owed.contains_key(id), "nobody asked {id}:\n{stdout}");
        }
        leaks::assert_none("standard output", stdout, &SECRETS, &[]);
        leaks::assert_none("standard error", stderr, &SECRETS, &[]);
    }
}

/// How often each id is answered, and the number of arrays; requests and notifications of the server
/// are neither. Fails on any line that is no JSON-RPC object.
fn answers(stdout: &str) -> (HashMap<String, usize>, usize) {
    let (mut answers, mut arrays) = (HashMap::new(), 0);
    // A line that is still being written is not judged.
    let whole = stdout.rfind('\n').map_or("", |end| &stdout[..end]);
    for line in whole.split('\n').filter(|_| !whole.is_empty()) {
        if line.starts_with('[') {
            arrays += 1;
            let elements: Vec<Box<RawValue>> = serde_json::from_str(line).expect(line);
            assert!(!elements.is_empty(), "an empty array on standard output");
            for element in elements {
                count(element.get(), &mut answers);
            }
        } else {
            count(line, &mut answers);
        }
    }
    (answers, arrays)
}

fn count(message: &str, answers: &mut HashMap<String, usize>) {
    assert!(
        message.starts_with('{'),
        "not an object on standard output: {message}"
    );
    let envelope: Envelope = serde_json::from_str(message).expect(message);
    if envelope.method.is_none() {
        let id = envelope
            .id
            .unwrap_or_else(|| panic!("an answer to nobody: {message}"));
        *answers.entry(id.get().to_owned()).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::message::{call, cancel, result};

    fn kept(sent: &[String], stdout: &str) {
        let mut ledger = Ledger::default();
        for line in sent {
            ledger.note(line);
        }
        ledger.assert_kept(stdout.as_bytes(), "");
    }

    #[test]
    fn one_answer_to_each_request_and_none_to_others_is_right() {
        let two = format!("{}\n{}\n", result("1"), result("\"a\""));
        kept(&[call("\"a\""), call("1")], &two);
        kept(&[call("1"), cancel("1")], "");
        kept(&[call("1"), cancel("1")], &format!("{}\n", result("1")));
        kept(
            &[format!("[{}]", call("1"))],
            &format!("[{}]\n", result("1")),
        );
        kept(&[], &format!("{}\n", call("1")));
    }

    #[test]
    #[should_panic(expected = "0 answers to 1")]
    fn silence_is_found() {
        kept(&[call("1")], "");
    }

    #[test]
    #[should_panic(expected = "2 answers to 1")]
    fn a_second_answer_is_found() {
        kept(&[call("1")], &format!("{0}\n{0}\n", result("1")));
    }

    #[test]
    #[should_panic(expected = "nobody asked 2")]
    fn an_answer_to_nobody_is_found() {
        kept(&[], &format!("{}\n", result("2")));
    }

    #[test]
    #[should_panic(expected = "hello")]
    fn a_line_that_is_no_message_is_found() {
        kept(&[], "hello\n");
    }

    #[test]
    #[should_panic(expected = "no batch")]
    fn an_array_without_a_batch_is_found() {
        kept(&[call("1")], &format!("[{}]\n", result("1")));
    }

    #[test]
    #[should_panic(expected = "standard output shows a secret")]
    fn a_secret_is_found() {
        kept(
            &[call("1")],
            &format!(
                "{}\n",
                result("1").replace("{}", r#"{"x":"j1ra-s3cret/of+ana~"}"#)
            ),
        );
    }
}

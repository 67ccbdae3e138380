//! What a bridge owes its host, checked with every line; the edge cases' invariants, for runs too long
//! to be kept.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::fault::SECRETS;

/// How long an answer may take with everything that fails: the time to connect, for each repetition.
const LONGEST: Duration = Duration::from_secs(60);

/// How many broken rules are kept to be shown.
const SHOWN: usize = 10;

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    /// It only reads.
    Read,
    /// It may change something.
    Effect,
}

/// The requests of one host between question and answer, and what became of the others.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    waiting: HashMap<u64, Waiting>,
    cancelled: HashSet<u64>,
    account: Account,
}

#[derive(Debug)]
struct Waiting {
    request: Request,
    since: Instant,
    is_overdue: bool,
}

/// What came of all requests.
#[derive(Debug, Default, Clone)]
pub(super) struct Account {
    /// Requests that were asked.
    pub(super) asked: usize,
    /// Answers with a result.
    pub(super) results: usize,
    /// Errors that say that the outcome is not known.
    pub(super) unknown: usize,
    /// Other errors in answer to what only reads.
    pub(super) refused_reads: usize,
    /// Other errors in answer to what may change something.
    pub(super) refused_effects: usize,
    /// Requests that were cancelled and never answered.
    pub(super) cancelled: usize,
    /// The longest time a request took.
    pub(super) longest: Duration,
    /// How many rules were broken.
    pub(super) broken: usize,
    /// The first of them, in words.
    pub(super) broken_shown: Vec<String>,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    jsonrpc: &'a str,
    id: Option<u64>,
    #[serde(borrow)]
    method: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

impl Ledger {
    /// One answer is owed.
    pub(super) fn owe(&mut self, id: u64, request: Request) {
        self.account.asked += 1;
        let waiting = Waiting {
            request,
            since: Instant::now(),
            is_overdue: false,
        };
        self.waiting.insert(id, waiting);
    }

    /// An answer that has not come need not come any more.
    pub(super) fn cancel(&mut self, id: u64) {
        if self.waiting.remove(&id).is_some() {
            self.cancelled.insert(id);
            self.account.cancelled += 1;
        }
    }

    /// How many answers are owed.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Checks one line of standard output.
    pub(super) fn take(&mut self, text: &str) {
        if SECRETS.iter().any(|secret| text.contains(secret)) {
            self.broke("standard output shows a secret".to_owned());
        }
        match serde_json::from_str::<Line<'_>>(text) {
            Ok(line) if line.jsonrpc == "2.0" && line.method.is_some() => {}
            Ok(line) if line.jsonrpc == "2.0" => self.settle(&line, text),
            _ => self.broke(format!("a line is no message: {text}")),
        }
    }

    fn settle(&mut self, line: &Line<'_>, text: &str) {
        let Some(id) = line.id else {
            return self.broke(format!("an answer to nobody: {text}"));
        };
        if line.result.is_some() == line.error.is_some() {
            return self.broke(format!("neither a result nor an error: {text}"));
        }
        let Some(waiting) = self.waiting.remove(&id) else {
            // It was on its way when it was cancelled.
            if self.cancelled.remove(&id) {
                self.account.cancelled -= 1;
                self.account.results += 1;
                return;
            }
            return self.broke(format!("nobody waits for this answer: {text}"));
        };
        let account = &mut self.account;
        account.longest = account.longest.max(waiting.since.elapsed());
        let is_unknown = line.error.is_some_and(|error| {
            error
                .get()
                .contains("outcome unknown, check before retrying")
        });
        match waiting.request {
            _ if line.result.is_some() => account.results += 1,
            _ if is_unknown => account.unknown += 1,
            Request::Read => account.refused_reads += 1,
            Request::Effect => account.refused_effects += 1,
        }
    }

    /// Notes each request that has waited for too long, once.
    pub(super) fn look_for_overdue(&mut self) {
        let mut overdue = Vec::new();
        for (id, waiting) in &mut self.waiting {
            if !waiting.is_overdue && waiting.since.elapsed() > LONGEST {
                waiting.is_overdue = true;
                overdue.push(*id);
            }
        }
        for id in overdue {
            self.broke(format!("{id} has no answer after {LONGEST:?}"));
        }
    }

    /// Notes a broken rule.
    pub(super) fn broke(&mut self, what: String) {
        self.account.broken += 1;
        if self.account.broken_shown.len() < SHOWN {
            self.account.broken_shown.push(what);
        }
    }

    /// The run is over: what is still owed was lost.
    pub(super) fn close(&mut self) -> Account {
        let lost: Vec<_> = self.waiting.drain().map(|(id, _)| id).collect();
        for id in lost {
            self.broke(format!("{id} never had an answer"));
        }
        self.account.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::message::result;

    fn broken(asked: &[u64], lines: &[&str]) -> Vec<String> {
        let mut ledger = Ledger::default();
        for id in asked {
            ledger.owe(*id, Request::Read);
        }
        for line in lines {
            ledger.take(line);
        }
        ledger.close().broken_shown
    }

    #[tokio::test]
    async fn one_answer_to_each_request_breaks_no_rule() {
        let notification = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
        assert_eq!(broken(&[1], &[notification, &result("1")]), [""; 0]);
    }

    #[tokio::test]
    async fn silence_a_second_answer_and_what_is_no_message_are_found() {
        for (lines, rule) in [
            (vec![], "1 never had an answer"),
            (vec![result("1"), result("1")], "nobody waits"),
            (vec![result("1"), "hello".to_owned()], "no message"),
            (vec![result("1"), "[]".to_owned()], "no message"),
        ] {
            let lines: Vec<_> = lines.iter().map(String::as_str).collect();
            let broken = broken(&[1], &lines);
            assert!(
                matches!(&broken[..], [one] if one.contains(rule)),
                "{broken:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_cancelled_request_may_be_answered_once_and_need_not_be() {
        let mut ledger = Ledger::default();
        for id in [1, 2] {
            ledger.owe(id, Request::Effect);
            ledger.cancel(id);
        }
        ledger.take(&result("1"));
        let account = ledger.close();
        assert_eq!((account.cancelled, account.broken), (1, 0));
        ledger.take(&result("1"));
        assert_eq!(ledger.close().broken, 1);
    }
}

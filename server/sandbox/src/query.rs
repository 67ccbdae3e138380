//! Small JQL and CQL: text to condition, condition checked against a dialect, rows picked and
//! ordered. Pure: rows, people and the time are handed in.
//!
//! ```text
//! text ──token──> tokens ──parse──> Query ──check──> Plan ──run──> rows, in order
//!                                             ▲
//!                                 jql, cql: fields of the dialect
//! ```

mod check;
pub(crate) mod cql;
pub(crate) mod jql;
mod parse;
mod run;
mod syntax;
#[cfg(test)]
mod tests;
mod time;
mod token;

use jiff::Timestamp;

pub(crate) use check::{Plan, Strictness};
pub(crate) use run::split;

/// Why a query is refused, in the words of the product it was sent to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QueryError(pub(crate) String);

/// The two languages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Jql,
    Cql,
}

/// A field of a dialect.
pub(crate) struct Field {
    /// The first is the name under which rows know it.
    pub(crate) names: &'static [&'static str],
    pub(crate) kind: Kind,
}

/// What can be done with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Compared as a whole: `=`, `!=`, `in`, `not in`, `is`, `is not`.
    Name,
    /// Searched for words: `~`, `!~`, `is`, `is not`.
    Text,
    /// Both of the above.
    Title,
    /// Compared in time: `=`, `!=`, `<`, `<=`, `>`, `>=`, `is`, `is not`.
    Moment,
}

/// What the check has to know about the site and the caller.
pub(crate) trait Context {
    /// The time that `now()` and `-7d` count from.
    fn now(&self) -> Timestamp;
    /// The caller, in the form in which fields name people.
    fn current_user(&self) -> String;
    /// Whether a value (lower case) of a `Name` field exists for the caller.
    fn knows(&self, field: &str, value: &str) -> bool;
}

/// Something a query can find.
pub(crate) trait Row {
    /// All names a `Name` or `Title` field has, in lower case; empty if it has no value.
    fn names(&self, field: &str) -> Vec<String>;
    /// The texts of a `Text` or `Title` field; empty if it has no value.
    fn texts(&self, field: &str) -> Vec<String>;
    /// The time in a `Moment` field.
    fn moment(&self, field: &str) -> Option<Timestamp>;
    /// What `ORDER BY` this field compares; `None` sorts behind everything.
    fn rank(&self, field: &str) -> Option<Rank>;
}

/// A value to sort by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Number(i64),
    Text(String),
    Numbered(String, u64),
}

//! Picks and orders the rows that a checked query finds.
//! Nothing can fail here any more.

use std::cmp::Ordering;

use super::check::{Plan, Test};
use super::syntax::{Direction, Operator, Sense};
use super::{Kind, Row};

impl Plan {
    /// The rows that match, in the order asked for; where none was asked for, the latest in
    /// `usual` first.
    pub(crate) fn run<R: Row>(&self, rows: impl Iterator<Item = R>, usual: &'static str) -> Vec<R> {
        let matches = |row: &R| self.test.as_ref().is_none_or(|test| test.holds(row));
        let mut found: Vec<R> = rows.filter(matches).collect();
        let usual = [(usual, Direction::Descending)];
        let order = if self.order.is_empty() {
            &usual[..]
        } else {
            &self.order[..]
        };
        found.sort_by(|a, b| {
            let by = |&(field, direction): &(&str, Direction)| compare(a, b, field, direction);
            order
                .iter()
                .map(by)
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        found
    }
}

fn compare<R: Row>(a: &R, b: &R, field: &str, direction: Direction) -> Ordering {
    let ascending = match (a.rank(field), b.rank(field)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    match direction {
        Direction::Ascending => ascending,
        Direction::Descending => ascending.reverse(),
    }
}

impl Test {
    fn holds(&self, row: &impl Row) -> bool {
        match self {
            Self::And(left, right) => left.holds(row) && right.holds(row),
            Self::Or(left, right) => left.holds(row) || right.holds(row),
            Self::Not(inner) => !inner.holds(row),
            Self::Named {
                field,
                among,
                sense,
            } => named(&row.names(field), among, *sense),
            Self::Words {
                field,
                wanted,
                sense,
            } => {
                let texts = row.texts(field);
                let like = texts.iter().any(|text| contains(text, wanted));
                like == (*sense == Sense::Like)
            }
            Self::Empty { field, kind, sense } => {
                let empty = match kind {
                    Kind::Name => row.names(field).is_empty(),
                    Kind::Text | Kind::Title => row.texts(field).is_empty(),
                    Kind::Moment => row.moment(field).is_none(),
                };
                empty == (*sense == Sense::Like)
            }
            Self::Time {
                field,
                operator,
                than,
            } => row
                .moment(field)
                .is_some_and(|at| in_time(at.cmp(than), *operator)),
        }
    }
}

/// As in Jira, `assignee != ana` does not find what nobody is assigned to; in a list, the empty
/// string stands for EMPTY.
fn named(names: &[String], among: &[String], sense: Sense) -> bool {
    if names.is_empty() {
        return sense == Sense::Like && among.iter().any(String::is_empty);
    }
    names.iter().any(|name| among.contains(name)) == (sense == Sense::Like)
}

fn in_time(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::NotEquals => order.is_ne(),
        _ => order.is_eq(),
    }
}

/// All words of `wanted` occur in `text`; `"…"` is a phrase, `*` at the end of a word is open.
fn contains(text: &str, wanted: &str) -> bool {
    let text = split(text);
    let wanted = wanted.trim();
    if let Some(phrase) = wanted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        let phrase = split(phrase);
        return !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase);
    }
    let open: Vec<String> = wanted
        .split_whitespace()
        .filter_map(|word| word.strip_suffix('*'))
        .flat_map(split)
        .collect();
    let whole = wanted
        .split_whitespace()
        .filter(|word| !word.ends_with('*'))
        .flat_map(split);
    let mut whole = whole.peekable();
    (whole.peek().is_some() || !open.is_empty())
        && whole.all(|word| text.contains(&word))
        && open
            .iter()
            .all(|start| text.iter().any(|word| word.starts_with(start)))
}

/// The words of a text in lower case.
pub(crate) fn split(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

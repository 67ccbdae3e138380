//! CQL, the query language of Confluence, and the builder that takes whatever a person typed.
//! Searching with it is `confluence`'s part.

use std::fmt;

use super::limit::{NotLimited, limited};
use super::quote;
use super::token::{Kind, Token, tokens};
use crate::ids::SpaceKey;

mod words;

/// A CQL query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cql(String);

/// Fields a CQL clause can begin with ("Advanced searching using CQL"), without the part after a
/// dot.
const FIELDS: [&str; 24] = [
    "ancestor",
    "container",
    "content",
    "contributor",
    "created",
    "creator",
    "favorite",
    "favourite",
    "id",
    "label",
    "lastmodified",
    "macro",
    "mention",
    "parent",
    "sitesearch",
    "space",
    "state",
    "status",
    "text",
    "title",
    "type",
    "user",
    "watcher",
    "emoji",
];

/// A query recognised as CQL, cut where clauses can be added.
struct Parts<'a> {
    condition: &'a str,
    order: Option<&'a str>,
    has_type: bool,
    has_space: bool,
}

impl Cql {
    /// CQL as somebody wrote it; Confluence judges it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A value as a CQL string literal.
    #[must_use]
    pub fn quote(value: &str) -> String {
        quote(value)
    }

    /// A query for pages from what a person or model typed: plain words or CQL, optionally within
    /// one space.
    ///
    /// Text is CQL when it begins with a clause (`title ~ "x"`, `(label in (a, b)) …`, `order by
    /// created`) and its brackets and quotes close. It is then narrowed to pages unless it names a
    /// `type` itself, and to the space unless it names one itself; an `ORDER BY` stays last.
    /// Anything else is words, looked for in title and text.
    ///
    /// ```
    /// use atlassian::query::Cql;
    /// let words = Cql::from_user_query("release notes", None);
    /// assert_eq!(
    ///     words.as_str(),
    ///     r#"type = page AND (title ~ "release notes" OR text ~ "release notes")"#
    /// );
    /// let cql = Cql::from_user_query("creator = bob order by created", None);
    /// assert_eq!(cql.as_str(), "type = page AND (creator = bob) order by created");
    /// ```
    #[must_use]
    pub fn from_user_query(query: &str, space: Option<&SpaceKey>) -> Self {
        let within = space.map(|key| format!("space.key = {}", quote(key.as_str())));
        let Some(parts) = Parts::of(query) else {
            let clauses = ["type = page".to_owned()].into_iter();
            return Self(
                clauses
                    .chain(words::clause(query))
                    .chain(within)
                    .collect::<Vec<_>>()
                    .join(" AND "),
            );
        };
        let own = match (
            parts.condition,
            parts.has_type && (within.is_none() || parts.has_space),
        ) {
            ("", _) => None,
            // Nothing is added, so nothing needs brackets.
            (condition, true) => Some(condition.to_owned()),
            (condition, false) => Some(format!("({condition})")),
        };
        let pages = (!parts.has_type).then(|| "type = page".to_owned());
        let within = within.filter(|_| !parts.has_space);
        let clauses: Vec<_> = pages.into_iter().chain(own).chain(within).collect();
        let order = parts
            .order
            .map(|order| format!(" {order}"))
            .unwrap_or_default();
        Self(clauses.join(" AND ") + &order)
    }

    /// The same query, for what lies in these spaces only.
    pub(crate) fn within<'a>(
        &self,
        spaces: impl Iterator<Item = &'a SpaceKey>,
    ) -> Result<Self, NotLimited> {
        limited(&self.0, "space.key", spaces.map(SpaceKey::as_str)).map(Self)
    }

    /// Pages that changed within seven days, newest first.
    #[must_use]
    pub fn recently_changed() -> Self {
        Self("type = page AND lastmodified >= now(\"-7d\") ORDER BY lastmodified DESC".to_owned())
    }

    /// Pages with words in their titles that begin like these, optionally within one space.
    #[must_use]
    pub fn titles_beginning(words: &str, space: Option<&SpaceKey>) -> Self {
        let within = space.map(|key| format!(" AND space.key = {}", quote(key.as_str())));
        // Search syntax inside the literal would mean something else.
        let plain: String = words
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let title = quote(&format!("{}*", plain.trim()));
        Self(format!(
            "type = page AND title ~ {title}{}",
            within.unwrap_or_default()
        ))
    }

    /// The query as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'a> Parts<'a> {
    /// The parts of a CQL query; nothing when the text is plain words.
    fn of(query: &'a str) -> Option<Self> {
        let tokens = tokens(query)?;
        let order_at = Query {
            query,
            tokens: &tokens,
        }
        .order_by()?;
        let (before, after) = tokens.split_at(order_at);
        let condition = Query {
            query,
            tokens: before,
        };
        let order = Query {
            query,
            tokens: after,
        };
        if !(condition.is_condition() || before.is_empty() && order.is_order()) {
            return None;
        }
        Some(Self {
            condition: condition.text(),
            order: Some(order.text()).filter(|text| !text.is_empty()),
            has_type: condition.mentions(&["type"]),
            has_space: condition.mentions(&["space", "space.key"]),
        })
    }
}

/// A run of tokens within its query.
struct Query<'a, 'b> {
    query: &'a str,
    tokens: &'b [Token],
}

impl<'a> Query<'a, '_> {
    fn word(&self, at: usize) -> Option<String> {
        let token = self
            .tokens
            .get(at)
            .filter(|token| token.kind == Kind::Word)?;
        Some(self.query[token.span.clone()].to_ascii_lowercase())
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.word(at).is_some_and(|found| found == word)
    }

    fn text(&self) -> &'a str {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => &self.query[first.span.start..last.span.end],
            _ => "",
        }
    }

    /// Where `ORDER BY` begins outside brackets, or the end; nothing when brackets do not match.
    fn order_by(&self) -> Option<usize> {
        let mut depth = 0_usize;
        let mut found = None;
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.checked_sub(1)?,
                Kind::Word if depth == 0 && found.is_none() => {
                    let begins = self.is_word(at, "order") && self.is_word(at + 1, "by");
                    found = begins.then_some(at);
                }
                _ => {}
            }
        }
        (depth == 0).then(|| found.unwrap_or(self.tokens.len()))
    }

    /// Whether a field with an operator stands at this place, as in `title ~` or `label not in (`.
    fn is_clause(&self, at: usize) -> bool {
        let field = self.word(at).is_some_and(|word| is_field(&word));
        let next = if self.is_word(at + 1, "not") {
            at + 2
        } else {
            at + 1
        };
        let set = self.is_word(next, "in")
            && self
                .tokens
                .get(next + 1)
                .is_some_and(|token| token.kind == Kind::Open);
        let symbol = self
            .tokens
            .get(at + 1)
            .is_some_and(|token| token.kind == Kind::Operator);
        field && (symbol || set)
    }

    /// Whether the tokens begin with a clause, after any brackets and NOTs, and do not end within
    /// one.
    fn is_condition(&self) -> bool {
        let leads = |at: &usize| {
            self.is_word(*at, "not") || self.tokens.get(*at).is_some_and(|t| t.kind == Kind::Open)
        };
        let first = (0..).find(|at| !leads(at)).unwrap_or(0);
        let last = self.tokens.last().map(|token| token.kind);
        self.is_clause(first) && last != Some(Kind::Operator)
    }

    /// Whether the tokens are `ORDER BY` and a field.
    fn is_order(&self) -> bool {
        self.word(2).is_some_and(|word| is_field(&word))
    }

    fn mentions(&self, fields: &[&str]) -> bool {
        let named = |at| {
            self.word(at)
                .is_some_and(|word| fields.contains(&word.as_str()))
        };
        (0..self.tokens.len()).any(|at| named(at) && self.is_clause(at))
    }
}

fn is_field(word: &str) -> bool {
    let head = word.split_once('.').map_or(word, |(head, _)| head);
    FIELDS.contains(&head)
}

#[cfg(test)]
mod tests;

//! Joins a limit to a query: to its clauses, as they are parsed, and not to its text.
//! Which places are within the limit is decided by the caller.

use super::quote;
use super::token::{Kind, Token, tokens};

/// Why a query cannot be limited: a reader that takes it differently could see it end elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotLimited {
    /// A quoted text never ends, or a bracket has no partner.
    Open,
    /// A quote or a backslash stands inside a word, or a control character anywhere.
    Ambiguous,
    /// Something other than fields follows `ORDER BY`.
    Order,
}

impl NotLimited {
    /// What is wrong with the query.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Open => "its quotes or brackets do not close",
            Self::Ambiguous => {
                "it has a quote, a backslash or a control character outside of quotes"
            }
            Self::Order => "its ORDER BY is followed by more than fields",
        }
    }
}

/// The query, its condition in brackets and `field in (…)` beside it, an `ORDER BY` last.
///
/// The brackets hold the condition whatever it is: where this and Atlassian's reader agree on words,
/// quotes and brackets, and what they could disagree about is refused, no `OR` leads out of them.
pub(super) fn limited<'a>(
    query: &str,
    field: &str,
    places: impl Iterator<Item = &'a str>,
) -> Result<String, NotLimited> {
    if query.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        return Err(NotLimited::Ambiguous);
    }
    let tokens = tokens(query).ok_or(NotLimited::Open)?;
    let ambiguous = |token: &Token| {
        token.kind == Kind::Word && query[token.span.clone()].contains(['"', '\'', '\\'])
    };
    if tokens.iter().any(ambiguous) {
        return Err(NotLimited::Ambiguous);
    }
    let order_at = order_by(query, &tokens)?;
    let (condition, order) = tokens.split_at(order_at);
    let is_listed = |token: &Token| matches!(token.kind, Kind::Word | Kind::Literal | Kind::Comma);
    if !order.iter().all(is_listed) {
        return Err(NotLimited::Order);
    }
    let places: Vec<_> = places.map(quote).collect();
    let mut joined = format!("{field} in ({})", places.join(", "));
    if let Some(condition) = text(query, condition) {
        joined = format!("({condition}) AND {joined}");
    }
    if let Some(order) = text(query, order) {
        joined = format!("{joined} {order}");
    }
    Ok(joined)
}

/// Where `ORDER BY` begins outside brackets, or the end.
fn order_by(query: &str, tokens: &[Token]) -> Result<usize, NotLimited> {
    let is = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|token| {
            token.kind == Kind::Word && query[token.span.clone()].eq_ignore_ascii_case(word)
        })
    };
    let (mut depth, mut found) = (0_usize, None);
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.checked_sub(1).ok_or(NotLimited::Open)?,
            _ if depth == 0 && is(at, "order") && is(at + 1, "by") => {
                found = found.or(Some(at));
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err(NotLimited::Open);
    }
    Ok(found.unwrap_or(tokens.len()))
}

fn text<'a>(query: &'a str, tokens: &[Token]) -> Option<&'a str> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(&query[first.span.start..last.span.end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(query: &str) -> Result<String, NotLimited> {
        limited(query, "project", ["A", "B"].into_iter())
    }

    #[test]
    fn the_condition_is_held_by_brackets_and_the_order_stays_last() {
        let limit = r#"project in ("A", "B")"#;
        for (query, condition, order) in [
            ("", "", ""),
            ("a = b", "(a = b) AND ", ""),
            ("a = b OR c = d", "(a = b OR c = d) AND ", ""),
            ("ORDER BY x DESC", "", " ORDER BY x DESC"),
            ("a=b order by x, y asc", "(a=b) AND ", " order by x, y asc"),
            (
                r#"a = "order by" OR (b = c)"#,
                r#"(a = "order by" OR (b = c)) AND "#,
                "",
            ),
            (r#"a ~ ") OR (" "#, r#"(a ~ ") OR (") AND "#, ""),
        ] {
            assert_eq!(
                joined(query),
                Ok(format!("{condition}{limit}{order}")),
                "{query}"
            );
        }
    }

    #[test]
    fn what_could_end_elsewhere_is_refused() {
        for (query, why) in [
            ("a = b) OR (c = d", NotLimited::Open),
            ("(a = b", NotLimited::Open),
            (r#"a = "b"#, NotLimited::Open),
            (r#"a = "b\" OR c = d"#, NotLimited::Open),
            (
                "a = it's OR b = ') OR c = d OR (e = '",
                NotLimited::Ambiguous,
            ),
            (r"a = b\) OR c = d", NotLimited::Ambiguous),
            ("a = b\0", NotLimited::Ambiguous),
            ("ORDER BY x) OR (c = d", NotLimited::Open),
            ("ORDER BY (x) OR (c = d)", NotLimited::Order),
            ("ORDER BY x OR c = d", NotLimited::Order),
        ] {
            assert_eq!(joined(query), Err(why), "{query}");
        }
    }

    proptest! {
        /// Outside literals the first bracket closes only where the condition ends.
        #[test]
        fn no_condition_leaves_its_brackets(query in "([a-c=~ ()\"'\\\\,]|OR |ORDER BY |AND ){0,24}") {
            let Ok(joined) = joined(&query) else { return Ok(()) };
            let tokens = tokens(&joined).unwrap();
            let mut depth = 0_i32;
            let closes_at = tokens.iter().position(|token| {
                depth += i32::from(token.kind == Kind::Open) - i32::from(token.kind == Kind::Close);
                depth == 0
            });
            let after = &tokens[closes_at.unwrap() + 1..];
            if tokens[0].kind == Kind::Open {
                prop_assert_eq!(&joined[after[0].span.clone()], "AND");
                prop_assert_eq!(&joined[after[1].span.clone()], "project");
            } else {
                prop_assert_eq!(&joined[tokens[0].span.clone()], "project");
            }
            let or_outside = after.iter().any(|token| joined[token.span.clone()].eq("OR")
                && token.kind == Kind::Word);
            let ordered = joined.to_lowercase().contains("order by");
            prop_assert!(!or_outside || ordered);
        }
    }
}

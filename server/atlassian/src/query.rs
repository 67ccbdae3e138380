//! Texts in Atlassian's query languages, JQL and CQL, built so that no value can break out (B-12).
//! Sending them is `jira`'s and `confluence`'s part.

mod cql;
mod jql;
mod limit;
mod token;

pub use cql::Cql;
pub use jql::{IncludeDone, Jql};

/// A string literal of JQL and CQL: double quotes, with backslash escapes inside.
fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Neither language has multi-line strings worth having in a query.
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn b_12_quotes_and_backslashes_cannot_end_a_literal() {
        for (value, literal) in [
            ("plain", r#""plain""#),
            (r#"a" OR type = "x"#, r#""a\" OR type = \"x""#),
            (r"back\slash\", r#""back\\slash\\""#),
            ("two\nlines", r#""two lines""#),
            ("", r#""""#),
        ] {
            assert_eq!(Jql::quote(value), literal);
            assert_eq!(Cql::quote(value), literal);
        }
    }

    proptest! {
        #[test]
        fn a_literal_is_always_exactly_one_token(value in "\\PC*|[\"\\\\ ab]{0,12}") {
            let tokens = token::tokens(&quote(&value)).unwrap();
            prop_assert_eq!(tokens.len(), 1);
        }
    }
}

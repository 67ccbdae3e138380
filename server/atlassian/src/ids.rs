//! Names of things in Jira and Confluence, checked once so that they fit into any path or query
//! (B-12). Whether such a thing exists only the site knows.

use serde::Deserialize;

mod address;
mod attachment;
mod issue_url;
mod page_url;
mod project_url;

pub use address::InvalidReference;
pub use attachment::{ConfluenceAttachmentId, ConfluenceAttachmentReference, JiraAttachmentId};
pub use page_url::PageReference;

/// Key of an issue, such as `DEMO-1`; written in capitals, as Jira does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct IssueKey(String);

/// Key of a Jira project, such as `DEMO`; written in capitals.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ProjectKey(String);

/// Number of a Confluence page, such as `65538`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct PageId(String);

/// Number of a comment on a Confluence page, such as `99001`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct CommentId(String);

/// Key of a Confluence space, such as `DOCS`, or `~jdoe` for a person's own space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct SpaceKey(String);

/// A text that is no id of the wanted kind. Repeats the beginning of the text, quoted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no {kind}: expected {expected}")]
pub struct InvalidId {
    /// What was wanted, as in `issue key`.
    pub kind: &'static str,
    /// What such an id looks like, with an example.
    pub expected: &'static str,
    /// The first characters of what was given.
    pub given: String,
}

/// No key or id Atlassian hands out is longer.
const LONGEST: usize = 255;

impl IssueKey {
    /// Reads an issue key; small letters are taken, as Jira takes them.
    ///
    /// # Errors
    /// Anything but a project key, a hyphen and a number.
    ///
    /// ```
    /// use atlassian::ids::IssueKey;
    /// assert_eq!(IssueKey::parse(" demo-1 ")?.as_str(), "DEMO-1");
    /// assert!(IssueKey::parse("DEMO-1/../../myself").is_err());
    /// # Ok::<(), atlassian::ids::InvalidId>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let key = text.trim().to_ascii_uppercase();
        let valid = key.len() <= LONGEST
            && key
                .rsplit_once('-')
                .is_some_and(|(project, number)| is_project(project) && is_number(number));
        let expected = "a project key, a hyphen and a number, such as DEMO-1";
        if valid {
            Ok(Self(key))
        } else {
            Err(invalid("issue key", expected, text))
        }
    }
}

impl ProjectKey {
    /// Reads a project key; small letters are taken.
    ///
    /// # Errors
    /// Anything but a letter followed by letters, digits and underscores.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let key = text.trim().to_ascii_uppercase();
        let valid = key.len() <= LONGEST && is_project(&key);
        let expected = "letters, digits and underscores, such as DEMO";
        if valid {
            Ok(Self(key))
        } else {
            Err(invalid("project key", expected, text))
        }
    }
}

impl PageId {
    /// Reads a page id.
    ///
    /// # Errors
    /// Anything but digits.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let id = text.trim();
        let valid = id.len() <= LONGEST && is_number(id);
        let expected = "the number of the page, such as 65538";
        if valid {
            Ok(Self(id.to_owned()))
        } else {
            Err(invalid("page id", expected, text))
        }
    }
}

impl CommentId {
    /// Reads the id of a comment.
    ///
    /// # Errors
    /// Anything but digits.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let id = text.trim();
        let valid = id.len() <= LONGEST && is_number(id);
        let expected = "the number of the comment, such as 99001";
        if valid {
            Ok(Self(id.to_owned()))
        } else {
            Err(invalid("comment id", expected, text))
        }
    }
}

impl SpaceKey {
    /// Reads a space key. Personal spaces begin with `~`, followed by the user name or account id.
    ///
    /// # Errors
    /// Quotes, slashes, white space and anything else that no space key has.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let key = text.trim();
        let valid = match key.strip_prefix('~') {
            Some(user) => {
                let inner = |c: char| c.is_alphanumeric() || "._-:@+".contains(c);
                user.chars().any(char::is_alphanumeric) && user.chars().all(inner)
            }
            None => !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
        };
        let expected = "letters and digits, such as DOCS, or ~ and a user name";
        let valid = valid && key.len() <= LONGEST;
        if valid {
            Ok(Self(key.to_owned()))
        } else {
            Err(invalid("space key", expected, text))
        }
    }
}

fn is_project(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn invalid(kind: &'static str, expected: &'static str, given: &str) -> InvalidId {
    InvalidId {
        kind,
        expected,
        given: given.chars().take(40).collect(),
    }
}

macro_rules! text_form {
    ($($id:ident)*) => {$(
        impl $id {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $id {
            type Error = crate::ids::InvalidId;

            fn try_from(text: String) -> Result<Self, crate::ids::InvalidId> {
                Self::parse(&text)
            }
        }

        impl std::str::FromStr for $id {
            type Err = crate::ids::InvalidId;

            fn from_str(text: &str) -> Result<Self, crate::ids::InvalidId> {
                Self::parse(text)
            }
        }
    )*};
}

use text_form;

text_form!(IssueKey ProjectKey PageId CommentId SpaceKey);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_and_ids_are_read_in_the_forms_people_write() {
        assert_eq!(IssueKey::parse("a_b2-10").unwrap().as_str(), "A_B2-10");
        assert_eq!(ProjectKey::parse("demo").unwrap().as_str(), "DEMO");
        assert_eq!(PageId::parse(" 65538").unwrap().as_str(), "65538");
        for key in ["DOCS", "ds", "A_1", "~jdoe", "~557058:0f-1_a.b@c"] {
            assert_eq!(SpaceKey::parse(key).unwrap().as_str(), key);
        }
    }

    #[test]
    fn b_12_what_could_leave_a_path_or_a_quote_is_refused() {
        let hostile = [
            "", " ", "..", ".", "~", "~..", "../x", "A-1/..", "A-1?x", "A-1#", "A-1%2f", "A\"-1",
            "A\\-1", "1-1", "A-", "-1", "A--1", "A-1-", "A-x", "A 1", "A-1\n2", "Ä-1", "1 OR 1",
        ];
        for text in hostile {
            assert!(IssueKey::parse(text).is_err(), "{text:?}");
            assert!(ProjectKey::parse(text).is_err(), "{text:?}");
            assert!(PageId::parse(text).is_err(), "{text:?}");
            assert!(CommentId::parse(text).is_err(), "{text:?}");
            assert!(SpaceKey::parse(text).is_err(), "{text:?}");
            assert!(JiraAttachmentId::parse(text).is_err(), "{text:?}");
            assert!(ConfluenceAttachmentId::parse(text).is_err(), "{text:?}");
        }
        assert!(PageId::parse(&"1".repeat(256)).is_err());
    }

    #[test]
    fn the_refusal_shows_what_was_given_and_what_is_wanted() {
        assert_eq!(
            IssueKey::parse("DEMO").unwrap_err().to_string(),
            r#""DEMO" is no issue key: expected a project key, a hyphen and a number, such as DEMO-1"#
        );
    }

    proptest! {
        #[test]
        fn no_accepted_id_needs_escaping(text in "\\PC{0,12}|[~A-Za-z0-9._:@+/\"'%?# -]{0,12}") {
            let ids = [
                IssueKey::parse(&text).map(|id| id.to_string()),
                PageId::parse(&text).map(|id| id.to_string()),
                SpaceKey::parse(&text).map(|id| id.to_string()),
                JiraAttachmentId::parse(&text).map(|id| id.to_string()),
                ConfluenceAttachmentId::parse(&text).map(|id| id.to_string()),
            ];
            for id in ids.into_iter().flatten() {
                prop_assert!(!id.contains(['/', '\\', '"', '\'', '%', '?', '#', ' ']));
                prop_assert!(id != "." && id != "..");
            }
        }
    }
}

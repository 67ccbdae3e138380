//! Changes to parts of a page in storage format: every byte outside of the part stays as it is.
//! What is put in is storage format already, or plain text where it says so.

mod macros;
mod pieces;
mod section;
mod words;

pub use macros::lost_macros;
pub use section::{append_to_section, replace_section};
pub use words::replace_text;

use super::NotWellFormed;

/// Why a part of a page was not changed. The texts are for whoever named the part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No heading like this.
    #[error("the page has no heading {heading:?}; {}", listed(.headings))]
    NoSection {
        /// What was looked for.
        heading: String,
        /// The headings there are, in order.
        headings: Vec<String>,
    },
    /// Several headings like this.
    #[error("the page has {count} headings {heading:?}, so it is not clear which section is meant")]
    SeveralSections {
        /// What was looked for.
        heading: String,
        /// How many there are.
        count: usize,
    },
    /// No text like this.
    #[error(
        "the page does not have the text {text:?} in one piece; text is compared exactly, and bold words, \
         links and line breaks end a piece"
    )]
    NoText {
        /// What was looked for.
        text: String,
    },
    /// The text is there more than once.
    #[error("the page has the text {text:?} {count} times, so it is not clear which one is meant")]
    SeveralTexts {
        /// What was looked for.
        text: String,
        /// How many there are.
        count: usize,
    },
    /// The page cannot be taken apart.
    #[error("the page is {0}")]
    NotWellFormed(#[from] NotWellFormed),
}

/// The page with something added at its end.
///
/// A page that is laid out in sections gets it below them, which is what Confluence's own editor does.
#[must_use]
pub fn append(page: &str, addition: &str) -> String {
    [page, addition].concat()
}

/// The first headings, and how many more there are.
fn listed(headings: &[String]) -> String {
    const SHOWN: usize = 20;
    if headings.is_empty() {
        return "it has none at all".to_owned();
    }
    let quoted: Vec<_> = headings
        .iter()
        .take(SHOWN)
        .map(|text| format!("{text:?}"))
        .collect();
    let more = match headings.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("it has {}{more}", quoted.join(", "))
}

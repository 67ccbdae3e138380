//! Edits of a page that leave every other byte as it is: sections by their heading, text by text.
//! The pieces work on the page's own XHTML; Markdown is turned into it by the parent.
//!
//! ```
//! use atlassian::markup::storage::edit;
//!
//! let page = "<h1>Plan</h1><p>old</p><h1>Risks</h1><p>none</p>";
//! let page = edit::replace_section(page, "Plan", "<p>new</p>")?;
//! assert_eq!(page, "<h1>Plan</h1><p>new</p><h1>Risks</h1><p>none</p>");
//! # Ok::<(), edit::EditError>(())
//! ```

use std::ops::Range;

use thiserror::Error;

mod find;
mod scan;

pub use find::Occurrence;
use scan::Scan;

/// Why an edit was not made. The page is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// The page is not well-formed, so that nothing in it can be found by its place.
    #[error(
        "the page's storage format is not well-formed near byte {at}; edit it in Confluence first"
    )]
    Page {
        /// Where reading stopped.
        at: usize,
    },
    /// What should be put into the page is not well-formed.
    #[error(
        "the new content is not well-formed storage format near byte {at}; send Markdown, or close every element"
    )]
    Content {
        /// Where reading stopped.
        at: usize,
    },
    /// No heading has this text.
    #[error("no section is called {wanted:?}; the page's headings are: {}", listed(.headings))]
    NoSection {
        /// What was asked for.
        wanted: String,
        /// The headings there are, in order.
        headings: Vec<String>,
    },
    /// More than one heading has this text.
    #[error(
        "{count} sections are called {wanted:?}; give the heading with its level, such as \"## {wanted}\", or replace a text in it"
    )]
    ManySections {
        /// What was asked for.
        wanted: String,
        /// How many there are.
        count: usize,
    },
    /// The text to replace is nowhere.
    #[error(
        "the page does not contain {wanted:?}; it must be given exactly, within one paragraph, cell or item and without Markdown marks"
    )]
    NoText {
        /// What was asked for.
        wanted: String,
    },
    /// The text to replace is there more than once.
    #[error(
        "the page contains {wanted:?} {count} times; give more of the text around it, or replace all"
    )]
    ManyTexts {
        /// What was asked for.
        wanted: String,
        /// How often it is there.
        count: usize,
    },
}

fn listed(headings: &[String]) -> String {
    if headings.is_empty() {
        "none".to_owned()
    } else {
        headings.join(", ")
    }
}

/// A heading and what belongs to it: everything up to the next heading of its level or above, within
/// the same column, cell or macro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Level of the heading, 1 to 6.
    pub level: u8,
    /// Text of the heading.
    pub title: String,
    /// Where the heading is in the page, in bytes.
    pub heading: Range<usize>,
    /// Where what follows the heading is in the page, in bytes.
    pub content: Range<usize>,
}

/// The sections of a page, in the order of their headings; a section contains those below it.
///
/// # Errors
///
/// The page is not well-formed.
pub fn sections(page: &str) -> Result<Vec<Section>, EditError> {
    Ok(Scan::of(page)
        .map_err(|at| EditError::Page { at })?
        .sections())
}

/// The one section with this heading: its text, or the text behind as many `#` as its level.
/// Case and blanks do not matter unless they decide.
///
/// # Errors
///
/// There is none or more than one, or the page is not well-formed.
pub fn section(page: &str, heading: &str) -> Result<Section, EditError> {
    let sections = sections(page)?;
    let marks = heading.len() - heading.trim_start_matches('#').len();
    let title = heading[marks..]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let level = u8::try_from(marks)
        .ok()
        .filter(|_| heading[marks..].starts_with(' '));
    let level = level.filter(|level| (1..=6).contains(level));
    let matching = |same: &dyn Fn(&str) -> bool| -> Vec<Section> {
        let fits = |it: &&Section| same(&it.title) && level.is_none_or(|level| level == it.level);
        sections.iter().filter(fits).cloned().collect()
    };
    let mut found = matching(&|text| text == title || text == heading.trim());
    if found.is_empty() {
        found = matching(&|text| text.to_lowercase() == title.to_lowercase());
    }
    match (found.len(), found.pop()) {
        (1, Some(section)) => Ok(section),
        (0, _) => Err(EditError::NoSection {
            wanted: title,
            headings: sections.into_iter().map(|section| section.title).collect(),
        }),
        (count, _) => Err(EditError::ManySections {
            wanted: title,
            count,
        }),
    }
}

/// The page with other content below a heading, given as storage format. The heading stays; content that
/// begins with it once more is taken without.
///
/// # Errors
///
/// The section is not there once, or page or content are not well-formed.
pub fn replace_section(page: &str, heading: &str, content: &str) -> Result<String, EditError> {
    let section = section(page, heading)?;
    check(content)?;
    let content = without_heading(content, &section);
    Ok(spliced(page, section.content, content))
}

/// Whoever writes a section anew often begins with its heading.
fn without_heading<'c>(content: &'c str, section: &Section) -> &'c str {
    let headings = sections(content).unwrap_or_default();
    let repeated = headings.first().filter(|first| {
        content[..first.heading.start].trim().is_empty()
            && first.level <= section.level
            && first.title.to_lowercase() == section.title.to_lowercase()
    });
    repeated.map_or(content, |first| &content[first.heading.end..])
}

/// The page with more content at the end of a section, given as storage format.
///
/// # Errors
///
/// The section is not there once, or page or content are not well-formed.
pub fn append_to_section(page: &str, heading: &str, content: &str) -> Result<String, EditError> {
    let section = section(page, heading)?;
    check(content)?;
    let end = section.content.end;
    Ok(spliced(page, end..end, content))
}

/// The page with more content at its end, given as storage format; in a page with columns, at the
/// end of the last one.
///
/// # Errors
///
/// Page or content are not well-formed.
pub fn append(page: &str, content: &str) -> Result<String, EditError> {
    let end = Scan::of(page).map_err(|at| EditError::Page { at })?.end();
    check(content)?;
    Ok(spliced(page, end..end, content))
}

/// The page with a text replaced by another, and how often that was done. The text is what a reader
/// sees: marks within it do not matter, and blanks that do not break are blanks. It must stand in one
/// paragraph, heading, cell or item, or in one code block.
///
/// # Errors
///
/// The text is not there, or more than once although one was meant; the page is not well-formed.
pub fn replace_text(
    page: &str,
    wanted: &str,
    replacement: &str,
    occurrence: Occurrence,
) -> Result<(String, usize), EditError> {
    let scan = Scan::of(page).map_err(|at| EditError::Page { at })?;
    find::replace(page, &scan, wanted, replacement, occurrence)
}

/// Whether a text is well-formed storage format, on its own.
///
/// # Errors
///
/// It is not; the error says where.
pub fn check(content: &str) -> Result<(), EditError> {
    match Scan::of(content) {
        Ok(_) => Ok(()),
        Err(at) => Err(EditError::Content { at }),
    }
}

fn spliced(page: &str, range: Range<usize>, content: &str) -> String {
    [&page[..range.start], content, &page[range.end..]].concat()
}

#[cfg(test)]
mod tests;

//! The change a caller asks for, and what a page becomes by it.
//! How the content of a page is taken apart is in `atlassian::markup`.

use atlassian::Deployment;
use atlassian::markup::storage;
use atlassian::markup::storage::edit::{self, EditError, Occurrence};
use mcp::Failure;

use super::UpdateConfluencePage;
use crate::tools::arguments::{said, says_nothing};
use crate::tools::confluence::content::Content;

/// What to do with the content of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change<'a> {
    /// Nothing: only the title changes.
    None,
    /// Put this in place of all of it.
    Whole {
        content: Content<'a>,
        losses: Losses,
    },
    /// Put it in place of what stands below a heading.
    Section {
        heading: &'a str,
        content: Content<'a>,
        losses: Losses,
    },
    /// Add it at the end of what stands below a heading, or of the page.
    Append {
        heading: Option<&'a str>,
        content: Content<'a>,
    },
    /// Put one plain text in place of another.
    Text { find: &'a str, with: &'a str },
}

/// Whether macros may get lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Losses {
    Refused,
    Forced,
}

impl<'a> Change<'a> {
    /// What the arguments ask for.
    pub(super) fn of(arguments: &'a UpdateConfluencePage) -> Result<Self, Failure> {
        let heading = said(arguments.section.as_ref());
        let find = arguments.find.as_deref().filter(|text| !text.is_empty());
        let content = content(arguments, find);
        let Some(content) = content else {
            let asks_for_more = heading.or(find).is_some() || arguments.append;
            return match said(arguments.title.as_ref()) {
                Some(_) if !asks_for_more => Ok(Self::None),
                _ => Err(Failure::new(
                    "nothing to write: give content, or a new title; an empty content is written with force only",
                )),
            };
        };
        if let Some(find) = find {
            if heading.is_some() || arguments.append {
                return Err(Failure::new(
                    "find cannot be combined with section or append: make two calls",
                ));
            }
            return Ok(Self::Text {
                find,
                with: content,
            });
        }
        let content = arguments.content_format.read(content)?;
        let losses = if arguments.force {
            Losses::Forced
        } else {
            Losses::Refused
        };
        Ok(match heading {
            _ if arguments.append => Self::Append { heading, content },
            Some(heading) => Self::Section {
                heading,
                content,
                losses,
            },
            None => Self::Whole { content, losses },
        })
    }

    /// The content of the page with the change made.
    pub(super) fn applied_to(
        self,
        before: &str,
        deployment: Deployment,
    ) -> Result<String, Failure> {
        let (after, losses) = match self {
            Self::None => return Ok(before.to_owned()),
            Self::Whole { content, losses } => {
                (content.to_storage_over(before, deployment), losses)
            }
            Self::Section {
                heading,
                content,
                losses,
            } => {
                let section = content.to_storage_over(before, deployment);
                let after = edit::replace_section(before, heading, &section);
                (after.map_err(|error| refused(&error))?, losses)
            }
            Self::Append { heading, content } => {
                let addition = content.to_storage(deployment);
                let after = match heading {
                    Some(heading) => edit::append_to_section(before, heading, &addition),
                    None => edit::append(before, &addition),
                };
                return after.map_err(|error| refused(&error));
            }
            Self::Text { find, with } => {
                let after = edit::replace_text(before, find, with, Occurrence::Only);
                return after
                    .map(|(after, _)| after)
                    .map_err(|error| refused(&error));
            }
        };
        match losses {
            Losses::Forced => Ok(after),
            Losses::Refused => keeps_macros(before, &after).map(|()| after),
        }
    }
}

/// Hosts fill in empty texts for what a model left out, and models words such as null: that must not empty a
/// page.
fn content<'a>(arguments: &'a UpdateConfluencePage, find: Option<&str>) -> Option<&'a str> {
    arguments.content.as_deref().filter(|content| {
        let says_something = !content.trim().is_empty() && !says_nothing(content);
        says_something || find.is_some() || arguments.force
    })
}

/// Refuses a content without the macros the page has.
fn keeps_macros(before: &str, after: &str) -> Result<(), Failure> {
    let lost = storage::dropped(before, after);
    if lost.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "nothing was written: the page would lose these macros: {}\n\nNext step: change only a part of it \
         (section, append or find), keep the placeholders that get-confluence-page shows for them, or \
         write anyway with force true",
        lost.join(", ")
    )))
}

fn refused(error: &EditError) -> Failure {
    let next = match error {
        EditError::Page { .. } => "write the whole page with content alone",
        EditError::Content { .. } => "correct the content",
        EditError::NoSection { .. } => "give one of these headings as section",
        EditError::ManySections { .. } => "give the heading with its level as section, or use find",
        EditError::NoText { .. } => "read the page again and give the text as it stands there",
        EditError::ManyTexts { .. } => "give a longer text, which is there once",
    };
    Failure::new(format!("nothing was written: {error}\n\nNext step: {next}"))
}

#[cfg(test)]
mod tests;

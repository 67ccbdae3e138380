//! Atlassian's three rich text dialects as Markdown. Pure: nothing here talks to a site.
//! Any text is Markdown, so writing a dialect cannot fail; what is written is always valid in it.
//!
//! ```text
//! adf (Jira Cloud) ───────┐   readers            writer
//! wiki (Jira DC) ─────────┼──────────> document ───────> Markdown
//! storage (Confluence) ───┘ <──────────         <───────
//!                             writers            parser
//! ```
//!
//! docs/markup.md has a table of what each construct is in each of them.
//!
//! None of the readers fails: what they do not know stays visible, with its text. Text that no reader
//! of the site sees is marked.

use serde_json::Value;

pub mod adf;
mod document;
mod entities;
mod hidden;
mod parser;
#[cfg(test)]
mod properties;
mod reference;
pub mod storage;
mod web_address;
pub mod wiki;
mod writer;

pub use hidden::{HIDDEN_BEGIN, HIDDEN_END, hidden_texts};

/// Rich text as a site sent it.
#[derive(Debug, Clone, PartialEq)]
pub enum RichText {
    /// Atlassian Document Format, of Jira Cloud.
    Adf(Value),
    /// Wiki markup, of Jira Data Center.
    Wiki(String),
    /// Storage format (XHTML with macros), of Confluence.
    Storage(String),
}

impl RichText {
    /// The text as Markdown; empty for empty texts.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        match self {
            Self::Adf(document) => adf::to_markdown(document),
            Self::Wiki(text) => wiki::to_markdown(text),
            Self::Storage(xml) => storage::to_markdown(xml),
        }
    }

    /// The text as storage format, if it is in that.
    #[must_use]
    pub fn storage(&self) -> Option<&str> {
        match self {
            Self::Storage(xml) => Some(xml),
            Self::Adf(_) | Self::Wiki(_) => None,
        }
    }

    /// A member that holds a document on Cloud and wiki markup on Data Center.
    pub(crate) fn of_jira(value: Value) -> Option<Self> {
        match value {
            Value::Object(_) => Some(Self::Adf(value)),
            Value::String(text) if !text.trim().is_empty() => Some(Self::Wiki(text)),
            _ => None,
        }
    }
}

/// A text with HTML entities on one line of plain text.
pub(crate) fn plain_line(text: &str) -> String {
    entities::decode(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

//! What callers write, as storage format, which is what Confluence keeps.
//! The conversions themselves are in `atlassian::markup`.

use std::borrow::Cow;

use atlassian::markup::storage::{self, data_center};
use atlassian::markup::wiki;
use atlassian::{Confluence, Deployment};
use mcp::Failure;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::identity::Access;

/// How content is written. Never guessed: guessing took storage format for Markdown (fault B-52).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ContentFormat {
    #[default]
    Markdown,
    Storage,
    Wiki,
}

/// What a caller wrote, read as far as possible without a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content<'a> {
    Markdown(Cow<'a, str>),
    /// Well-formed.
    Storage(&'a str),
}

impl ContentFormat {
    /// Reads what was written.
    ///
    /// Wiki markup is converted here and not by Confluence, whose Cloud has no converter for it.
    pub(super) fn read(self, text: &str) -> Result<Content<'_>, Failure> {
        match self {
            Self::Markdown => Ok(Content::Markdown(text.into())),
            Self::Wiki => Ok(Content::Markdown(wiki::to_markdown(text).into())),
            Self::Storage => match storage::check(text) {
                Ok(()) => Ok(Content::Storage(text)),
                Err(error) => Err(Failure::new(format!(
                    "{error}\n\nNext step: correct the content there, or send Markdown with \
                     content_format markdown"
                ))),
            },
        }
    }
}

/// The Confluence that content is for; the dialects of the two differ a little.
pub(super) async fn destination(
    confluence: &Access<'_, Confluence>,
) -> Result<Deployment, Failure> {
    let deployment = confluence.site.deployment().await;
    deployment.map_err(|error| confluence.failure(&error))
}

impl Content<'_> {
    /// The content of a new page, always well-formed.
    pub(super) fn to_storage(&self, deployment: Deployment) -> String {
        match (self, deployment) {
            (Self::Markdown(text), Deployment::Cloud) => storage::from_markdown(text),
            (Self::Markdown(text), Deployment::DataCenter) => data_center::from_markdown(text),
            (Self::Storage(text), _) => (*text).to_owned(),
        }
    }

    /// The content for a page that is there: what did not change keeps its bytes, and placeholders
    /// become the macros of the page that they stand for.
    pub(super) fn to_storage_over(&self, page: &str, deployment: Deployment) -> String {
        match (self, deployment) {
            (Self::Markdown(text), Deployment::Cloud) => storage::from_markdown_over(text, page),
            (Self::Markdown(text), Deployment::DataCenter) => {
                data_center::from_markdown_over(text, page)
            }
            (Self::Storage(text), _) => (*text).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: ContentFormat, text: &str) -> String {
        format.read(text).unwrap().to_storage(Deployment::Cloud)
    }

    /// B-52: a formula, code or a hyphen in storage format made it Markdown.
    #[test]
    fn b_52_the_format_is_what_was_said_and_storage_stays_as_it_is() {
        let storage =
            "<p>2 * 3 * 4</p><ac:plain-text-body><![CDATA[`a`\n- b]]></ac:plain-text-body>";
        assert_eq!(written(ContentFormat::Storage, storage), storage);
        let markdown = written(ContentFormat::Markdown, "*a* <p>");
        assert_eq!(markdown, "<p><em>a</em> &lt;p&gt;</p>");
        let wiki = written(ContentFormat::Wiki, "h1. T\n*a*");
        assert_eq!(wiki, "<h1>T</h1><p><strong>a</strong></p>");
    }

    /// B-49: `a & b` was posted as it came and refused.
    #[test]
    fn b_49_b_50_text_is_escaped_and_broken_storage_is_refused_with_its_place() {
        let markdown = written(ContentFormat::Markdown, "a & b < c");
        assert_eq!(markdown, "<p>a &amp; b &lt; c</p>");
        let failure = ContentFormat::Storage.read("<p>a & b</p>").unwrap_err();
        assert!(
            failure.text().contains("line 1, column 6"),
            "{}",
            failure.text()
        );
        assert!(failure.text().contains("Next step: "), "{}", failure.text());
    }

    #[test]
    fn data_center_is_told_only_languages_it_knows_unless_the_caller_writes_storage_format() {
        let markdown = ContentFormat::Markdown.read("```json\nx\n```").unwrap();
        let written = |deployment| {
            let page = markdown.to_storage(deployment);
            assert_eq!(markdown.to_storage_over("<p>a</p>", deployment), page);
            page
        };
        assert!(written(Deployment::Cloud).contains(">json<"));
        assert!(!written(Deployment::DataCenter).contains("json"));
        let storage = written(Deployment::Cloud);
        let own = ContentFormat::Storage.read(&storage).unwrap();
        assert_eq!(own.to_storage(Deployment::DataCenter), storage);
    }
}

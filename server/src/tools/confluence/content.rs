//! What callers write, as storage format, which is what Confluence keeps.
//! The conversions themselves are in `atlassian::markup`.

use atlassian::markup::{storage, wiki};
use mcp::Failure;
use schemars::JsonSchema;
use serde::Deserialize;

/// How content is written. Never guessed: guessing took storage format for Markdown (fault B-52).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ContentFormat {
    #[default]
    Markdown,
    Storage,
    Wiki,
}

impl ContentFormat {
    /// The content as storage format, always well-formed.
    ///
    /// Wiki markup is converted here and not by Confluence, whose Cloud has no converter for it.
    pub(super) fn to_storage(self, content: &str) -> Result<String, Failure> {
        match self {
            Self::Markdown => Ok(storage::from_markdown(content)),
            Self::Wiki => Ok(storage::from_markdown(&wiki::to_markdown(content))),
            Self::Storage => match storage::check(content) {
                Ok(()) => Ok(content.to_owned()),
                Err(error) => Err(Failure::new(format!(
                    "{error}\n\nNext step: correct the content there, or send Markdown with \
                     content_format markdown"
                ))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-52: a formula, code or a hyphen in storage format made it Markdown.
    #[test]
    fn b_52_the_format_is_what_was_said_and_storage_stays_as_it_is() {
        let storage =
            "<p>2 * 3 * 4</p><ac:plain-text-body><![CDATA[`a`\n- b]]></ac:plain-text-body>";
        assert_eq!(ContentFormat::Storage.to_storage(storage).unwrap(), storage);
        let markdown = ContentFormat::Markdown.to_storage("*a* <p>").unwrap();
        assert_eq!(markdown, "<p><em>a</em> &lt;p&gt;</p>");
        let wiki = ContentFormat::Wiki.to_storage("h1. T\n*a*").unwrap();
        assert_eq!(wiki, "<h1>T</h1><p><strong>a</strong></p>");
    }

    /// B-49: `a & b` was posted as it came and refused.
    #[test]
    fn b_49_b_50_text_is_escaped_and_broken_storage_is_refused_with_its_place() {
        let markdown = ContentFormat::Markdown.to_storage("a & b < c").unwrap();
        assert_eq!(markdown, "<p>a &amp; b &lt; c</p>");
        let failure = ContentFormat::Storage
            .to_storage("<p>a & b</p>")
            .unwrap_err();
        assert!(
            failure.text().contains("line 1, column 6"),
            "{}",
            failure.text()
        );
        assert!(failure.text().contains("Next step: "), "{}", failure.text());
    }
}

//! Markdown as pages of Confluence Data Center, which shows an error in place of a code block whose
//! language it does not know. How everything else is written is the part of `write`.

use super::original::Original;
use super::write;
use crate::markup::parser;

/// [`from_markdown`](super::from_markdown) with the languages of code blocks as Data Center calls them.
/// A block in one that it does not have has none.
///
/// ```
/// use atlassian::markup::storage::{self, data_center};
///
/// let page = data_center::from_markdown("```python\nx\n```\n\n```rust\ny\n```");
/// assert_eq!(storage::to_markdown(&page), "```py\nx\n```\n\n```\ny\n```");
/// ```
#[must_use]
pub fn from_markdown(markdown: &str) -> String {
    write::document(&parser::parse(markdown), None, Languages::OfDataCenter)
}

/// [`from_markdown_over`](super::from_markdown_over) with the languages of code blocks as Data Center
/// calls them, or as the page names them already: an administrator can add languages.
#[must_use]
pub fn from_markdown_over(markdown: &str, original: &str) -> String {
    let original = Original::of(original);
    let blocks = parser::parse(markdown);
    write::document(&blocks, original.as_ref(), Languages::OfDataCenter)
}

/// The languages that a code block may be in.
#[derive(Clone, Copy)]
pub(super) enum Languages {
    /// Cloud shows what it does not know without colours.
    Any,
    OfDataCenter,
}

impl Languages {
    /// What Confluence calls a language; nothing if it does not know it.
    pub(super) fn name(self, language: &str) -> Option<&str> {
        match self {
            Self::Any => Some(language),
            Self::OfDataCenter => {
                let language = language.to_ascii_lowercase();
                let known = KNOWN.iter().find(|names| names.contains(&&*language));
                known.map(|names| names[0])
            }
        }
    }
}

/// What the page "Code Block Macro" of Confluence Data Center's documentation lists, each behind the
/// value of the parameter and before the names that people give it in Markdown.
const KNOWN: [&[&str]; 26] = [
    &["actionscript3", "actionscript", "as3"],
    &["applescript"],
    &["bash", "sh", "shell", "zsh"],
    &["c#", "csharp", "cs"],
    &["coldfusion", "cfm"],
    &["cpp", "c++", "c"],
    &["css"],
    &["delphi", "pascal"],
    &["diff", "patch"],
    &["erl", "erlang"],
    &["groovy", "gradle"],
    &["java"],
    &["jfx", "javafx"],
    &["js", "javascript"],
    &["perl", "pl"],
    &["php"],
    &["powershell", "ps1"],
    &["py", "python"],
    &["ruby", "rb"],
    &["sass", "scss"],
    &["scala"],
    &["sql"],
    &["text", "txt", "plain", "plaintext"],
    &["vb", "vbnet"],
    &["xml", "html", "xhtml", "svg"],
    &["yml", "yaml"],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn block(language: &str) -> String {
        let language = match language {
            "" => String::new(),
            name => format!("<ac:parameter ac:name=\"language\">{name}</ac:parameter>"),
        };
        format!(
            "<ac:structured-macro ac:name=\"code\">{language}\
             <ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>"
        )
    }

    #[test]
    fn a_code_block_names_no_language_that_data_center_would_take_for_an_error() {
        for (written, named) in [
            ("py", "py"),
            ("Python", "py"),
            ("sh", "bash"),
            ("yaml", "yml"),
            ("json", ""),
            ("rust", ""),
            ("", ""),
        ] {
            let markdown = format!("```{written}\nx\n```");
            assert_eq!(from_markdown(&markdown), block(named), "{written}");
        }
        assert_eq!(super::super::from_markdown("```json\nx"), block("json"));
    }

    #[test]
    fn languages_that_the_page_names_already_are_kept() {
        let page = format!("{}<p>a</p>", block("json"));
        assert_eq!(from_markdown_over("```json\nx\n```\n\na", &page), page);
        let edited = from_markdown_over("```json\ny\n```\n\n```go\nx\n```\n\na", &page);
        let expected = format!(
            "{}{}<p>a</p>",
            block("json").replace("[x]", "[y]"),
            block("")
        );
        assert_eq!(edited, expected);
    }
}

//! Text as XML: what stands between tags, in attributes, in CDATA.
//! Which elements there are is the parent's part.

/// Text between tags.
pub(in crate::markup::storage) fn text(text: &str) -> String {
    escaped(text, false)
}

/// The value of an attribute in double quotes.
pub(in crate::markup::storage) fn attribute(text: &str) -> String {
    escaped(text, true)
}

/// Text as it is. Its end mark is cut in two where the text contains it.
pub(in crate::markup::storage) fn cdata(text: &str) -> String {
    let text: String = text.chars().filter(|c| is_allowed(*c)).collect();
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

fn escaped(text: &str, quotes: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_allowed(*c)) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' if quotes => escaped.push_str("&quot;"),
            // A parser makes a blank of these in attributes.
            '\n' | '\r' | '\t' if quotes => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// XML 1.0, production 2: some characters cannot stand in a document in any form.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(text("a & <b> \"c\"\0\u{fffe}"), "a &amp; &lt;b&gt; \"c\"");
        assert_eq!(attribute("\"a\nb\""), "&quot;a b&quot;");
        assert_eq!(cdata("a]]>b"), "<![CDATA[a]]]]><![CDATA[>b]]>");
    }
}

//! HTML entities as characters.
//! Tags are none of its business.

use quick_xml::escape::resolve_html5_entity;

/// Longest name between `&` and `;` worth looking at.
const LONGEST: usize = 32;

/// The text with every known entity replaced; anything else stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((character, end)) => {
                decoded.push_str(&character);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded + rest
}

/// What an entity name stands for: `amp`, `#8211`, `#x2013`.
pub(super) fn character(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(str::to_owned);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
        .filter(|c| *c != '\0')
        .map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_entities_are_decoded_and_others_kept() {
        for (text, decoded) in [
            ("a &amp; b &lt;c&gt; &nbsp;d", "a & b <c> \u{a0}d"),
            ("&#8211;&#x2013;&rarr;&uuml;", "––→ü"),
            (
                "R&D; &nosuch; &; & &#; &#xffffffff; &#0;",
                "R&D; &nosuch; &; & &#; &#xffffffff; &#0;",
            ),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(decode(text), decoded, "{text}");
        }
    }
}

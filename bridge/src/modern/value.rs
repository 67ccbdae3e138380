//! A text as the value of a header (2026-07-28, "Value Encoding"): as it stands where that is safe,
//! else as Base64 between two marks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

const OPENING: &str = "=?base64?";
const CLOSING: &str = "?=";

/// Writes a text so that it arrives as it is, whatever is in it.
pub(super) fn encode(text: &str) -> HeaderValue {
    let written = if is_safe(text) {
        text.to_owned()
    } else {
        format!("{OPENING}{}{CLOSING}", STANDARD.encode(text))
    };
    HeaderValue::from_str(&written).expect("printable ASCII is a header value")
}

/// Whether a text survives as it stands. A tab would be legal inside, but not everybody leaves it
/// alone.
fn is_safe(text: &str) -> bool {
    let is_printable = text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    let has_edges = text.starts_with(' ') || text.ends_with(' ');
    let looks_encoded = text.starts_with(OPENING) && text.ends_with(CLOSING);
    is_printable && !has_edges && !looks_encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rule for receivers, written independently.
    fn decode(value: &HeaderValue) -> String {
        let text = value.to_str().unwrap();
        match text
            .strip_prefix("=?base64?")
            .and_then(|rest| rest.strip_suffix("?="))
        {
            Some(base64) => String::from_utf8(STANDARD.decode(base64).unwrap()).unwrap(),
            None => text.to_owned(),
        }
    }

    #[test]
    fn the_examples_of_the_revision_come_out_as_written_there() {
        for (text, header) in [
            ("us-west1", "us-west1"),
            ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
            (" padded ", "=?base64?IHBhZGRlZCA=?="),
            ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
            ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
            ("us west 1", "us west 1"),
            ("a\tb", "=?base64?YQli?="),
            ("", ""),
        ] {
            assert_eq!(encode(text), header, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_arrives_as_it_was(text in any::<String>()) {
            prop_assert_eq!(decode(&encode(&text)), text);
        }

        #[test]
        fn what_looks_encoded_arrives_as_it_was_too(inner in "[a-z=?/+]{0,12}") {
            let text = format!("=?base64?{inner}?=");
            prop_assert_eq!(decode(&encode(&text)), text);
        }

        #[test]
        fn no_header_begins_or_ends_with_space_or_holds_a_control_character(text in "[ -~\t\r\n]{0,20}") {
            let value = encode(&text);
            let bytes = value.as_bytes();
            prop_assert!(bytes.iter().all(|byte| (0x20..=0x7e).contains(byte)));
            prop_assert!(!bytes.starts_with(b" ") && !bytes.ends_with(b" "));
        }
    }
}

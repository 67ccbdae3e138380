//! Takes secrets out of a text, in every form in which they travel: as they are, in JSON, in Base64
//! and in URLs.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use shared::secret::Secret;

const MARK: &str = "[redacted]";

/// The text with a mark in place of each secret.
pub(super) fn redact(text: &str, secrets: &[Secret]) -> String {
    let mut forms: Vec<_> = secrets.iter().flat_map(forms).collect();
    // One may be a part of another.
    forms.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms.retain(|form| !form.is_empty());
    let shorten = |text: String, form: &String| match text.contains(form) {
        true => text.replace(form, MARK),
        false => text,
    };
    forms.iter().fold(text.to_owned(), shorten)
}

fn forms(secret: &Secret) -> [String; 6] {
    let text = secret.expose();
    let json = serde_json::to_string(text).unwrap_or_default();
    let percent: String = text.bytes().map(percent).collect();
    [
        text.to_owned(),
        json.trim_matches('"').to_owned(),
        // Padding behind a mark gives nothing away.
        STANDARD_NO_PAD.encode(text),
        URL_SAFE_NO_PAD.encode(text),
        percent.to_lowercase(),
        percent,
    ]
}

/// As RFC 3986, section 2.3, leaves it: everything but the unreserved characters is escaped.
fn percent(byte: u8) -> String {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_secret_is_taken_out_in_every_form() {
        let secrets = [Secret::new("ana@x.io:to\"k+1"), Secret::new("to\"k+1")];
        for text in [
            "ana@x.io:to\"k+1",
            r#"{"a":"to\"k+1"}"#,
            "YW5hQHguaW86dG8iaysx",
            "dG8iaysx==",
            "?t=to%22k%2B1",
        ] {
            let redacted = redact(text, &secrets);
            assert!(redacted.contains(MARK), "{text}");
            assert!(
                !redacted.contains("k+1") && !redacted.contains("2B1"),
                "{redacted}"
            );
        }
        assert_eq!(redact("nothing", &secrets), "nothing");
        assert_eq!(redact("x", &[Secret::new("")]), "x");
    }

    proptest! {
        #[test]
        fn no_secret_is_left(secret in "[!-~]{6,20}", before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
            let secrets = [Secret::new(secret.as_str())];
            let text = format!("{before}{secret}{after}");
            prop_assert!(!redact(&text, &secrets).contains(&secret));
        }
    }
}

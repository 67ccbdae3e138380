//! Every form in which a secret could show up somewhere it must not.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The forms of one secret, with the user names it may be joined to.
fn forms(secret: &str, users: &[&str]) -> Vec<String> {
    let joined = users.iter().map(|user| format!("{user}:{secret}"));
    std::iter::once(secret.to_owned())
        .chain(joined)
        .flat_map(|text| {
            [
                utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string(),
                STANDARD.encode(&text),
                STANDARD_NO_PAD.encode(&text),
                URL_SAFE_NO_PAD.encode(&text),
                text,
            ]
        })
        .collect()
}

/// Fails when any form of any secret is in the text; shows where, with the secret blanked.
///
/// # Panics
/// That is what it is for.
pub fn assert_none(place: &str, text: &str, secrets: &[&str], users: &[&str]) {
    for secret in secrets {
        for form in forms(secret, users) {
            if let Some(at) = text.find(&form) {
                let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
                panic!("{place} shows a secret after: {}", &text[start..at]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the log shows a secret after: Authorization: Basic ")]
    fn a_secret_is_found_within_base64_of_user_and_secret() {
        let line = format!(
            "ok\nAuthorization: Basic {}",
            STANDARD.encode("ana@x.io:s3cret")
        );
        assert_none("the log", &line, &["s3cret"], &["ana@x.io"]);
    }

    #[test]
    #[should_panic(expected = "shows a secret")]
    fn a_secret_is_found_percent_encoded() {
        assert_none("the log", "?t=s%2F3cret", &["s/3cret"], &[]);
    }
}

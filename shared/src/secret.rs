//! A value that cannot be printed; not where it comes from.

use std::fmt;

use http::HeaderValue;
use http::header::InvalidHeaderValue;

/// A token or password.
///
/// Has no `Display` and no `Serialize`; `Debug` shows that there is one and nothing else. The only
/// ways out are [`Secret::expose`], easy to find in a review, and [`Secret::to_header`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes the text out of circulation.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `prefix` and the secret as a header value that HTTP libraries print as `Sensitive`.
    ///
    /// # Errors
    /// When the text holds a character that no header may carry, such as a line break.
    pub fn to_header(&self, prefix: &str) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = HeaderValue::from_bytes(format!("{prefix}{}", self.0).as_bytes())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_the_text_nor_its_length() {
        assert_eq!(format!("{:?}", Secret::new("tok-123")), "Secret(…)");
    }

    #[test]
    fn a_header_made_of_it_is_marked_sensitive() {
        let header = Secret::new("tok-123").to_header("Bearer ").unwrap();
        assert_eq!(header.as_bytes(), b"Bearer tok-123");
        assert!(!format!("{header:?}").contains("tok-123"));
    }

    #[test]
    fn a_line_break_cannot_become_a_header() {
        assert!(Secret::new("a\r\nX-Evil: 1").to_header("").is_err());
    }
}

//! Ids of requests: what the sender wrote, and when two of them are the same; not who waits for one.

use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// The `id` member of a message. All five forms mean different things.
#[derive(Debug, Clone, Copy)]
pub enum Id<'a> {
    /// No `id` member: a notification if there is a method.
    Absent,
    /// `"id": null`: an answer to something whose id could not be read, or a malformed request.
    Null,
    /// A JSON string, raw with its quotes.
    String(&'a RawValue),
    /// A JSON number of any size and spelling, raw.
    Number(&'a RawValue),
    /// Anything else: `true`, an array, an object.
    Invalid(&'a RawValue),
}

impl<'a> Id<'a> {
    /// Sorts a raw `id` member into its form by its first byte.
    #[must_use]
    pub fn of(raw: &'a RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b'"') => Self::String(raw),
            Some(b'-' | b'0'..=b'9') => Self::Number(raw),
            _ => Self::Invalid(raw),
        }
    }

    /// The id as an owned value to wait under, if it is one that can be answered.
    #[must_use]
    pub fn to_request_id(&self) -> Option<RequestId> {
        match self {
            Self::String(raw) | Self::Number(raw) => Some(RequestId::new((*raw).to_owned())),
            Self::Absent | Self::Null | Self::Invalid(_) => None,
        }
    }
}

/// An id that can be waited for and answered.
///
/// Keeps the sender's spelling for the answer and compares decoded values, because a peer may
/// re-escape a string (`"x\u0041"` comes back as `"xA"`) or re-format a number (`1.0` as `1`).
#[derive(Debug, Clone)]
pub struct RequestId {
    raw: Box<RawValue>,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Value {
    String(String),
    /// A string with a lone surrogate, which cannot be decoded: its spelling stands for itself.
    Undecodable(String),
    Number(String),
}

impl RequestId {
    fn new(raw: Box<RawValue>) -> Self {
        let text = raw.get();
        let value = if text.starts_with('"') {
            serde_json::from_str(text)
                .map_or_else(|_| Value::Undecodable(text.to_owned()), Value::String)
        } else {
            Value::Number(canonical_number(text))
        };
        Self { raw, value }
    }

    /// The id as the sender wrote it: JSON text of a string or a number.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.raw.get()
    }
}

impl From<i64> for RequestId {
    fn from(number: i64) -> Self {
        let raw = RawValue::from_string(number.to_string()).expect("an integer is JSON");
        Self::new(raw)
    }
}

impl PartialEq for RequestId {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for RequestId {}

impl Hash for RequestId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// Spells equal numbers alike: `1`, `1.0` and `10e-1` become `1e0`. Works on the digits, because ids
/// that a double cannot tell apart are two ids all the same.
fn canonical_number(text: &str) -> String {
    let (sign, magnitude) = text
        .strip_prefix('-')
        .map_or(("", text), |magnitude| ("-", magnitude));
    let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_end_matches('0');
    let zeros = digits.len() - significant.len();
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return "0".to_owned();
    }
    let exponent = exponent.parse().ok().and_then(|exponent: isize| {
        exponent
            .checked_add_unsigned(zeros)?
            .checked_sub_unsigned(fraction.len())
    });
    // An exponent beyond all reason stands for itself.
    exponent.map_or_else(
        || text.to_owned(),
        |exponent| format!("{sign}{significant}e{exponent}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_id(json: &str) -> RequestId {
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        Id::of(&raw).to_request_id().unwrap()
    }

    #[test]
    fn ids_are_equal_when_their_decoded_values_are() {
        for (a, b) in [
            (r#""x\u0041""#, r#""xA""#),
            ("1", "1.0"),
            ("1000", "1e3"),
            ("0", "-0"),
            ("0", "-0.0"),
            ("-7", "-7.0"),
            ("0.10", "1E-1"),
            ("-120e+2", "-12000"),
            ("0e99", "0"),
            (r#""\ud800""#, r#""\ud800""#),
        ] {
            assert_eq!(request_id(a), request_id(b), "{a} and {b}");
        }
    }

    #[test]
    fn ids_of_different_value_or_type_differ() {
        for (a, b) in [
            ("1", r#""1""#),
            ("9007199254740993", "9007199254740992"),
            ("18446744073709551616", "18446744073709551617"),
            ("1.5", "1"),
            (r#""a""#, r#""A""#),
            // One double each, yet two numbers.
            ("9007199254740991", "9007199254740990.7"),
            ("6666666666666.6666", "6666666666666.66666666666666666666"),
            ("0", "1e-400"),
            ("1e400", "1e401"),
            ("1e99999999999999999999", "1e99999999999999999998"),
            ("7", "-7"),
            (r#""\ud800""#, r#""\"\\ud800\"""#),
        ] {
            assert_ne!(request_id(a), request_id(b), "{a} and {b}");
        }
    }

    #[test]
    fn an_id_is_echoed_as_its_sender_wrote_it() {
        for json in [
            r#""x\u0041""#,
            "1e3",
            "-0",
            "123456789012345678901234567890",
        ] {
            assert_eq!(serde_json::to_string(&request_id(json)).unwrap(), json);
        }
    }

    #[test]
    fn only_strings_and_numbers_can_be_answered() {
        for json in ["null", "true", "[1]", "{}"] {
            let raw = RawValue::from_string(json.to_owned()).unwrap();
            assert!(Id::of(&raw).to_request_id().is_none(), "{json}");
        }
    }
}

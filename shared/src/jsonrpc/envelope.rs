//! The members of one message that say what it is: a request, a notification or a response.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::id::Id;
use super::message::{Malformed, not_json};

/// One message: its envelope decoded, its payload raw.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// The `jsonrpc` member.
    pub version: Version,
    /// The `id` member.
    pub id: Id<'a>,
    /// The `method` member.
    pub method: Method<'a>,
    /// The `params` member, raw.
    pub params: Option<&'a RawValue>,
    /// The `result` member, raw.
    pub result: Option<&'a RawValue>,
    /// The `error` member, raw.
    pub error: Option<&'a RawValue>,
}

/// The `jsonrpc` member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// `"2.0"`.
    TwoPointZero,
    /// Left out, as some hand-made clients do.
    Absent,
    /// Any other value.
    Other,
}

/// The `method` member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method<'a> {
    /// No `method` member: a response, if it is anything.
    Absent,
    /// A string, decoded.
    Name(Cow<'a, str>),
    /// Present but not a string.
    Invalid,
}

/// What a well-formed message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Has a method and an id; wants exactly one answer.
    Request,
    /// Has a method and no id; wants none.
    Notification,
    /// Has a result or an error.
    Response,
}

/// Why JSON is not a JSON-RPC message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// `jsonrpc` is absent or not `"2.0"`.
    #[error("`jsonrpc` must be \"2.0\"")]
    Version,
    /// A request whose id is null or neither a string nor a number.
    #[error("`id` of a request must be a string or a number")]
    Id,
    /// `method` is not a string.
    #[error("`method` must be a string")]
    Method,
    /// `params` is neither an object nor an array.
    #[error("`params` must be an object")]
    Params,
    /// Neither a method nor a result nor an error.
    #[error("a message needs a `method`, a `result` or an `error`")]
    Nothing,
}

impl<'a> Envelope<'a> {
    /// Reads the envelope of one message.
    ///
    /// # Errors
    /// [`Malformed::NotAMessage`] when the value is not an object or names a member of the envelope
    /// twice (readers disagree on which one counts, so neither may).
    pub fn parse(raw: &'a RawValue) -> Result<Self, Malformed> {
        if !raw.get().starts_with('{') {
            return Err(Malformed::NotAMessage {
                why: "it is not an object".to_owned(),
            });
        }
        let members: Members<'a> =
            serde_json::from_str(raw.get()).map_err(|error| match not_json(&error) {
                Malformed::NotJson { at } => Malformed::NotAMessage { why: at },
                other => other,
            })?;
        if let Some(name) = members.repeated {
            return Err(Malformed::NotAMessage {
                why: format!("it has two `{name}` members"),
            });
        }
        Ok(Self {
            version: members.version.map_or(Version::Absent, version_of),
            id: members.id.map_or(Id::Absent, Id::of),
            method: members.method.map_or(Method::Absent, method_of),
            params: members.params,
            result: members.result,
            error: members.error,
        })
    }

    /// Says what this message is.
    ///
    /// # Errors
    /// [`Invalid`] names the first rule of JSON-RPC it breaks.
    pub fn kind(&self) -> Result<Kind, Invalid> {
        if self.version != Version::TwoPointZero {
            return Err(Invalid::Version);
        }
        match (&self.method, &self.id) {
            (Method::Invalid, _) => Err(Invalid::Method),
            (Method::Name(_), _) if !self.has_structured_params() => Err(Invalid::Params),
            (Method::Name(_), Id::Absent) => Ok(Kind::Notification),
            (Method::Name(_), Id::String(_) | Id::Number(_)) => Ok(Kind::Request),
            (Method::Name(_), Id::Null | Id::Invalid(_)) => Err(Invalid::Id),
            (Method::Absent, _) if self.result.is_some() || self.error.is_some() => {
                Ok(Kind::Response)
            }
            (Method::Absent, _) => Err(Invalid::Nothing),
        }
    }

    /// The method's name, if there is one.
    #[must_use]
    pub fn method_name(&self) -> Option<&str> {
        match &self.method {
            Method::Name(name) => Some(name),
            Method::Absent | Method::Invalid => None,
        }
    }

    /// `params: null` is taken for no params, as the Python server's clients send it (fault B-22).
    fn has_structured_params(&self) -> bool {
        self.params
            .is_none_or(|raw| matches!(raw.get().as_bytes().first(), Some(b'{' | b'[' | b'n')))
    }
}

fn version_of(raw: &RawValue) -> Version {
    if raw.get() == r#""2.0""# {
        Version::TwoPointZero
    } else {
        Version::Other
    }
}

fn method_of(raw: &RawValue) -> Method<'_> {
    serde_json::from_str::<Name<'_>>(raw.get()).map_or(Method::Invalid, |name| Method::Name(name.0))
}

/// A string borrowed when it has no escapes, owned when it has.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Default)]
struct Members<'a> {
    version: Option<&'a RawValue>,
    id: Option<&'a RawValue>,
    method: Option<&'a RawValue>,
    params: Option<&'a RawValue>,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    repeated: Option<&'static str>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON-RPC message")
    }

    // Written by hand because `Option<&RawValue>` takes `"id": null` for an absent id.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        while let Some(Name(key)) = map.next_key()? {
            let (slot, name) = match &*key {
                "jsonrpc" => (&mut members.version, "jsonrpc"),
                "id" => (&mut members.id, "id"),
                "method" => (&mut members.method, "method"),
                "params" => (&mut members.params, "params"),
                "result" => (&mut members.result, "result"),
                "error" => (&mut members.error, "error"),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if slot.replace(map.next_value()?).is_some() {
                members.repeated = Some(name);
            }
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests;

//! Reads the body of an answer, within limits, and decodes it.
//! Refusals are told apart in `refusal` before anything is decoded.

use http::header;
use serde::de::DeserializeOwned;

use super::{Answer, Call, Wants, connection};
use crate::error::Error;

/// No sensible answer is larger; a page with its whole body rarely passes 5 MiB.
const LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// The whole body, unless it passes the limit: that of the caller for a file, ours for anything else.
pub(super) async fn collect(
    call: &Call<'_>,
    mut response: reqwest::Response,
) -> Result<Vec<u8>, Error> {
    let limit = match call.wants {
        Wants::File { most } if response.status().is_success() => most,
        _ => LIMIT_BYTES as u64,
    };
    let announced = response.content_length();
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(call, announced));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| connection::failure(call, &error))?
    {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(too_large(call, None));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The refusal of a body that is, or says to be, too large.
pub(super) fn too_large(call: &Call<'_>, size_bytes: Option<u64>) -> Error {
    let (service, what) = (call.site.service, call.what.clone());
    match call.wants {
        Wants::File { most } => Error::FileTooLarge {
            service,
            what,
            size_bytes,
            limit_bytes: most,
        },
        Wants::Data => Error::TooLarge {
            service,
            what,
            limit_bytes: LIMIT_BYTES,
        },
    }
}

/// The value of a successful answer.
pub(super) fn decode<T: DeserializeOwned>(call: &Call<'_>, answer: &Answer) -> Result<T, Error> {
    if is_web_page(answer) {
        return Err(Error::LoginPage {
            service: call.site.service,
            status: answer.status.as_u16(),
        });
    }
    value(&answer.body).map_err(|Misshapen { path, detail }| Error::Malformed {
        service: call.site.service,
        what: call.what.clone(),
        path,
        detail,
    })
}

/// Where a body is not what was expected, and how.
#[derive(Debug, PartialEq, Eq)]
struct Misshapen {
    path: String,
    detail: String,
}

/// Reads a body as JSON. An empty one is a value to whoever expects none, as after a write (B-34), and
/// no answer to whoever asked for something: "nothing found" would be made up.
fn value<T: DeserializeOwned>(body: &[u8]) -> Result<T, Misshapen> {
    if body.is_empty() {
        return serde_json::from_slice(b"null").map_err(|_| Misshapen {
            path: ".".to_owned(),
            detail: "the answer is empty".to_owned(),
        });
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| Misshapen {
        path: error.path().to_string(),
        detail: error.inner().to_string(),
    })?;
    json.end().map_err(|error| Misshapen {
        path: ".".to_owned(),
        detail: error.to_string(),
    })?;
    Ok(value)
}

/// Whether the answer is HTML, by its type or its first character.
fn is_web_page(answer: &Answer) -> bool {
    let first = answer.body.iter().find(|byte| !byte.is_ascii_whitespace());
    (is_typed_html(answer) && first.is_some()) || first == Some(&b'<')
}

/// Whether the answer says that it is HTML.
pub(super) fn is_typed_html(answer: &Answer) -> bool {
    let content_type = answer.headers.get(header::CONTENT_TYPE);
    content_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// B-34: a write that succeeded was reported as a failure because its answer was empty.
    #[test]
    fn b_34_an_empty_body_is_success_where_nothing_is_expected_and_no_answer_elsewhere() {
        assert_eq!(value::<()>(b""), Ok(()));
        let error = value::<Vec<Value>>(b"").unwrap_err();
        assert_eq!(error.detail, "the answer is empty");
    }

    #[test]
    fn what_follows_the_value_makes_the_body_misshapen() {
        assert_eq!(value::<Vec<u8>>(b"[1] "), Ok(vec![1]));
        assert!(value::<Vec<u8>>(b"[1] x").is_err());
    }
}

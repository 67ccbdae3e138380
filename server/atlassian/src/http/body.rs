//! Reads the body of an answer, within limits, and decodes it.
//! Refusals are told apart in `refusal` before anything is decoded.

use http::header;
use serde::de::DeserializeOwned;

use super::{Answer, Call, connection};
use crate::error::Error;

/// No sensible answer is larger; a page with its whole body rarely passes 5 MiB.
const LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// The whole body, unless it passes the limit.
pub(super) async fn collect(
    call: &Call<'_>,
    mut response: reqwest::Response,
) -> Result<Vec<u8>, Error> {
    let too_large = || Error::TooLarge {
        service: call.site.service,
        what: call.what.clone(),
        limit_bytes: LIMIT_BYTES,
    };
    if response
        .content_length()
        .is_some_and(|length| length > LIMIT_BYTES as u64)
    {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| connection::failure(call, &error))?
    {
        if body.len() + chunk.len() > LIMIT_BYTES {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The value of a successful answer. An empty body stands for JSON `null`.
pub(super) fn decode<T: DeserializeOwned>(call: &Call<'_>, answer: &Answer) -> Result<T, Error> {
    let body: &[u8] = if answer.body.is_empty() {
        b"null"
    } else {
        &answer.body
    };
    if is_web_page(answer) {
        let status = answer.status.as_u16();
        return Err(Error::LoginPage {
            service: call.site.service,
            status,
        });
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let malformed = |path: String, detail: String| Error::Malformed {
        service: call.site.service,
        what: call.what.clone(),
        path,
        detail,
    };
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| malformed(error.path().to_string(), error.inner().to_string()))?;
    json.end()
        .map_err(|error| malformed(".".to_owned(), error.to_string()))?;
    Ok(value)
}

/// Whether the answer is HTML, by its type or its first character.
fn is_web_page(answer: &Answer) -> bool {
    let content_type = answer.headers.get(header::CONTENT_TYPE);
    let html = content_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        });
    let first = answer.body.iter().find(|byte| !byte.is_ascii_whitespace());
    (html && first.is_some()) || first == Some(&b'<')
}

//! Bodies of answers: what kind they are, read whole with a limit; not who they are for.

mod garbled;
mod watched;

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName};
use reqwest::Response;
use shared::jsonrpc::{Envelope, Message};
use shared::secret::Secret;
use tokio::time::timeout;

use crate::reply::{Refusal, Unusable};
use crate::settings::shown;

use super::unreachable::chain;
pub(super) use watched::{Next, Watched, tell_of};

/// What a `Content-Type` header announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContentKind {
    EventStream,
    WebPage,
    /// JSON, or something that has to be looked at: servers mislabel JSON, or do not label it.
    Text(String),
}

impl ContentKind {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let essence = text
            .split(';')
            .next()
            .unwrap_or("")
            .trim()
            .to_ascii_lowercase();
        match essence.as_str() {
            "text/event-stream" => Self::EventStream,
            "text/html" | "application/xhtml+xml" => Self::WebPage,
            "" => Self::Text("no content type".to_owned()),
            _ => Self::Text(essence),
        }
    }
}

/// Reads a body to its end.
pub(super) async fn collect(response: Response, max_bytes: usize) -> Result<Bytes, Unusable> {
    let mut chunks = response.bytes_stream();
    let mut body = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| Unusable::CutShort {
            detail: chain(&error),
        })?;
        if body.len() + chunk.len() > max_bytes {
            return Err(Unusable::TooLarge { max_bytes });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// How much of an error's body is looked at, and for how long: it only explains.
const MAX_ERROR_BYTES: usize = 1024 * 1024;
const ERROR_BODY_WAIT: Duration = Duration::from_secs(5);
const EXCERPT_CHARACTERS: usize = 200;

/// Reads an HTTP error.
pub(crate) async fn read_refusal(
    response: Response,
    had_session: bool,
    secrets: &[Secret],
) -> Refusal {
    let kind = ContentKind::of(response.headers());
    let text = |name: HeaderName| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(without_secrets(value, secrets))
    };
    let challenge = text(WWW_AUTHENTICATE);
    let retry_after = text(RETRY_AFTER);
    let status = response.status();
    let url = shown(response.url());
    let body = match timeout(ERROR_BODY_WAIT, collect(response, MAX_ERROR_BYTES)).await {
        Ok(Ok(body)) => body,
        // The status alone then has to do.
        Ok(Err(_)) | Err(_) => Bytes::new(),
    };
    let is_json_rpc = is_json_rpc_error(&body);
    Refusal {
        status,
        url,
        excerpt: match error_message(&body).filter(|_| is_json_rpc) {
            Some(message) => excerpt(message.as_bytes(), &kind, secrets),
            None => excerpt(&body, &kind, secrets),
        },
        json_rpc: is_json_rpc.then_some(body),
        is_web_page: kind == ContentKind::WebPage,
        challenge,
        retry_after,
        had_session,
    }
}

/// Whether a body is a JSON-RPC error, with whatever id.
fn is_json_rpc_error(body: &[u8]) -> bool {
    let Ok(Message::Single(raw)) = Message::parse(body) else {
        return false;
    };
    Envelope::parse(raw).is_ok_and(|envelope| {
        let is_response = envelope.kind() == Ok(shared::jsonrpc::Kind::Response);
        is_response
            && envelope
                .error
                .is_some_and(|error| error.get().starts_with('{'))
    })
}

/// What a JSON-RPC error says; a notification that was refused has only the log to say it in.
fn error_message(body: &[u8]) -> Option<String> {
    let mut body: serde_json::Value = serde_json::from_slice(body).ok()?;
    serde_json::from_value(body["error"]["message"].take()).ok()
}

/// The beginning of a text on one line, without tags and without our secrets.
fn excerpt(body: &[u8], kind: &ContentKind, secrets: &[Secret]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = without_secrets(&text, secrets);
    let text = if *kind == ContentKind::WebPage {
        without_tags(&text)
    } else {
        text
    };
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").chars().take(EXCERPT_CHARACTERS).collect()
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_tag, behind)| behind));
        text.push(' ');
    }
    text
}

/// A server may repeat in an error what it was sent.
fn without_secrets(text: &str, secrets: &[Secret]) -> String {
    let shorten = |text: String, secret: &Secret| text.replace(secret.expose(), "…");
    secrets.iter().fold(text.to_owned(), shorten)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(content_type: &'static str) -> ContentKind {
        let value = http::HeaderValue::from_static(content_type);
        ContentKind::of(&[(CONTENT_TYPE, value)].into_iter().collect())
    }

    #[test]
    fn parameters_and_case_of_a_content_type_do_not_matter() {
        assert_eq!(
            kind("Text/Event-Stream; charset=utf-8"),
            ContentKind::EventStream
        );
        assert_eq!(kind("text/html;charset=UTF-8"), ContentKind::WebPage);
        assert_eq!(
            kind("APPLICATION/JSON"),
            ContentKind::Text("application/json".to_owned())
        );
        let missing = ContentKind::of(&HeaderMap::new());
        assert_eq!(missing, ContentKind::Text("no content type".to_owned()));
    }

    #[test]
    fn only_an_error_object_of_version_two_counts_as_a_json_rpc_error() {
        assert!(is_json_rpc_error(
            br#"{"jsonrpc":"2.0","id":null,"error":{"code":1}}"#
        ));
        assert!(is_json_rpc_error(
            br#" {"jsonrpc":"2.0","error":{"code":1}} "#
        ));
        for other in [
            r#"{"detail":"Not Found"}"#,
            r#"{"error":{"code":1}}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            "<html>",
            "",
        ] {
            assert!(!is_json_rpc_error(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn an_excerpt_is_one_short_line_without_tags_and_secrets() {
        let secrets = [Secret::new("tok-secret")];
        let page = b"<html><title>Sign\r\nin</title>\n<p>you sent tok-secret</p>";
        let text = excerpt(page, &ContentKind::WebPage, &secrets);
        assert_eq!(text, "Sign in you sent …");
        let long = "é".repeat(1000);
        let text = excerpt(long.as_bytes(), &kind("text/plain"), &secrets);
        assert_eq!(text.chars().count(), EXCERPT_CHARACTERS);
    }
}

//! The door for the targets in `fuzz/`, behind the feature `fuzzing`, which nothing that is shipped
//! turns on: what the bridge reads from strangers, as it reads it. What is read is judged over there.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::jsonrpc::{ErrorObject, RequestId};
use shared::secret::Secret;
use tokio::io::AsyncRead;

use crate::modern::Modern;
use crate::outgoing::{Outgoing, Sorted, sort, sort_too_long};
use crate::reply::{Context, Failure};
use crate::settings::Settings;
use crate::stdio;
use crate::upstream::{ContentKind, read_refusal};

/// One line of the host and what has to happen to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The line, or the part of it that is kept of one that is too long.
    pub text: Bytes,
    /// Whether it is all there.
    pub is_whole: bool,
    /// What has to happen to it.
    pub outcome: Outcome,
}

/// What has to happen to something the host wrote.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is sent as it is.
    Sent {
        /// What is sent, a part of the line.
        message: Bytes,
        /// The request in it.
        request: Option<RequestId>,
    },
    /// It is sent, and this request needs no answer any more.
    Cancels {
        /// What is sent, a part of the line.
        message: Bytes,
        /// The request that is cancelled.
        request: RequestId,
    },
    /// It is not sent, and this request gets an error.
    Refused {
        /// The request.
        request: RequestId,
        /// The text of the error.
        why: String,
    },
    /// It is not sent, and nobody is told but the log.
    Ignored,
    /// An array, element by element.
    Batch(Vec<Self>),
}

/// Reads an input to its end, line by line.
///
/// # Errors
/// Those of the input.
pub async fn lines(
    input: impl AsyncRead + Unpin,
    max_message_bytes: usize,
) -> std::io::Result<Vec<Line>> {
    let mut reader = stdio::Lines::new(input, max_message_bytes);
    let mut lines = Vec::new();
    while let Some(line) = reader.next().await? {
        lines.push(match line {
            stdio::Line::Whole(text) => Line {
                outcome: sort(&text).into(),
                text,
                is_whole: true,
            },
            stdio::Line::TooLong(text) => Line {
                outcome: sort_too_long(&text, max_message_bytes).into(),
                text,
                is_whole: false,
            },
        });
    }
    Ok(lines)
}

impl From<Sorted> for Outcome {
    fn from(sorted: Sorted) -> Self {
        match sorted {
            Sorted::Forward(Outgoing {
                bytes, requests, ..
            }) => Self::Sent {
                message: bytes,
                request: requests.first().cloned(),
            },
            Sorted::Cancel(message, request) => Self::Cancels {
                message: message.bytes,
                request,
            },
            Sorted::Refuse(request, error) => Self::Refused {
                request,
                why: error.message,
            },
            Sorted::Ignore(_) => Self::Ignored,
            Sorted::Batch { elements, .. } => {
                Self::Batch(elements.into_iter().map(Self::from).collect())
            }
        }
    }
}

/// The answer to `tools/list` as the host gets it, and the headers of a message of revision 2026-07-28
/// that is sent after it; `None` for a message of another era.
///
/// An answer that is no JSON object with a `result` reaches nobody and teaches nothing.
pub fn after_list(answer: &Bytes, message: &[u8]) -> (Option<Bytes>, Option<HeaderMap>) {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        result: &'a RawValue,
    }
    let modern = Modern::default();
    let list = serde_json::from_slice::<Answer<'_>>(answer).ok();
    let passed = list.map(|list| modern.pass_list(answer, list.result));
    (passed, modern.headers(message))
}

/// Whether these headers announce an event stream.
#[must_use]
pub fn announces_events(headers: &HeaderMap) -> bool {
    ContentKind::of(headers) == ContentKind::EventStream
}

/// What the host is told of an HTTP error, and how long the server wants to be left alone. Needs a
/// runtime with time.
pub async fn refusal(
    response: http::Response<Bytes>,
    settings: &Settings,
    secrets: &[Secret],
) -> (ErrorObject, Option<Duration>) {
    let refusal = read_refusal(response.into(), false, secrets).await;
    let delay = refusal.delay();
    let failure = Failure::Refused(refusal.into());
    (failure.to_error(&Context::of(settings)), delay)
}

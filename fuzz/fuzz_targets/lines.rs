//! Any bytes as the lines of a host, cut anywhere: the same lines come out however they are cut, each
//! with exactly one outcome, none beyond the limit, and a request is never passed over. Not what is
//! sent in the end.

#![no_main]

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use bridge::fuzzing::{Line, Outcome};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shared::jsonrpc::RequestId;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::runtime::Runtime;

/// As much as the bridge keeps of a line that is too long.
const KEPT: usize = 64 * 1024;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime without drivers needs nothing")
});

// Input: one byte for the limit, one for the number of cuts, that many lengths, then what the host
// writes.
fuzz_target!(|input: &[u8]| {
    let [limit, cuts, rest @ ..] = input else {
        return;
    };
    let limit = [8, 48, 256, 1 << 20][usize::from(limit % 4)];
    let Some((lengths, written)) = rest.split_at_checked(usize::from(cuts % 16)) else {
        return;
    };
    let read = RUNTIME.block_on(bridge::fuzzing::lines(Chunks::of(written, lengths), limit));
    let read = read.expect("nothing fails to be read");
    let expected = lines(written, limit);
    assert_eq!(read.len(), expected.len(), "{read:?}");
    for (line, written) in read.iter().zip(expected) {
        judge(line, written, limit);
    }
});

/// The lines with something in them; what is too long counts before it is known to be blank.
fn lines(written: &[u8], limit: usize) -> Vec<&[u8]> {
    let written = written.strip_prefix(b"\xef\xbb\xbf").unwrap_or(written);
    let lines = written.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.trim_ascii().is_empty() || line.len() > limit)
        .collect()
}

fn judge(line: &Line, written: &[u8], limit: usize) {
    assert_eq!(line.is_whole, written.len() <= limit);
    if line.is_whole {
        assert_eq!(line.text, written.trim_ascii());
        judge_outcome(&line.outcome, &line.text);
        return;
    }
    // Where it was cut decides how much there was when it became too long.
    assert!(written.starts_with(&line.text));
    assert!(line.text.len() > limit.min(KEPT - 1) && line.text.len() <= KEPT.max(limit));
    match &line.outcome {
        Outcome::Refused { request, why } => {
            assert!(spells(&line.text, request) && why.contains("longer"));
        }
        Outcome::Ignored => {}
        other => panic!("{other:?} of a line that is not all there"),
    }
}

/// Compares with a plain parser, which has a say only when it understands the message: it refuses
/// some JSON that is passed on, such as numbers out of range.
fn judge_outcome(outcome: &Outcome, text: &[u8]) {
    let value = serde_json::from_slice::<Value>(text).ok();
    match outcome {
        Outcome::Sent { message, request } => {
            assert_eq!(message, text);
            let Some(value) = value else { return };
            assert!(value.is_object());
            match request {
                Some(request) => assert!(is_request(&value) && is(&value["id"], request)),
                None => assert!(!is_request(&value)),
            }
        }
        Outcome::Cancels { message, request } => {
            assert_eq!(message, text);
            let Some(value) = value else { return };
            assert_eq!(value["method"], "notifications/cancelled");
            assert!(value["id"].is_null() && is(&value["params"]["requestId"], request));
        }
        Outcome::Refused { request, .. } => assert!(spells(text, request)),
        Outcome::Ignored => {
            let is_passed_over = value.is_some_and(|value| {
                is_request(&value) && value.get("result").or(value.get("error")).is_none()
            });
            assert!(!is_passed_over, "{}", String::from_utf8_lossy(text));
        }
        Outcome::Batch(elements) => {
            let Some(Value::Array(values)) = value else {
                return;
            };
            assert_eq!(elements.len(), values.len());
            for element in elements {
                if let Outcome::Sent { message, .. } | Outcome::Cancels { message, .. } = element {
                    judge_outcome(element, message);
                }
            }
        }
    }
}

fn is_request(value: &Value) -> bool {
    value["method"].is_string() && (value["id"].is_string() || value["id"].is_number())
}

fn is(id: &Value, request: &RequestId) -> bool {
    serde_json::from_str::<Value>(request.as_json()).is_ok_and(|request| request == *id)
}

/// Whether an id stands in a text as the host spelled it.
fn spells(text: &[u8], request: &RequestId) -> bool {
    let id = request.as_json().as_bytes();
    text.windows(id.len()).any(|part| part == id)
}

/// An input that hands out exactly these chunks.
struct Chunks(VecDeque<Bytes>);

impl Chunks {
    /// Chunks of the given lengths, and one with what remains. An empty one would read as the end.
    fn of(written: &[u8], lengths: &[u8]) -> Self {
        let mut rest = Bytes::copy_from_slice(written);
        let mut chunks: VecDeque<Bytes> = lengths
            .iter()
            .map(|length| rest.split_to(usize::from(*length).min(rest.len())))
            .collect();
        chunks.push_back(rest);
        chunks.retain(|chunk| !chunk.is_empty());
        Self(chunks)
    }
}

impl AsyncRead for Chunks {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(chunk) = self.0.front_mut() {
            let taken = chunk.split_to(chunk.len().min(buffer.remaining()));
            buffer.put_slice(&taken);
            if chunk.is_empty() {
                self.0.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

//! Any bytes as an event stream, cut anywhere: the same events come out however it is cut, nothing
//! larger than the limit does, and one bad event costs only itself. Not the encoder.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use shared::sse::{Event, decode_all};

/// Larger than any input that the fuzzer makes.
const NO_LIMIT: usize = 1 << 30;

// Input: one byte for the limit, one for the number of cuts, that many lengths, then the stream.
fuzz_target!(|input: &[u8]| {
    let [limit, cuts, rest @ ..] = input else {
        return;
    };
    let limit = [8, 16, 64, 1 << 20][usize::from(limit % 4)];
    let Some((lengths, stream)) = rest.split_at_checked(usize::from(cuts % 16)) else {
        return;
    };
    let events = decode_all(vec![Bytes::copy_from_slice(stream)], limit);
    assert_eq!(decode_all(cut(stream, lengths), limit), events);
    for event in events.iter().flatten() {
        within(event, limit);
    }
    assert_eq!(events, one_by_one(stream, limit));
});

/// Chunks of the given lengths, empty ones included, and one with what remains.
fn cut(stream: &[u8], lengths: &[u8]) -> Vec<Bytes> {
    let mut rest = Bytes::copy_from_slice(stream);
    let mut chunks: Vec<Bytes> = lengths
        .iter()
        .map(|length| rest.split_to(usize::from(*length).min(rest.len())))
        .collect();
    chunks.push(rest);
    chunks
}

fn within(event: &Event, limit: usize) {
    assert!(event.data.len() <= limit);
    assert!(event.last_event_id.len() <= limit);
    assert!(event.kind == "message" || event.kind.len() <= limit);
}

/// The slow way: cuts the whole stream at its blank lines, leaves out by hand what is too large or
/// not UTF-8, and reads the rest without a limit.
fn one_by_one(stream: &[u8], limit: usize) -> Vec<Option<Event>> {
    let stream = stream.strip_prefix(b"\xef\xbb\xbf").unwrap_or(stream);
    // A comment first: what looks like a byte order mark now is data.
    let mut readable = b":\n\n".to_vec();
    let mut is_readable = Vec::new();
    let mut block = Vec::new();
    for line in lines(stream) {
        block.extend_from_slice(&line);
        block.push(b'\n');
        if !line.is_empty() {
            continue;
        }
        let block = std::mem::take(&mut block);
        let without_blank_line = &block[..block.len() - 1];
        if without_blank_line.len() > limit || str::from_utf8(without_blank_line).is_err() {
            is_readable.push(false);
            continue;
        }
        let alone = decode_all(vec![[b":\n", &block[..]].concat().into()], NO_LIMIT);
        is_readable.extend(alone.iter().map(Option::is_some));
        readable.extend_from_slice(&block);
    }
    // All in one go, because the last event id carries over.
    let mut events = decode_all(vec![readable.into()], NO_LIMIT).into_iter();
    is_readable
        .into_iter()
        .map(|readable| readable.then(|| events.next().flatten()).flatten())
        .collect()
}

/// The complete lines of a stream, by all three endings.
fn lines(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut bytes = stream.iter().peekable();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if(|next| **next == b'\n');
                lines.push(std::mem::take(&mut line));
            }
            b'\n' => lines.push(std::mem::take(&mut line)),
            byte => line.push(byte),
        }
    }
    lines
}

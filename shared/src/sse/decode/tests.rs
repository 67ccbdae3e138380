//! The decoder against the standard's examples, a slow reference reader, and what the library alone
//! gets wrong.
#![expect(clippy::too_many_lines, reason = "a table is as long as its rows")]

use proptest::prelude::*;

use super::*;
use crate::sse::{encode_comment, encode_event};

const MAX: usize = 1 << 20;

fn decoded(input: &[u8]) -> Vec<Option<Event>> {
    decode_all(vec![Bytes::copy_from_slice(input)], MAX)
}

fn event(kind: &str, data: &str, id: &str, retry: Option<u64>) -> Option<Event> {
    Some(Event {
        kind: kind.to_owned(),
        data: data.to_owned(),
        last_event_id: id.to_owned(),
        retry: retry.map(Duration::from_millis),
    })
}

#[test]
fn fields_are_read_as_the_standard_says() {
    for (input, expected) in [
        ("data: a\n\n", vec![event("message", "a", "", None)]),
        ("data:a\n\n", vec![event("message", "a", "", None)]),
        ("data:  a\n\n", vec![event("message", " a", "", None)]),
        ("data\n\n", vec![event("message", "", "", None)]),
        (
            "data: a\ndata: b\n\n",
            vec![event("message", "a\nb", "", None)],
        ),
        (
            "event: endpoint\ndata: /m?s=1\n\n",
            vec![event("endpoint", "/m?s=1", "", None)],
        ),
        (
            ": keep-alive\n\ndata: a\n\n",
            vec![event("message", "a", "", None)],
        ),
        (
            "unknown: x\ndata: a\n\n",
            vec![event("message", "a", "", None)],
        ),
        (
            "id: 7\ndata: a\n\ndata: b\n\n",
            vec![
                event("message", "a", "7", None),
                event("message", "b", "7", None),
            ],
        ),
        (
            "id: a\0b\ndata: a\n\n",
            vec![event("message", "a", "", None)],
        ),
        (
            "retry: x\ndata: a\n\n",
            vec![event("message", "a", "", None)],
        ),
        ("event: only\n\n", vec![]),
        ("\n\n\n", vec![]),
        ("data: unfinished\n", vec![]),
    ] {
        assert_eq!(decoded(input.as_bytes()), expected, "{input:?}");
    }
}

#[test]
fn an_id_or_a_delay_without_data_is_not_lost() {
    assert_eq!(
        decoded(b"retry: 250\n\n"),
        [event("message", "", "", Some(250))]
    );
    let expected = [
        event("message", "", "p", None),
        event("message", "a", "p", None),
    ];
    assert_eq!(decoded(b"id: p\ndata:\n\ndata: a\n\n"), expected);
    assert_eq!(decoded(b"id: p\n\ndata: a\n\n"), expected);
}

#[test]
fn an_event_that_cannot_be_read_does_not_end_the_stream() {
    assert_eq!(
        decoded(b"data: \xff\n\ndata: a\n\n"),
        [None, event("message", "a", "", None)]
    );
}

#[test]
fn a_byte_order_mark_is_data_anywhere_but_at_the_start() {
    assert_eq!(
        decoded("\u{feff}data: a\n\n".as_bytes()),
        [event("message", "a", "", None)]
    );
    // A field name of its own, so an unknown field.
    assert_eq!(decoded("\n\u{feff}data: a\n\n".as_bytes()), []);
}

#[test]
fn a_transport_error_ends_the_stream_after_what_came_before_it() {
    let bytes = stream::iter([Ok(Bytes::from_static(b"data: a\n\ndata: b")), Err("reset")]);
    let all: Vec<_> = futures::executor::block_on(decode(bytes, MAX).collect());
    assert!(matches!(
        &all[..],
        [Ok(_), Err(DecodeError::Transport("reset"))]
    ));
}

/// A slow reader written from the standard: whole input, no streaming.
fn reference(input: &str) -> Vec<Option<Event>> {
    let input = input.strip_prefix('\u{feff}').unwrap_or(input);
    let text = input.replace("\r\n", "\n").replace('\r', "\n");
    let mut last_event_id = String::new();
    let mut events = Vec::new();
    let (mut kind, mut data, mut retry, mut metadata) = (String::new(), Vec::new(), None, false);
    let complete = text.rfind('\n').map_or("", |end| &text[..=end]);
    for line in complete.split_terminator('\n') {
        if line.is_empty() {
            if !data.is_empty() || metadata {
                events.push(Some(Event {
                    kind: if kind.is_empty() {
                        "message".to_owned()
                    } else {
                        kind.clone()
                    },
                    data: data.join("\n"),
                    last_event_id: last_event_id.clone(),
                    retry,
                }));
            }
            (kind, data, retry, metadata) = (String::new(), Vec::new(), None, false);
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut kind),
            "data" => data.push(value),
            "id" => {
                metadata = true;
                if !value.contains('\0') {
                    value.clone_into(&mut last_event_id);
                }
            }
            "retry" => {
                metadata = true;
                retry = value.parse().map(Duration::from_millis).ok().or(retry);
            }
            _ => {}
        }
    }
    // An id takes effect when its event is dispatched, which the last one may never be.
    events
}

/// Text in which everything the format cares about is frequent.
fn stream_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\n\n"),
        Just("\r"),
        Just("\r\n"),
        Just("\u{feff}"),
        Just("data"),
        Just(":"),
        Just(" "),
        Just("id: 1"),
        Just("retry: 9"),
        Just("event: e"),
        Just("data: {\"é\":1}"),
        Just("x"),
        Just("\0"),
        Just(": c"),
        Just("data: a\n\n"),
        Just("💡"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn cut(bytes: &[u8], cuts: &[usize]) -> Vec<Bytes> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    at.extend([0, bytes.len()]);
    at.sort_unstable();
    at.windows(2)
        .map(|pair| Bytes::copy_from_slice(&bytes[pair[0]..pair[1]]))
        .collect()
}

proptest! {
    #[test]
    fn any_cutting_gives_what_the_slow_reference_gives(
        text in stream_text(),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        prop_assert_eq!(decode_all(cut(text.as_bytes(), &cuts), MAX), reference(&text));
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _events = decode_all(vec![bytes.into()], 64);
    }

    #[test]
    fn what_is_encoded_is_decoded_again(
        data in "[^\r]{1,60}",
        cuts in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let bytes = [encode_comment("keep-alive"), encode_event("message", &data)].concat();
        prop_assert_eq!(decode_all(cut(&bytes, &cuts), MAX), [event("message", &data, "", None)]);
    }
}

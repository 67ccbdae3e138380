//! Cuts bytes into whole, valid events of bounded size; knows lines and blank lines, not fields'
//! meaning beyond what decides whether an event is worth passing on.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// The UTF-8 form of U+FEFF, allowed once at the start of a stream.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What the guard makes of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Guarded {
    /// One line of an event, ended by a line feed. Lines of an event follow each other.
    Line(Bytes),
    /// An event with bytes that are not UTF-8 was dropped.
    NotUtf8,
    /// An event larger than the limit was dropped.
    TooLarge,
}

/// Collects lines into events. Linear in its input: each byte is looked at once and copied once.
#[derive(Debug)]
pub(super) struct Guard {
    max_event_bytes: usize,
    /// The lines of the event being read, each ended by a line feed.
    event: BytesMut,
    line_start: usize,
    line_ends: Vec<usize>,
    position: Position,
    last_was_carriage_return: bool,
    overflowed: bool,
    ready: VecDeque<Guarded>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Nothing but a prefix of a byte order mark has been read.
    Start,
    Inside,
}

impl Guard {
    pub(super) fn new(max_event_bytes: usize) -> Self {
        Self {
            max_event_bytes,
            event: BytesMut::new(),
            line_start: 0,
            line_ends: Vec::new(),
            position: Position::Start,
            last_was_carriage_return: false,
            overflowed: false,
            ready: VecDeque::new(),
        }
    }

    /// Takes the next bytes, cut anywhere.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // The line feed of a CRLF that was cut in two, or that follows its own return.
            if self.last_was_carriage_return {
                self.last_was_carriage_return = false;
                if bytes[0] == b'\n' {
                    bytes = &bytes[1..];
                    continue;
                }
            }
            match bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
                None => {
                    self.extend(bytes);
                    return;
                }
                Some(end) => {
                    self.extend(&bytes[..end]);
                    self.last_was_carriage_return = bytes[end] == b'\r';
                    self.end_line();
                    bytes = &bytes[end + 1..];
                }
            }
        }
    }

    /// The next thing that is complete. What is incomplete when a stream ends is discarded, as the
    /// standard wants it.
    pub(super) fn pop(&mut self) -> Option<Guarded> {
        self.ready.pop_front()
    }

    fn extend(&mut self, bytes: &[u8]) {
        if self.overflowed {
            return;
        }
        if self.event.len() + bytes.len() > self.max_event_bytes {
            self.overflowed = true;
            self.event = BytesMut::new();
            self.line_ends.clear();
            self.line_start = 0;
            // Something after the start of a line is all that matters now: it is not a blank line.
            self.event.extend_from_slice(b"x");
            return;
        }
        self.event.extend_from_slice(bytes);
        if self.position == Position::Start && self.event.len() >= BYTE_ORDER_MARK.len() {
            self.strip_byte_order_mark();
        }
    }

    fn strip_byte_order_mark(&mut self) {
        self.position = Position::Inside;
        if self.event.starts_with(BYTE_ORDER_MARK) {
            let _mark = self.event.split_to(BYTE_ORDER_MARK.len());
        }
    }

    fn end_line(&mut self) {
        self.position = Position::Inside;
        if self.event.len() == self.line_start {
            self.end_event();
        } else if self.overflowed {
            self.line_start = 0;
            self.event.clear();
        } else {
            self.event.extend_from_slice(b"\n");
            self.line_start = self.event.len();
            self.line_ends.push(self.line_start);
        }
    }

    fn end_event(&mut self) {
        let event = std::mem::take(&mut self.event).freeze();
        let line_ends = std::mem::take(&mut self.line_ends);
        self.line_start = 0;
        if std::mem::take(&mut self.overflowed) {
            self.ready.push_back(Guarded::TooLarge);
        } else if str::from_utf8(&event).is_err() {
            self.ready.push_back(Guarded::NotUtf8);
        } else if !event.is_empty() {
            self.release(&event, &line_ends);
        }
    }

    fn release(&mut self, event: &Bytes, line_ends: &[usize]) {
        let mut start = 0;
        let mut has_data = false;
        let mut has_metadata = false;
        for &end in line_ends {
            let line = event.slice(start..end);
            has_data |= has_field(&line, b"data");
            has_metadata |= has_field(&line, b"id") || has_field(&line, b"retry");
            self.ready.push_back(Guarded::Line(line));
            start = end;
        }
        // An event without data is never dispatched and its id and retry would be lost with it
        // (a priming event of revision 2025-11-25 may be one): an empty data line keeps them.
        if has_metadata && !has_data {
            self.ready
                .push_back(Guarded::Line(Bytes::from_static(b"data\n")));
        }
        self.ready
            .push_back(Guarded::Line(Bytes::from_static(b"\n")));
    }
}

/// Whether a line (ended by a line feed) is of the named field, with or without a value.
fn has_field(line: &[u8], name: &[u8]) -> bool {
    line.strip_prefix(name)
        .is_some_and(|rest| matches!(rest.first(), Some(b':' | b'\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything the guard releases, as text, with `!` for a dropped event.
    fn guarded(chunks: &[&[u8]], max: usize) -> String {
        let mut guard = Guard::new(max);
        let mut out = String::new();
        for chunk in chunks {
            guard.push(chunk);
            while let Some(next) = guard.pop() {
                match next {
                    Guarded::Line(line) => out.push_str(str::from_utf8(&line).unwrap()),
                    Guarded::NotUtf8 => out.push_str("!utf8\n"),
                    Guarded::TooLarge => out.push_str("!large\n"),
                }
            }
        }
        out
    }

    #[test]
    fn every_line_ending_ends_a_line_once_also_when_cut_in_two() {
        for input in [
            "data:a\ndata:b\n\n",
            "data:a\rdata:b\r\r",
            "data:a\r\ndata:b\r\n\r\n",
        ] {
            for cut in 0..input.len() {
                let (left, right) = input.as_bytes().split_at(cut);
                assert_eq!(
                    guarded(&[left, right], 100),
                    "data:a\ndata:b\n\n",
                    "{input:?} at {cut}"
                );
            }
        }
    }

    #[test]
    fn a_bare_carriage_return_ends_the_event_without_waiting_for_the_next_byte() {
        assert_eq!(guarded(&[b"data:a\r\r"], 100), "data:a\n\n");
    }

    #[test]
    fn a_byte_order_mark_is_dropped_at_the_start_only_however_it_is_cut() {
        let input = b"\xef\xbb\xbfdata:a\n\ndata:\xef\xbb\xbfb\n\n";
        for cut in 0..input.len() {
            let (left, right) = input.split_at(cut);
            assert_eq!(
                guarded(&[left, right], 100),
                "data:a\n\ndata:\u{feff}b\n\n",
                "at {cut}"
            );
        }
    }

    #[test]
    fn an_event_that_is_not_utf_8_is_dropped_alone() {
        assert_eq!(
            guarded(&[b"data:a\ndata:\xff\n\ndata:b\n\n"], 100),
            "!utf8\ndata:b\n\n"
        );
    }

    #[test]
    fn an_event_over_the_limit_is_dropped_alone_and_not_kept_in_memory() {
        let long = [
            b"data:".as_slice(),
            &[b'x'; 50],
            b"\ndata:more\n\ndata:b\n\n",
        ]
        .concat();
        assert_eq!(guarded(&[&long], 20), "!large\ndata:b\n\n");
        let mut guard = Guard::new(20);
        for _ in 0..1000 {
            guard.push(&[b'x'; 1000]);
        }
        assert!(guard.event.capacity() < 2000, "{}", guard.event.capacity());
    }

    #[test]
    fn an_unfinished_event_is_not_released() {
        assert_eq!(guarded(&[b"data:a\n\ndata:b\n"], 100), "data:a\n\n");
    }

    #[test]
    fn metadata_without_data_gets_an_empty_data_line() {
        assert_eq!(guarded(&[b"retry:5\n\n"], 100), "retry:5\ndata\n\n");
        assert_eq!(guarded(&[b"id\n\n"], 100), "id\ndata\n\n");
        assert_eq!(guarded(&[b"id:1\ndata\n\n"], 100), "id:1\ndata\n\n");
        assert_eq!(guarded(&[b":comment\n\n"], 100), ":comment\n\n");
    }
}

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
    /// An event with bytes that are not UTF-8: all its lines, each ended by a line feed.
    NotUtf8(Bytes),
    /// An event larger than the limit was dropped.
    TooLarge,
}

/// Collects lines into events. Linear in its input: each byte is looked at once and copied once.
#[derive(Debug)]
pub(super) struct Guard {
    max_event_bytes: usize,
    /// The lines of the event being read, each ended by a line feed.
    event: BytesMut,
    line_ends: Vec<usize>,
    /// Nothing of the current line has been read.
    line_is_blank: bool,
    position: Position,
    last_was_carriage_return: bool,
    overflowed: bool,
    ready: VecDeque<Guarded>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Nothing but this many bytes of a byte order mark has been read.
    Start {
        mark_bytes: usize,
    },
    Inside,
}

impl Guard {
    pub(super) fn new(max_event_bytes: usize) -> Self {
        Self {
            max_event_bytes,
            event: BytesMut::new(),
            line_ends: Vec::new(),
            line_is_blank: true,
            position: Position::Start { mark_bytes: 0 },
            last_was_carriage_return: false,
            overflowed: false,
            ready: VecDeque::new(),
        }
    }

    /// Takes the next bytes, cut anywhere.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut bytes = self.strip_byte_order_mark(bytes);
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

    /// Takes a mark at the start of the stream off, before anything is counted.
    fn strip_byte_order_mark<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        while let Position::Start { mark_bytes } = self.position
            && let Some((first, rest)) = bytes.split_first()
        {
            let (read, expected) = BYTE_ORDER_MARK.split_at(mark_bytes);
            if *first != expected[0] {
                self.position = Position::Inside;
                self.extend(read);
            } else if expected.len() == 1 {
                self.position = Position::Inside;
                bytes = rest;
            } else {
                self.position = Position::Start {
                    mark_bytes: mark_bytes + 1,
                };
                bytes = rest;
            }
        }
        bytes
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.line_is_blank &= bytes.is_empty();
        // The line feed to come is counted now, so that it does not matter where the bytes are cut.
        let line_feed = usize::from(!self.line_is_blank);
        if self.event.len() + bytes.len() + line_feed > self.max_event_bytes {
            self.overflowed = true;
            self.event = BytesMut::new();
            self.line_ends.clear();
        }
        if !self.overflowed {
            self.event.extend_from_slice(bytes);
        }
    }

    fn end_line(&mut self) {
        if std::mem::replace(&mut self.line_is_blank, true) {
            self.end_event();
        } else if !self.overflowed {
            self.event.extend_from_slice(b"\n");
            self.line_ends.push(self.event.len());
        }
    }

    fn end_event(&mut self) {
        let event = std::mem::take(&mut self.event).freeze();
        let line_ends = std::mem::take(&mut self.line_ends);
        if std::mem::take(&mut self.overflowed) {
            self.ready.push_back(Guarded::TooLarge);
        } else if str::from_utf8(&event).is_err() {
            self.ready.push_back(Guarded::NotUtf8(event));
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
                    Guarded::NotUtf8(_) => out.push_str("!utf8\n"),
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
    fn an_event_over_the_limit_is_dropped_up_to_its_blank_line() {
        let long = [
            b"data:".as_slice(),
            &[b'x'; 50],
            b"\ndata:more\ndata:tail\n\ndata:b\n\n",
        ]
        .concat();
        assert_eq!(guarded(&[&long], 20), "!large\ndata:b\n\n");
    }

    #[test]
    fn the_limit_counts_an_event_with_its_line_feeds_and_nothing_else() {
        for (input, expected) in [
            ("data:ab\n\ndata:c\n\n", "data:ab\n\ndata:c\n\n"),
            ("data:abc\n\ndata:d\n\n", "!large\ndata:d\n\n"),
            ("a\r\nb:cde\r\n\r\n", "a\nb:cde\n\n"),
            ("a\r\nb:cdef\r\n\r\na\n\n", "!large\na\n\n"),
            ("\u{feff}data:ab\n\n", "data:ab\n\n"),
        ] {
            let input = input.as_bytes();
            for cut in 0..=input.len() {
                let (left, right) = input.split_at(cut);
                assert_eq!(guarded(&[left, right], 8), expected, "{input:?} at {cut}");
            }
        }
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

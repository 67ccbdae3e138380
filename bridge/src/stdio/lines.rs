//! Bytes in, lines of bounded length out; not what a line means.

use std::io;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// One line of the host, without what ended it. Never blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line within the limit.
    Whole(Bytes),
    /// The first part of a line beyond the limit; the rest of it is skipped.
    TooLong(Bytes),
}

/// How much of an over-long line is kept: enough to find out which request it was.
const KEPT_OF_TOO_LONG: usize = 64 * 1024;
const CHUNK: usize = 64 * 1024;

/// Reads lines. Each byte is looked at once, whatever the chunks.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    input: R,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no line end.
    searched: usize,
    state: State,
    max_bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was read yet: a byte order mark is no part of the first line.
    AtStart,
    Collecting,
    /// Within a line whose beginning was too long.
    Skipping,
    Ended,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(input: R, max_bytes: usize) -> Self {
        Self {
            input,
            buffer: BytesMut::new(),
            searched: 0,
            state: State::AtStart,
            max_bytes,
        }
    }

    /// The next line; `None` at the end of the input. Loses nothing when it is dropped half-way.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(line) = self.buffered() {
                return Ok(Some(line));
            }
            if self.state == State::Ended {
                return Ok(None);
            }
            self.buffer.reserve(CHUNK);
            if self.input.read_buf(&mut self.buffer).await? == 0 {
                let was_skipping = self.state == State::Skipping;
                self.state = State::Ended;
                // A last line needs no line end.
                let rest = self.cut(self.buffer.len());
                return Ok(without_white_space(rest)
                    .filter(|_| !was_skipping)
                    .map(Line::Whole));
            }
        }
    }

    /// The next line that the buffer holds the end of, or the start of one that is too long.
    fn buffered(&mut self) -> Option<Line> {
        loop {
            self.drop_byte_order_mark();
            let found = self.buffer[self.searched..]
                .iter()
                .position(|byte| *byte == b'\n');
            let Some(found) = found else {
                self.searched = self.buffer.len();
                return self.overflow();
            };
            let line = self.cut(self.searched + found);
            self.buffer.advance(1);
            if self.state == State::Skipping {
                self.state = State::Collecting;
                continue;
            }
            if line.len() > self.max_bytes {
                return Some(Line::TooLong(start_of(&line)));
            }
            if let Some(line) = without_white_space(line) {
                return Some(Line::Whole(line));
            }
        }
    }

    fn overflow(&mut self) -> Option<Line> {
        if self.state == State::Skipping {
            self.buffer.clear();
            self.searched = 0;
            return None;
        }
        if self.buffer.len() <= self.max_bytes {
            return None;
        }
        self.state = State::Skipping;
        self.searched = 0;
        Some(Line::TooLong(start_of(&std::mem::take(&mut self.buffer))))
    }

    /// The first bytes of the buffer, which the search begins behind. They keep nothing else alive: a
    /// request stays until it is answered, and a small one that were a part of the buffer would hold
    /// 64 KiB and make the next read allocate as much.
    fn cut(&mut self, length: usize) -> Bytes {
        self.searched = 0;
        if length < CHUNK {
            let line = Bytes::copy_from_slice(&self.buffer[..length]);
            self.buffer.advance(length);
            return line;
        }
        let rest = BytesMut::from(&self.buffer[length..]);
        let mut line = std::mem::replace(&mut self.buffer, rest);
        line.truncate(length);
        line.freeze()
    }

    fn drop_byte_order_mark(&mut self) {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let may_become_one = self.buffer.len() < MARK.len() && MARK.starts_with(&self.buffer);
        if self.state != State::AtStart || may_become_one {
            return;
        }
        self.state = State::Collecting;
        if self.buffer.starts_with(MARK) {
            self.buffer.advance(MARK.len());
            self.searched = 0;
        }
    }
}

/// What is kept of a line that is too long, without the rest of its memory.
fn start_of(line: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&line[..line.len().min(KEPT_OF_TOO_LONG)])
}

/// The line without white space around it, a carriage return above all; `None` when nothing is left.
fn without_white_space(line: Bytes) -> Option<Bytes> {
    let trimmed = line.trim_ascii();
    (!trimmed.is_empty()).then(|| line.slice_ref(trimmed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    async fn lines(chunks: &[&[u8]], max_bytes: usize) -> Vec<Line> {
        let mut input = tokio_test_input(chunks);
        let mut lines = Lines::new(&mut input, max_bytes);
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            all.push(line);
        }
        all
    }

    /// An input that hands out exactly these chunks.
    fn tokio_test_input(chunks: &[&[u8]]) -> impl AsyncRead + Unpin + use<> {
        let chunks: Vec<_> = chunks
            .iter()
            .map(|chunk| Ok::<_, io::Error>(Bytes::copy_from_slice(chunk)))
            .collect();
        tokio_util::io::StreamReader::new(futures::stream::iter(chunks))
    }

    fn whole(text: &str) -> Line {
        Line::Whole(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[tokio::test]
    async fn lines_are_cut_at_line_feeds_and_blank_ones_are_skipped() {
        let read = lines(&[b"\n  \n{\"a\"", b":1}\r\n\t{} \n\r\n"], 100).await;
        assert_eq!(read, [whole("{\"a\":1}"), whole("{}")]);
    }

    #[tokio::test]
    async fn a_last_line_needs_no_line_end() {
        assert_eq!(lines(&[b"a\nb"], 100).await, [whole("a"), whole("b")]);
        assert_eq!(lines(&[b"a\n \r"], 100).await, [whole("a")]);
    }

    #[tokio::test]
    async fn a_byte_order_mark_is_dropped_once_even_when_cut() {
        assert_eq!(lines(&[b"\xef", b"\xbb\xbfa\n"], 100).await, [whole("a")]);
        let later = lines(&[b"a\n\xef\xbb\xbfb\n"], 100).await;
        assert_eq!(later, [whole("a"), whole("\u{feff}b")]);
        // The first line is shorter than a mark.
        let later = lines(&[b"a\n", b"\xef\xbb\xbfb\n"], 100).await;
        assert_eq!(later, [whole("a"), whole("\u{feff}b")]);
    }

    #[tokio::test]
    async fn a_line_beyond_the_limit_is_told_by_its_start_and_the_next_one_is_read() {
        let long = vec![b'x'; KEPT_OF_TOO_LONG + 10];
        let start = Line::TooLong(Bytes::from(vec![b'x'; KEPT_OF_TOO_LONG]));
        for chunks in [
            vec![&long[..], b"more\nnext\n"],
            vec![&long[..], b"more", b"and more", b"\n", b"next"],
            vec![&[&long[..], b"\nnext\n"].concat()],
        ] {
            let read = lines(&chunks, KEPT_OF_TOO_LONG + 5).await;
            assert_eq!(read, [start.clone(), whole("next")]);
        }
        assert_eq!(lines(&[&long], KEPT_OF_TOO_LONG + 5).await, [start]);
    }

    #[tokio::test]
    async fn a_line_keeps_nothing_alive_but_itself() {
        let large = "x".repeat(3 * CHUNK);
        let text = format!("a\nbb\n{large}\nc\n{large}");
        let mut input = tokio_test_input(&[text.as_bytes()]);
        let mut lines = Lines::new(&mut input, text.len());
        for expected in ["a", "bb", &large, "c", &large] {
            let Some(Line::Whole(line)) = lines.next().await.unwrap() else {
                panic!("a line of {} bytes is missing", expected.len());
            };
            assert_eq!(line, expected);
            assert!(line.is_unique(), "{} bytes", expected.len());
        }
        assert!(lines.buffer.capacity() < large.len());
    }

    proptest! {
        #[test]
        fn the_same_lines_come_out_however_the_input_is_cut(
            text in "[ab\r\n \u{e9}]{0,60}",
            cuts in proptest::collection::vec(0usize..60, 0..6),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().filter(|cut| *cut < bytes.len()).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                // An empty chunk would read as the end.
                if cut > from {
                    chunks.push(&bytes[from..cut]);
                    from = cut;
                }
            }
            let expected: Vec<Line> = text
                .split('\n')
                .map(|line| line.trim_matches([' ', '\r', '\n']))
                .filter(|line| !line.is_empty())
                .map(whole)
                .collect();
            prop_assert_eq!(runtime.block_on(lines(&chunks, 1000)), expected);
        }
    }
}

//! From an event to bytes; not when one is sent.

use bytes::{BufMut, Bytes, BytesMut};

/// Encodes one event. `kind` is a name of ours, such as `message`; `data` may have any line breaks,
/// which arrive as line feeds.
#[must_use]
pub fn encode_event(kind: &'static str, data: &str) -> Bytes {
    let mut bytes = BytesMut::with_capacity(kind.len() + data.len() + 24);
    bytes.put_slice(b"event: ");
    bytes.put_slice(kind.as_bytes());
    bytes.put_slice(b"\n");
    for line in lines(data) {
        bytes.put_slice(b"data: ");
        bytes.put_slice(line.as_bytes());
        bytes.put_slice(b"\n");
    }
    bytes.put_slice(b"\n");
    bytes.freeze()
}

/// Encodes a comment, which readers ignore: a sign of life that proxies see.
#[must_use]
pub fn encode_comment(text: &'static str) -> Bytes {
    Bytes::from(format!(": {text}\n\n"))
}

/// The lines of a text by all three endings of the format. One pass: an ending is CRLF, CR or LF.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let after = if text[end..].starts_with("\r\n") {
            end + 2
        } else {
            end + 1
        };
        rest = Some(&text[after..]);
        Some(&text[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_a_data_line_whatever_ended_it() {
        for data in ["a\nb", "a\rb", "a\r\nb"] {
            assert_eq!(
                encode_event("message", data),
                "event: message\ndata: a\ndata: b\n\n"
            );
        }
        assert_eq!(encode_event("message", ""), "event: message\ndata: \n\n");
        assert_eq!(
            encode_event("message", "a\n"),
            "event: message\ndata: a\ndata: \n\n"
        );
    }

    #[test]
    fn a_line_break_in_the_data_cannot_start_a_field_of_its_own() {
        let bytes = encode_event("message", "a\n\nevent: endpoint\rdata: /evil");
        let text = str::from_utf8(&bytes).unwrap();
        assert_eq!(text.matches("\n\n").count(), 1);
        assert!(!text.contains("\nevent: "));
    }
}

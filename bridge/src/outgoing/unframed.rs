//! What a line that is no JSON looks like, where that tells the writer of a host what to change; not
//! what becomes of it.

/// What to do about it, if that can be guessed.
pub(super) fn advice(line: &[u8]) -> Option<&'static str> {
    const HEADER: &[u8] = b"content-length:";
    let starts_with_header = line
        .get(..HEADER.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(HEADER));
    if is_utf_16(line) {
        return Some("this looks like UTF-16, and messages are UTF-8");
    }
    if starts_with_header {
        return Some("messages have no headers here, each is a line of its own");
    }
    is_cut(line).then_some("a message must be on one line, without line breaks in it")
}

/// Every other byte of ASCII in UTF-16 is zero, and a line cut at its line feed may begin with either
/// half.
fn is_utf_16(line: &[u8]) -> bool {
    let zeros = line.iter().filter(|byte| **byte == 0).count();
    zeros > 0 && zeros * 3 >= line.len()
}

/// Whether this is the first of the lines of a message that was made for the eye.
fn is_cut(line: &[u8]) -> bool {
    let read: Result<serde::de::IgnoredAny, _> = serde_json::from_slice(line);
    matches!(line.first(), Some(b'{' | b'[')) && read.is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_written_for_this_transport_is_told_how_it_should_be() {
        let utf_16: Vec<u8> = "{\"id\":1}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (line, says) in [
            (&utf_16[..], "UTF-16"),
            (b"\0", "UTF-16"),
            (b"Content-Length: 46", "no headers"),
            (b"content-length:46", "no headers"),
            (b"{", "one line"),
            (b"[ {\"id\": 1,", "one line"),
        ] {
            let advice = advice(line).unwrap();
            assert!(advice.contains(says), "{advice}");
        }
    }

    #[test]
    fn nothing_is_guessed_about_other_lines() {
        for line in ["hello", "", "}", "\"id\": 1,", "{x}", "{} {}"] {
            assert_eq!(advice(line.as_bytes()), None, "{line}");
        }
    }
}

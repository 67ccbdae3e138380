//! The bytes of a file as text, if they are text at all.

use encoding_rs::{Encoding, WINDOWS_1252};

/// The text, without its byte order mark. It is UTF-16 where it says so, else UTF-8 where it is valid,
/// else Windows-1252, as browsers read what says nothing.
pub(super) fn decoded(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, has_errors) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (!has_errors && !text.contains('\0')).then(|| text.into_owned());
    }
    match str::from_utf8(bytes) {
        Ok(text) => (!text.contains('\0')).then(|| text.to_owned()),
        Err(_) if bytes.iter().any(|byte| is_of_no_text(*byte)) => None,
        Err(_) => Some(
            WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
        ),
    }
}

/// Control characters besides those that texts and logs have: backspace, tab, ends of lines and pages, and
/// the one that begins colours. Files that are no text have others soon.
fn is_of_no_text(byte: u8) -> bool {
    !matches!(byte, 0x08 | b'\t' | b'\n' | 0x0c | b'\r' | 0x1b) && (byte < b' ' || byte == 0x7f)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_read_in_the_encoding_it_is_in() {
        for (bytes, expected) in [
            ("Grüße".as_bytes(), "Grüße"),
            (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "Grüße"),
            (b"Gr\xfc\xdfe \x80", "Grüße €"),
            (b"\xff\xfeG\0r\0\xfc\0", "Grü"),
            (b"\xfe\xff\0G\0r\0\xfc", "Grü"),
            (b"\x1b[31mred\x1b[0m\r\n", "\u{1b}[31mred\u{1b}[0m\r\n"),
        ] {
            assert_eq!(decoded(bytes).as_deref(), Some(expected), "{bytes:?}");
        }
    }

    #[test]
    fn what_has_characters_of_no_text_is_none() {
        for bytes in [
            &b"a\0b"[..],
            b"\x7fELF\x02\x01\x01\0",
            b"\xfc\x01\x02",
            b"\xff\xfeG\0\0\0",
            b"\xfe\xff\0G\xd8",
        ] {
            assert_eq!(decoded(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(text in "[^\\x00]{0,40}") {
            let expected = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let read = decoded(text.as_bytes());
            prop_assert_eq!(read.as_deref(), Some(expected));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            decoded(&bytes);
        }
    }
}

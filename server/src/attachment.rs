//! What an attached file shows a model: text, a picture, the pages of a PDF, or nothing. What is told of
//! it, and to whom, is in `tools`.
//!
//! The bytes decide. The media type that Atlassian tells is a claim of whoever uploaded the file.

mod pdf;
mod text;

use std::path::PathBuf;

pub(crate) use pdf::{PdfReader, Unread};

/// How large a picture may be, in bytes. Models take at most 5 MB of base64 for one (Claude's API:
/// "image exceeds 5 MB maximum"), which is three quarters of that in bytes.
pub(crate) const LARGEST_IMAGE: usize = 3_750_000;

/// The most bytes of a file that are fetched, unless the operator says otherwise: 10 MiB.
pub(crate) const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// How attached files are read in this server.
#[derive(Debug)]
pub(crate) struct Attachments {
    /// The most bytes that are fetched of one.
    pub(crate) most_bytes: u64,
    /// What reads PDFs.
    pub(crate) pdf: PdfReader,
}

/// What the bytes of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Text in any of the usual encodings; HTML and SVG, too.
    Text(String),
    /// A picture of a media type that models take.
    Image(&'static str),
    /// A PDF, by how it begins.
    Pdf,
    /// Anything else.
    Binary,
}

impl Attachments {
    /// Files of at most so many bytes, PDFs with the program at this path.
    pub(crate) fn new(most_bytes: u64, pdf_reader: PathBuf) -> Self {
        Self {
            most_bytes,
            pdf: PdfReader::at(pdf_reader),
        }
    }
}

/// Files of the usual size, and no PDFs.
impl Default for Attachments {
    fn default() -> Self {
        Self::new(MOST_BYTES, PathBuf::new())
    }
}

impl Content {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        if let Some(media_type) = image(bytes) {
            return Self::Image(media_type);
        }
        if is_pdf(bytes) {
            return Self::Pdf;
        }
        text::decoded(bytes).map_or(Self::Binary, Self::Text)
    }
}

/// The media type of a picture, by the bytes each begins with.
fn image(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

/// Some programs write a byte order mark or blanks in front; readers accept it.
fn is_pdf(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"%PDF-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_pdfs_are_told_by_how_they_begin() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n.."[..], Content::Image("image/png")),
            (b"\xff\xd8\xff\xe0..", Content::Image("image/jpeg")),
            (b"GIF89a..", Content::Image("image/gif")),
            (b"GIF87a..", Content::Image("image/gif")),
            (b"RIFF1234WEBPVP8 ", Content::Image("image/webp")),
            (b"RIFF1234WAVEfmt \0", Content::Binary),
            (b"%PDF-1.7\n\0", Content::Pdf),
            (b"\xef\xbb\xbf\n%PDF-1.7", Content::Pdf),
            (b"PK\x03\x04\0\0", Content::Binary),
        ] {
            assert_eq!(Content::of(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn markup_is_text_and_so_is_what_only_speaks_of_a_pdf() {
        for text in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "<!doctype html>",
            "it begins with %PDF-1.7",
            "GIF",
            "",
        ] {
            assert_eq!(Content::of(text.as_bytes()), Content::Text(text.to_owned()));
        }
    }
}

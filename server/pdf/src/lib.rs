//! The text of a PDF, page by page, for a reader that knows no fonts and sees no pictures. Knows neither
//! Jira nor MCP, and opens no file and no connection.
//!
//! ```text
//! process     a program of its own around all this: bytes in, JSON out, within bounds of the system
//!   │
//! read        document → text of each page, which is what the parser makes of it
//! ```
//!
//! A PDF comes from strangers. What is unpacked of it can take sixty times its size in memory, and there can
//! be many packed parts: 85 KB were seen to take 5 GB. Others draw themselves without end, or make the
//! library panic. So a server reads PDFs through [`process`], which the system ends when it takes too much.
//!
//! ```
//! assert_eq!(pdf_text::read(b"no PDF at all"), pdf_text::Reading::Broken);
//! ```

pub mod process;

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, Error, PlainTextOutput, output_doc_page};
use serde::{Deserialize, Serialize};

/// The most pages that are read.
pub const MOST_PAGES: usize = 2_000;

/// The most text that is read of a document, in bytes; a thick book has about a million.
pub const MOST_TEXT: usize = 4 * 1024 * 1024;

/// What a PDF says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// Its text.
    Text {
        /// The text of each page, from the first on; empty for a page without any, as a scanned one. Fewer
        /// than there are where [`MOST_PAGES`] or [`MOST_TEXT`] were reached.
        pages: Vec<String>,
        /// How many pages there are.
        total: usize,
    },
    /// It cannot be read without a password.
    Encrypted,
    /// It is no PDF, or one that is damaged beyond reading.
    Broken,
}

/// Reads the text of a PDF. What is damaged in it is left out as far as that is possible.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let document = match Document::load_mem(bytes) {
        Ok(document) => document,
        Err(Error::InvalidPassword | Error::Decryption(_)) => return Reading::Encrypted,
        Err(_) => return Reading::Broken,
    };
    // Still there when the empty password did not open it.
    if document.trailer.has(b"Encrypt") {
        return Reading::Encrypted;
    }
    let total = document.get_pages().len();
    if total == 0 {
        return Reading::Broken;
    }
    let mut pages = Vec::new();
    let mut length = 0;
    for number in (1..).take(total.min(MOST_PAGES)) {
        if length >= MOST_TEXT {
            break;
        }
        let text = page(&document, number, MOST_TEXT - length);
        length += text.len();
        pages.push(text);
    }
    Reading::Text { pages, total }
}

/// The text of a page, at most so many bytes; what stands before the place where it cannot be read.
fn page(document: &Document, number: u32, most: usize) -> String {
    let mut text = String::new();
    let read = || output_doc_page(document, &mut PlainTextOutput::new(&mut text), number);
    // The library panics where a page is not as it ought to be, and has done nothing then but written text.
    let _incomplete = catch_unwind(AssertUnwindSafe(read));
    let lines = text.trim().lines().map(str::trim_end);
    let mut text = lines.collect::<Vec<_>>().join("\n");
    text.retain(|c| !c.is_control() || c == '\n');
    text.truncate(text.floor_char_boundary(most));
    text
}

#[cfg(test)]
mod tests;

//! The text of a PDF, page by page, for a reader that knows no fonts and sees no pictures. Knows neither
//! Jira nor MCP, and opens no file and no connection.
//!
//! ```text
//! process     a program of its own around all this: bytes in, JSON out, within bounds of the system
//!   │
//! read        document → pages
//!   │  page     the way through pages and what is drawn on them by name
//!   │  drawing  what a drawing shows, followed as far as it is text
//!   │  font     codes of a font → characters and widths
//!   ▼  lines    characters at places → lines and words
//! ```
//!
//! A PDF comes from strangers. Its parser keeps bounds on what one stream unpacks to, but what is unpacked
//! can still take sixty times its size in memory, and there can be many streams: 85 KB were seen to take
//! 5 GB. So a server reads PDFs through [`process`], which the system ends when it takes too much.
//!
//! ```
//! assert_eq!(pdf_text::read(b"no PDF at all"), pdf_text::Reading::Broken);
//! ```

mod drawing;
mod font;
mod lines;
mod page;
pub mod process;

use lopdf::{Document, Error, LoadOptions};
use serde::{Deserialize, Serialize};

use page::Walk;

/// The most pages that are read.
pub const MOST_PAGES: usize = 2_000;

/// The most text that is read of a document, in bytes; a thick book has about a million.
pub const MOST_TEXT: usize = 4 * 1024 * 1024;

/// The most a stream may unpack to, in bytes. Pages and their fonts take some hundred kilobytes.
const MOST_UNPACKED: usize = 16 * 1024 * 1024;

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
    let bounded = LoadOptions::with_max_decompressed_size(MOST_UNPACKED);
    let document = match Document::load_mem_with_options(bytes, bounded) {
        Ok(document) => document,
        Err(Error::InvalidPassword | Error::Decryption(_)) => return Reading::Encrypted,
        Err(_) => return Reading::Broken,
    };
    // Still there when the empty password did not open it.
    if document.trailer.has(b"Encrypt") {
        return Reading::Encrypted;
    }
    let ids: Vec<_> = document.page_iter().collect();
    if ids.is_empty() {
        return Reading::Broken;
    }
    let mut walk = Walk::through(&document);
    let mut pages = Vec::new();
    let mut length = 0;
    for id in ids.iter().take(MOST_PAGES) {
        if length >= MOST_TEXT {
            break;
        }
        let text = walk.page(*id, MOST_TEXT - length);
        length += text.len();
        pages.push(text);
    }
    Reading::Text {
        pages,
        total: ids.len(),
    }
}

#[cfg(test)]
mod tests;

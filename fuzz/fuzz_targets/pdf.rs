//! Any bytes as a PDF. Nothing panics, and what is read is within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pdf_text::{MOST_PAGES, MOST_TEXT, Reading};

fuzz_target!(|bytes: &[u8]| {
    if let Reading::Text { pages, total } = pdf_text::read(bytes) {
        assert!(pages.len() <= total && pages.len() <= MOST_PAGES);
        let length: usize = pages.iter().map(String::len).sum();
        assert!(length <= MOST_TEXT);
    }
});

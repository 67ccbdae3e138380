//! Any JSON as a document: nothing panics, and its Markdown can be written again.
#![no_main]

use atlassian::markup::adf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    if let Ok(document) = serde_json::from_slice(json) {
        let markdown = adf::to_markdown(&document);
        assert_eq!(adf::from_markdown(&markdown)["type"], "doc");
    }
});

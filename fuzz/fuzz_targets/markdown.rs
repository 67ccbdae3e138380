//! Any text as Markdown, written in all three dialects and read back: nothing panics, and storage is
//! well-formed.
#![no_main]

use atlassian::markup::{adf, storage, wiki};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|markdown: &str| {
    let document = adf::from_markdown(markdown);
    assert_eq!(document["type"], "doc");
    let page = storage::from_markdown(markdown);
    storage::edit::check(&page).expect("storage is well-formed");
    let text = wiki::from_markdown(markdown);
    drop(adf::to_markdown(&document));
    drop(storage::to_markdown(&page));
    drop(wiki::to_markdown(&text));
});

//! Any text as wiki markup: nothing panics, and its Markdown can be written again.
#![no_main]

use atlassian::markup::wiki;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    drop(wiki::from_markdown(&wiki::to_markdown(text)));
});

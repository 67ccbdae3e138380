//! Any text as a page: nothing panics; written again it is well-formed, and as it was if it was
//! well-formed; edits refuse or leave a well-formed page.
#![no_main]

use atlassian::markup::storage::{self, edit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: &str| {
    let markdown = storage::to_markdown(page);
    let again = storage::from_markdown_over(&markdown, page);
    edit::check(&again).expect("a page written again is well-formed");
    if edit::check(page).is_ok() {
        for section in edit::sections(page).expect("the page is well-formed") {
            let heading = &page[section.heading.clone()];
            assert!(heading.starts_with("<h"), "{heading}");
        }
        let longer = edit::append(page, "<p>x</p>").expect("both are well-formed");
        edit::check(&longer).expect("a longer page is well-formed");
        if let Ok((edited, _)) = edit::replace_text(page, "a", "<", edit::Occurrence::All) {
            edit::check(&edited).expect("an edited page is well-formed");
        }
    }
});

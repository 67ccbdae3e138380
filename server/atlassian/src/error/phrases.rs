//! The parts of an error's sentence that depend on what is known: words, or nothing at all.

use std::time::Duration;

pub(super) fn colon(message: &Option<String>) -> String {
    message
        .as_ref()
        .map(|text| format!(": {text}"))
        .unwrap_or_default()
}

pub(super) fn brackets(seen: &Option<String>) -> String {
    seen.as_ref()
        .map(|text| format!(" ({text})"))
        .unwrap_or_default()
}

pub(super) fn size(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "more".to_owned(), |bytes| format!("{bytes} bytes"))
}

/// Rounded up, so that nobody is told to wait 0 s.
pub(super) fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

pub(super) fn tried(tries: u32) -> String {
    if tries > 1 {
        format!(", tried {tries} times")
    } else {
        String::new()
    }
}

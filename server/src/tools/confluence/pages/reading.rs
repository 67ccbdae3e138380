//! One page as an answer: facts, text and history, as far as the budget goes; its comments are in `threads`.
//! Which of it is read from Confluence is decided by whoever asks.

use atlassian::model::{Page, PageAttachments, PageVersion};
use mcp::Failure;

use super::markdown;
use crate::answer::{Origin, Place, Reading, Share, changed};
use crate::tools::attachment;

/// Facts and text.
pub(crate) fn page(reading: &mut Reading, page: &Page, share: Share) {
    reading.quote(&Origin::default(), &markdown::facts(page));
    let text = markdown::body(page);
    if text.is_empty() {
        return reading.say("*The page is empty.*");
    }
    let room = share.of(reading.room());
    body(reading, page, &text, 0, room);
}

/// The rest of the text from a place on that an earlier answer named.
pub(crate) fn rest(
    reading: &mut Reading,
    page: &Page,
    (offset, length): (usize, usize),
) -> Result<(), Failure> {
    let text = markdown::body(page);
    if text.len() != length {
        return Err(changed("the page"));
    }
    reading.say(format_args!("Page {} (continued)", page.id));
    let room = reading.room();
    body(reading, page, &text, offset, room);
    Ok(())
}

/// Who wrote the text, as far as that is known: the author of its last version.
pub(crate) fn origin(page: &Page) -> Origin<'_> {
    let version = page.version.as_ref();
    Origin {
        author: version.and_then(|version| version.author.as_ref()),
        when: version.and_then(|version| version.when),
        note: None,
    }
}

fn body(reading: &mut Reading, page: &Page, text: &str, from: usize, room: usize) {
    if let Some(offset) = reading.quote_part(&origin(page), text, from, room) {
        let left = text[offset..].chars().count();
        let what = format!("{left} more characters of the page are left out.");
        let length = text.len();
        reading.left_out(what, Place::Text { offset, length });
    }
}

/// The files of a page.
pub(crate) fn attachments(reading: &mut Reading, files: &PageAttachments) {
    let room = reading.room() / 2;
    let listed = files.attachments.iter();
    let listed = listed.map(|it| (it.id.as_str(), &it.file));
    attachment::list(reading, "Attachments", listed, room);
    if files.attachments.is_empty() {
        reading.say("*The page has no attachments.*");
    }
    if files.next.is_some() {
        reading.say("*More attachments are not shown.*");
    }
}

/// Who changed the page and when, at most so many of the versions there are.
pub(crate) fn history(reading: &mut Reading, versions: &[PageVersion], most: usize) {
    if versions.is_empty() {
        return;
    }
    reading.say("## History (newest first)");
    let shown = &versions[..versions.len().min(most)];
    let room = reading.room();
    let cut = reading.quote_part(&Origin::default(), &markdown::history(shown), 0, room);
    if cut.is_some() || versions.len() > most {
        reading.say("*Older versions are not shown.*");
    }
}

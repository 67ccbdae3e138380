//! What is said about a page, thread by thread, as far as the budget goes.
//! Issues have comments without threads; what both share is in `tools::discussion`.

use atlassian::model::{CommentLocation, Page, PageComment, PageThreads, Resolution, Total};
use atlassian::{Confluence, RichText, ThreadRange};
use mcp::Failure;

use crate::answer::{Origin, Place, Reading, one_line};
use crate::identity::Access;
use crate::tools::discussion::{self, Remark};

/// How many comments are read for one answer; their last thread is read whole.
const ENOUGH: usize = 25;

/// The most threads that can be passed over: Confluence cannot begin in the middle.
const MOST_SKIPPED: usize = 225;

/// The longest piece of a page that is repeated with a comment on it, in characters.
const LONGEST_SELECTION: usize = 200;

/// Where to begin.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct From {
    /// How many of the newest threads have been told whole.
    pub(super) skip: usize,
    /// How many comments of the next one have been told.
    pub(super) told: usize,
    /// Byte of the next comment's Markdown.
    pub(super) offset: usize,
}

/// Reads the comments of a page and tells as many as fit.
pub(super) async fn read(
    reading: &mut Reading,
    confluence: &Access<'_, Confluence>,
    page: &Page,
    from: From,
) -> Result<(), Failure> {
    let range = ThreadRange {
        skip: from.skip.min(MOST_SKIPPED),
        // Comments of the first thread that have been told do not count.
        enough: ENOUGH + from.told.min(ENOUGH),
    };
    let found = confluence
        .site
        .page_comments(confluence.credential, &page.id, page.kind, range)
        .await;
    let found = found.map_err(|error| confluence.failure(&error))?;
    tell(reading, &found, from);
    Ok(())
}

fn tell(reading: &mut Reading, found: &PageThreads, from: From) {
    let all = || found.threads.iter().flat_map(|thread| &thread.comments);
    if all().nth(from.told).is_none() {
        return;
    }
    reading.say(heading(found.total));
    let place = |told, offset| behind(found, from, told, offset);
    let remarks = all().skip(from.told).map(remark);
    let Some(told) = discussion::tell(reading, remarks, from.offset, place) else {
        return;
    };
    let is_all = from.told + told == all().count();
    if found.threads.iter().any(|thread| thread.has_more) {
        reading.say("*Some replies are not shown: this thread is too long to be read whole.*");
    }
    match behind(found, from, told, 0) {
        _ if is_all && !found.has_more => {}
        Place::Threads { skip, .. } if skip > MOST_SKIPPED => {
            reading.say("*Older comments are not shown; they can be read in Confluence only.*");
        }
        place => reading.left_out("Older comments are not shown.", place),
    }
}

fn heading(total: Total) -> String {
    let order = "newest threads first, replies below what they reply to";
    match total {
        Total::Exact(count) => format!("## Comments ({count}, {order})"),
        Total::Approximate(_) | Total::Unknown => format!("## Comments ({order})"),
    }
}

/// The place behind so many comments more.
fn behind(found: &PageThreads, from: From, told: usize, offset: usize) -> Place {
    let (mut skip, mut told) = (from.skip, from.told + told);
    for thread in &found.threads {
        if told < thread.comments.len() {
            break;
        }
        skip += 1;
        told -= thread.comments.len();
    }
    Place::Threads { skip, told, offset }
}

fn remark(comment: &PageComment) -> Remark<'_> {
    let text = comment.body.as_ref().map(RichText::to_markdown);
    let text = text.unwrap_or_default();
    let note = note(comment);
    Remark {
        origin: Origin {
            author: comment.author.as_ref(),
            when: comment.when,
            note: Some(note).filter(|note| !note.is_empty()),
        },
        markdown: match selection(comment) {
            Some(words) => format!("> {words}\n\n{}", text.trim()),
            None => text,
        },
    }
}

/// What a reader should know of a comment besides its author and date; the id is what a reply names.
fn note(comment: &PageComment) -> String {
    let id = comment.id.as_ref().map(|id| format!("comment {id}"));
    let reply = comment.reply_to.as_ref().map(|id| format!("reply to {id}"));
    let place = match &comment.location {
        CommentLocation::Inline { resolution, .. } if comment.reply_to.is_none() => {
            Some(inline(selection(comment).is_some(), *resolution))
        }
        CommentLocation::Footer | CommentLocation::Inline { .. } => None,
    };
    let parts = [id, reply, place].into_iter().flatten();
    parts.collect::<Vec<_>>().join(", ")
}

fn inline(is_quoted: bool, resolution: Resolution) -> String {
    let about = if is_quoted {
        "inline on the words quoted first"
    } else {
        "inline"
    };
    match resolution {
        Resolution::Open => about.to_owned(),
        Resolution::Resolved => format!("{about}, resolved"),
        Resolution::Dangling => format!("{about}, no longer on the page"),
    }
}

/// The words of the page a comment is about, on one line.
fn selection(comment: &PageComment) -> Option<String> {
    let CommentLocation::Inline { selection, .. } = &comment.location else {
        return None;
    };
    let words = one_line(selection.as_deref()?);
    let longer = words.chars().count() > LONGEST_SELECTION;
    let mut words: String = words.chars().take(LONGEST_SELECTION).collect();
    if longer {
        words.push('…');
    }
    (!words.is_empty() && comment.reply_to.is_none()).then_some(words)
}

//! One issue as an answer: facts, description, and what was said about it, as far as the budget goes.
//! Which of it is read from Jira is decided by whoever asks.

use atlassian::model::{Comment, CommentPage, Issue, RemoteLink, StatusHistory};
use atlassian::{Error, RichText};
use mcp::Failure;

use super::markdown;
use crate::answer::{Origin, Place, Reading, Share, changed};
use crate::tools::attachment;
use crate::tools::discussion::{self, Remark};

/// Facts, files and description.
pub(crate) fn issue(reading: &mut Reading, issue: &Issue, share: Share) {
    reading.quote(&Origin::default(), &markdown::facts(issue));
    let files = issue
        .attachments
        .iter()
        .map(|it| (it.id.as_str(), &it.file));
    let room = reading.room() / 4;
    attachment::list(reading, "Attachments", files, room);
    let text = description_of(issue);
    if !text.is_empty() {
        let room = share.of(reading.room());
        reading.say("## Description");
        description(reading, issue, &text, 0, room);
    }
}

/// The rest of a description from a place on that an earlier answer named.
pub(crate) fn rest_of_description(
    reading: &mut Reading,
    issue: &Issue,
    (offset, length): (usize, usize),
) -> Result<(), Failure> {
    let text = description_of(issue);
    if text.len() != length {
        return Err(changed("the description"));
    }
    reading.say("## Description (continued)");
    let room = reading.room();
    description(reading, issue, &text, offset, room);
    Ok(())
}

fn description(reading: &mut Reading, issue: &Issue, text: &str, from: usize, room: usize) {
    let origin = Origin {
        author: issue.reporter.as_ref(),
        when: issue.created,
        note: None,
    };
    if let Some(offset) = reading.quote_part(&origin, text, from, room) {
        let left = text[offset..].chars().count();
        let what = format!("{left} more characters of the description are left out.");
        let length = text.len();
        reading.left_out(what, Place::Text { offset, length });
    }
}

fn description_of(issue: &Issue) -> String {
    let text = issue.description.as_ref().map(RichText::to_markdown);
    text.unwrap_or_default().trim().to_owned()
}

/// A list that people filled, under a heading; not there when it is empty.
pub(crate) fn list(reading: &mut Reading, heading: &str, bullets: &str) {
    if bullets.is_empty() {
        return;
    }
    reading.say(format_args!("## {heading}"));
    let room = reading.room() / 2;
    if reading
        .quote_part(&Origin::default(), bullets, 0, room)
        .is_some()
    {
        reading.say("*The rest of this list is left out: ask with more max_chars.*");
    }
}

/// Links to places outside Jira, or why they cannot be told.
pub(crate) fn remote_links(reading: &mut Reading, links: Result<&[RemoteLink], &Error>) {
    const HEADING: &str = "Links outside Jira";
    match links {
        Ok(links) => list(reading, HEADING, &markdown::remote_links(links)),
        // Issue linking can be switched off; that must not hide the issue.
        Err(error) => {
            reading.say(format_args!("## {HEADING}"));
            let reason = format!("They could not be read: {error}");
            reading.quote(&Origin::default(), &reason);
        }
    }
}

/// The changes of the status, newest first.
pub(crate) fn status_history(reading: &mut Reading, history: Option<&StatusHistory>) {
    let Some(history) = history else { return };
    let bullets = markdown::status_history(&history.changes);
    list(reading, "Status history (newest first)", &bullets);
    if history.omitted > 0 {
        let omitted = history.omitted;
        reading.say(format_args!(
            "*Jira left out {omitted} older changes of any field.*"
        ));
    }
}

/// Comments behind the `skip` newest ones, as many as fit, the first of them from the byte `from` on.
pub(crate) fn comments(reading: &mut Reading, page: &CommentPage, skip: usize, from: usize) {
    if page.total == 0 {
        return;
    }
    let total = page.total;
    reading.say(format_args!("## Comments ({total}, newest first)"));
    let remarks = page.comments.iter().map(remark);
    let place = |told, offset| Place::Comments {
        skip: skip + told,
        offset,
    };
    let Some(told) = discussion::tell(reading, remarks, from, place) else {
        return;
    };
    let told = skip + told;
    let what = match total.saturating_sub(told as u64) {
        0 => return,
        1 => "1 older comment is not shown.".to_owned(),
        older => format!("{older} older comments are not shown."),
    };
    let (skip, offset) = (told, 0);
    if !page.comments.is_empty() {
        reading.left_out(what, Place::Comments { skip, offset });
    }
}

fn remark(comment: &Comment) -> Remark<'_> {
    let text = comment.body.as_ref().map(RichText::to_markdown);
    Remark {
        origin: Origin {
            author: comment.author.as_ref(),
            when: comment.created,
            note: comment
                .visibility
                .as_ref()
                .map(|only| format!("only for {only}")),
        },
        markdown: text.unwrap_or_default(),
    }
}

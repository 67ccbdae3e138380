//! The pages of a PDF as an answer, from any of them on as far as the budget goes, or why there are none.

use std::ops::Range;

use mcp::Failure;
use pdf_text::Reading as Pdf;

use super::{Told, counted};
use crate::answer::{Place, Reading, changed};
use crate::attachment::Unread;

/// The least room in which it is worth beginning another page.
const LEAST_ROOM: usize = 200;

/// The page to begin with, and the byte of its text.
pub(super) fn place(place: Option<Place>) -> Result<(usize, usize), Failure> {
    match place {
        None => Ok((1, 0)),
        Some(Place::Page { number, offset }) => Ok((number.max(1), offset)),
        Some(_) => Err(Place::of_another_tool()),
    }
}

impl Told<'_> {
    /// What a PDF says from a page on, and from a byte of that.
    pub(super) fn pdf(
        &self,
        reading: &mut Reading,
        pdf: Result<Pdf, Unread>,
        from: (usize, usize),
    ) -> Result<(), Failure> {
        let why = match pdf {
            Ok(Pdf::Text { pages, total }) => return self.pages(reading, &pages, total, from),
            Ok(Pdf::Encrypted) => "it is protected by a password".to_owned(),
            Ok(Pdf::Broken) => "it is damaged".to_owned(),
            Err(unread) => unread.to_string(),
        };
        self.not_shown(
            reading,
            format_args!("The text of this PDF could not be read: {why}."),
        );
        Ok(())
    }

    fn pages(
        &self,
        reading: &mut Reading,
        pages: &[String],
        total: usize,
        (first, offset): (usize, usize),
    ) -> Result<(), Failure> {
        if pages.iter().all(String::is_empty) {
            let why = format!(
                "This PDF has {} without text: it may be scanned.",
                counted(total, "page")
            );
            self.not_shown(reading, why);
            return Ok(());
        }
        let Some(further) = pages
            .get(first.saturating_sub(1)..)
            .filter(|it| !it.is_empty())
        else {
            return Err(changed("the attachment"));
        };
        for (text, number) in further.iter().zip(first..) {
            let (from, room) = match number == first {
                true => (offset, reading.room()),
                false if reading.room() < LEAST_ROOM => {
                    let what = format!("{} are left out.", range(number..total));
                    reading.left_out(what, Place::Page { number, offset: 0 });
                    return Ok(());
                }
                false => (0, reading.room()),
            };
            reading.say(format_args!("## Page {number} of {total}"));
            if text.is_empty() {
                reading.say("*No text.*");
            } else if let Some(offset) = reading.quote_part(&self.origin(), text, from, room) {
                let what = format!("Page {number} is cut here.");
                reading.left_out(what, Place::Page { number, offset });
                return Ok(());
            }
        }
        if pages.len() < total {
            let what = format!("The text of {} is not read.", range(pages.len() + 1..total));
            self.not_shown(reading, what);
        }
        Ok(())
    }
}

/// `Pages 3 to 7`, or `Page 7`; the end is the last one.
fn range(pages: Range<usize>) -> String {
    if pages.start >= pages.end {
        format!("Page {}", pages.end)
    } else {
        format!("Pages {} to {}", pages.start, pages.end)
    }
}

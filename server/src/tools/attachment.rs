//! An attached file as an answer, and a list of them: of issues and pages alike. Which file it is and who
//! may read it is settled before.

mod list;
mod pdf;

use atlassian::Error;
use atlassian::model::{AttachedFile, User};
use mcp::{Answer, Content as Block, Failure};

use super::markdown::{line, line_if};
use crate::answer::{Origin, Place, Reading, changed};
use crate::attachment::{Attachments, Content, LARGEST_IMAGE};
use crate::identity::Access;

pub(crate) use list::list;

/// A file that is told.
pub(crate) struct Told<'a> {
    /// Which one, in our own words: `Jira attachment 10042`.
    pub(crate) name: String,
    pub(crate) file: &'a AttachedFile,
    /// Where a person can open it. It has nothing in it that people wrote.
    pub(crate) url: String,
    /// What else is known of it: labels of ours and values of anybody.
    pub(crate) besides: Vec<(&'static str, String)>,
}

impl Told<'_> {
    fn facts(&self) -> String {
        let mut facts = String::new();
        let (out, file) = (&mut facts, self.file);
        line(out, "File name", &file.name);
        line_if(out, "Type", file.media_type.as_deref());
        line_if(out, "Size", file.size.map(size));
        line_if(out, "Created", file.created);
        line_if(out, "Author", file.author.as_ref().map(User::label));
        for (label, value) in &self.besides {
            line(out, label, value);
        }
        facts
    }

    fn origin(&self) -> Origin<'_> {
        Origin {
            author: self.file.author.as_ref(),
            when: self.file.created,
            note: Some(format!("file {}", self.file.name)),
        }
    }

    /// An error met while fetching its bytes.
    pub(crate) fn failure<S>(&self, access: &Access<'_, S>, error: &Error) -> Failure {
        if !matches!(error, Error::FileTooLarge { .. }) {
            return access.failure(error);
        }
        Failure::new(format!(
            "{error}\n\nNext step: open it in a browser ({}), or raise --max-attachment-bytes \
             (MAX_ATTACHMENT_BYTES) on the server",
            self.url
        ))
        .with_metadata(access.metadata(None))
    }

    /// What its bytes show, from a place on that an earlier answer named.
    pub(crate) async fn shown(
        &self,
        mut reading: Reading,
        bytes: &[u8],
        place: Option<Place>,
        attachments: &Attachments,
    ) -> Result<Answer, Failure> {
        reading.say(format_args!("# {}", self.name));
        if place.is_none() {
            reading.quote(&Origin::default(), &self.facts());
        }
        match Content::of(bytes) {
            Content::Text(text) => self.text(&mut reading, &text, place)?,
            Content::Pdf => {
                let from = pdf::place(place)?;
                let pdf = attachments.pdf.read(bytes).await;
                self.pdf(&mut reading, pdf, from)?;
            }
            Content::Image(_) | Content::Binary if place.is_some() => {
                return Err(Place::of_another_tool());
            }
            Content::Image(media_type) if bytes.len() <= LARGEST_IMAGE => {
                reading.say(format_args!("The picture follows ({media_type})."));
                let text = Block::text(reading.into_text());
                return Ok(Answer::of([text, Block::image(bytes, media_type)]));
            }
            Content::Image(_) => self.not_shown(&mut reading, too_large(bytes.len())),
            Content::Binary => self.not_shown(&mut reading, binary(bytes.len())),
        }
        Ok(Answer::new(reading.into_text()))
    }

    /// A text as a whole, as far as it fits.
    pub(crate) fn with_text(&self, mut reading: Reading, text: &str) -> Result<String, Failure> {
        reading.say(format_args!("# {}", self.name));
        reading.quote(&Origin::default(), &self.facts());
        self.text(&mut reading, text, None)?;
        Ok(reading.into_text())
    }

    fn not_shown(&self, reading: &mut Reading, why: impl std::fmt::Display) {
        reading.say(format_args!("{why} A person can open it: {}", self.url));
    }

    fn text(&self, reading: &mut Reading, text: &str, place: Option<Place>) -> Result<(), Failure> {
        let from = match place {
            None => 0,
            Some(Place::Text { offset, length }) if length == text.len() => offset,
            Some(Place::Text { .. }) => return Err(changed("the attachment")),
            Some(_) => return Err(Place::of_another_tool()),
        };
        if text.trim().is_empty() {
            reading.say("*The file is empty.*");
            return Ok(());
        }
        let room = reading.room();
        if let Some(offset) = reading.quote_part(&self.origin(), text, from, room) {
            let left = text[offset..].chars().count();
            let what = format!("{left} more characters of the file are left out.");
            let length = text.len();
            reading.left_out(what, Place::Text { offset, length });
        }
        Ok(())
    }
}

fn too_large(bytes: usize) -> String {
    let [is, most] = [bytes, LARGEST_IMAGE].map(|bytes| size(bytes as u64));
    format!("This picture is too large to be shown: {is} where models take {most}.")
}

fn binary(bytes: usize) -> String {
    let size = size(bytes as u64);
    format!("This file is neither text, nor a picture, nor a PDF, and is not shown: {size}.")
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// A size as people write it, in units of 1024.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    if bytes < 1024 {
        return counted(usize::try_from(bytes).unwrap_or(0), "byte");
    }
    let (mut amount, mut unit) = (bytes as f64 / 1024.0, 0);
    while amount >= 1024.0 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests;

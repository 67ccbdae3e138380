//! What a model reads: sentences of this server, and between marks what people wrote, within a budget of
//! characters. What is told about an issue or a page is the tools' part.
//!
//! Whatever stands outside the marks was said by this server; nothing between them can end them.

mod budget;
mod cursor;
mod cut;
mod untrusted;

use std::fmt::Display;
use std::fmt::Write as _;

pub(crate) use budget::{Budget, Share};
pub(crate) use cursor::{Place, changed};
pub(crate) use cut::pieces;
pub(crate) use untrusted::{Origin, one_line};

use untrusted::Marker;

/// An answer in the making.
#[derive(Debug)]
pub(crate) struct Reading {
    out: String,
    budget: Budget,
    marker: Marker,
    /// How to get what is left out, before the cursor.
    again: &'static str,
}

/// Kept free for the sentences that say what is left out, in characters.
const RESERVE: usize = 400;

impl Reading {
    /// An empty answer with marks of its own.
    pub(crate) fn within(budget: Budget) -> Self {
        Self {
            out: String::new(),
            budget,
            marker: Marker::unguessable(),
            again: "call again",
        }
    }

    /// An answer that is read where no cursor can be given, and names the tool that takes one:
    /// `again` completes "More: … with cursor".
    pub(crate) fn referring_to(again: &'static str, budget: Budget) -> Self {
        Self {
            again,
            ..Self::within(budget)
        }
    }

    /// A line in our own words. Names that people chose do not belong here.
    pub(crate) fn say(&mut self, line: impl Display) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        // Writing to a string cannot fail.
        let _infallible = writeln!(self.out, "{line}");
    }

    /// What people wrote, whole.
    pub(crate) fn quote(&mut self, origin: &Origin<'_>, markdown: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.marker.wrap(&mut self.out, origin, markdown);
    }

    /// As much of what people wrote as fits into `room` characters, from the byte `from` on, cut between
    /// paragraphs where that is possible. Returns where it goes on, if it does.
    pub(crate) fn quote_part(
        &mut self,
        origin: &Origin<'_>,
        markdown: &str,
        from: usize,
        room: usize,
    ) -> Option<usize> {
        let part = cut::part(markdown, from, room);
        self.quote(origin, &part.text);
        part.next
    }

    /// How many characters there are for further texts.
    pub(crate) fn room(&self) -> usize {
        let used = self.out.chars().count() + RESERVE;
        self.budget.chars().saturating_sub(used)
    }

    /// Says what is left out and how to get it.
    pub(crate) fn left_out(&mut self, what: impl Display, place: Place) {
        let again = self.again;
        self.say(format_args!(
            "*{what} More: {again} with cursor `{}`.*",
            place.to_cursor()
        ));
    }

    /// The answer as Markdown.
    pub(crate) fn into_text(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_stand_outside_the_marks_and_everything_else_within() {
        let mut reading = Reading::within(Budget::DEFAULT);
        reading.say("# Issue");
        reading.quote(&Origin::default(), "they wrote");
        reading.left_out(
            "Two comments are left out.",
            Place::Comments { skip: 3, offset: 0 },
        );
        let text = reading.into_text();
        let mark = text.split("<untrusted-").nth(1).unwrap();
        let mark = &mark[..8];
        assert_eq!(
            text,
            format!(
                "# Issue\n\n<untrusted-{mark}>\nthey wrote\n</untrusted-{mark}>\n\n*Two comments are \
                 left out. More: call again with cursor `{}`.*\n",
                Place::Comments { skip: 3, offset: 0 }.to_cursor()
            )
        );
    }

    #[test]
    fn the_room_shrinks_with_what_is_said_and_never_below_nothing() {
        let mut reading = Reading::within(Budget::of(Some(1000)));
        assert_eq!(reading.room(), 600);
        reading.say("é".repeat(99));
        assert_eq!(reading.room(), 500);
        reading.say("x".repeat(5000));
        assert_eq!(reading.room(), 0);
    }
}

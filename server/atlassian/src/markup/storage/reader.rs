//! Reads XML piece by piece and knows where in the text each piece is.
//! What the pieces mean is the part of `tree`, `well_formed` and `edit`.

use quick_xml::errors::Error;
use quick_xml::events::Event;
use quick_xml::reader::Config;

/// A reader of a text. The one below it passes over a byte order mark and does not count it.
pub(super) struct Reader<'a> {
    below: quick_xml::Reader<&'a [u8]>,
    length: usize,
    mark: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            below: quick_xml::Reader::from_str(text),
            length: text.len(),
            mark: if text.starts_with('\u{feff}') { 3 } else { 0 },
        }
    }

    pub(super) fn config_mut(&mut self) -> &mut Config {
        self.below.config_mut()
    }

    pub(super) fn read_event(&mut self) -> Result<Event<'a>, Error> {
        self.below.read_event()
    }

    /// Where the next piece begins, in bytes.
    pub(super) fn position(&self) -> usize {
        self.place(self.below.buffer_position())
    }

    /// Where the last error is, in bytes.
    pub(super) fn error_position(&self) -> usize {
        self.place(self.below.error_position())
    }

    fn place(&self, below: u64) -> usize {
        usize::try_from(below).map_or(self.length, |below| below + self.mark)
    }
}

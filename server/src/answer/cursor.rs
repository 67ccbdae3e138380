//! Places at which an answer goes on, as opaque texts. The cursors of searches are the sites' own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mcp::Failure;

/// Where an answer goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Within the description of an issue or the body of a page.
    Text {
        /// Byte of its Markdown.
        offset: usize,
        /// Length of its Markdown, which tells whether it is still the same.
        length: usize,
    },
    /// Among the comments of an issue.
    Comments {
        /// How many of the newest have been told.
        skip: usize,
        /// Byte of the next one's Markdown.
        offset: usize,
    },
    /// Among the comments of a page, which stand in threads.
    Threads {
        /// How many of the newest have been told whole.
        skip: usize,
        /// How many comments of the next one have been told.
        told: usize,
        /// Byte of the next comment's Markdown.
        offset: usize,
    },
    /// Among the passages of a page, the most relevant first.
    Passages {
        /// How many have been told.
        skip: usize,
        /// Length of the page's Markdown, which tells whether it is still the same.
        length: usize,
    },
    /// Within an attached PDF.
    Page {
        /// Number of the page, from 1 on.
        number: usize,
        /// Byte of its text.
        offset: usize,
    },
}

impl Place {
    /// The place as a text that a later call brings back.
    pub(crate) fn to_cursor(self) -> String {
        let text = match self {
            Self::Text { offset, length } => format!("t{offset}.{length}"),
            Self::Comments { skip, offset } => format!("c{skip}.{offset}"),
            Self::Threads { skip, told, offset } => format!("d{skip}.{told}.{offset}"),
            Self::Passages { skip, length } => format!("p{skip}.{length}"),
            Self::Page { number, offset } => format!("f{number}.{offset}"),
        };
        URL_SAFE_NO_PAD.encode(text)
    }

    /// Reads what a call brings back.
    ///
    /// # Errors
    /// A text that no answer of this server named.
    pub(crate) fn parse(cursor: &str) -> Result<Self, Failure> {
        Self::read(cursor).ok_or_else(Self::of_another_tool)
    }

    /// The failure of a cursor that this tool never named.
    pub(crate) fn of_another_tool() -> Failure {
        Failure::new(
            "this cursor is none that an earlier answer of this tool named: repeat that answer's cursor \
             as it is, or leave it out to start at the beginning",
        )
    }

    fn read(cursor: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor.trim()).ok()?).ok()?;
        let numbers = text.get(1..)?;
        let numbers: Result<Vec<usize>, _> = numbers.split('.').map(str::parse).collect();
        match (text.chars().next()?, &numbers.ok()?[..]) {
            ('t', &[offset, length]) => Some(Self::Text { offset, length }),
            ('c', &[skip, offset]) => Some(Self::Comments { skip, offset }),
            ('d', &[skip, told, offset]) => Some(Self::Threads { skip, told, offset }),
            ('p', &[skip, length]) => Some(Self::Passages { skip, length }),
            ('f', &[number, offset]) => Some(Self::Page { number, offset }),
            _ => None,
        }
    }
}

/// The failure of a cursor into a text that is another by now.
pub(crate) fn changed(what: &str) -> Failure {
    Failure::new(format!(
        "{what} has changed since the answer that named this cursor: leave the cursor out to read it \
         from the beginning"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_cursor_and_anything_else_is_refused() {
        for place in [
            Place::Text {
                offset: 12_000,
                length: 36_000,
            },
            Place::Comments { skip: 3, offset: 0 },
            Place::Threads {
                skip: 2,
                told: 1,
                offset: 40,
            },
            Place::Passages { skip: 0, length: 7 },
            Place::Page {
                number: 3,
                offset: 120,
            },
        ] {
            assert_eq!(Place::parse(&place.to_cursor()), Ok(place));
        }
        for nonsense in [
            "", "made up", "5", "%%", "dA", "dDEuLTE", "eDEuMg", "w7bDtg",
        ] {
            let failure = Place::parse(nonsense).unwrap_err();
            assert!(failure.text().contains("leave it out"), "{nonsense}");
        }
    }
}

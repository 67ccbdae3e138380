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
    /// Among the comments.
    Comments {
        /// How many of the newest have been told.
        skip: usize,
        /// Byte of the next one's Markdown.
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
        let (kind, first, second) = match self {
            Self::Text { offset, length } => ('t', offset, length),
            Self::Comments { skip, offset } => ('c', skip, offset),
            Self::Passages { skip, length } => ('p', skip, length),
            Self::Page { number, offset } => ('f', number, offset),
        };
        URL_SAFE_NO_PAD.encode(format!("{kind}{first}.{second}"))
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
        let (first, second) = numbers.split_once('.')?;
        let (first, second) = (first.parse().ok()?, second.parse().ok()?);
        match text.chars().next()? {
            't' => Some(Self::Text {
                offset: first,
                length: second,
            }),
            'c' => Some(Self::Comments {
                skip: first,
                offset: second,
            }),
            'p' => Some(Self::Passages {
                skip: first,
                length: second,
            }),
            'f' => Some(Self::Page {
                number: first,
                offset: second,
            }),
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

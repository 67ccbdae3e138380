//! Cutting lists into pages: by offset, and by cursors that fit one question of one person only.
//! The members in which an API wraps a page are not here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::record::Fingerprint;
use crate::site::refusal::Refusal;

/// One page of a list.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) start: usize,
    pub(crate) limit: usize,
    pub(crate) total: usize,
}

impl<T> Page<T> {
    /// Items `start` to `start + limit` of `all`.
    pub(crate) fn of(all: Vec<T>, start: usize, limit: usize) -> Self {
        let total = all.len();
        let items = all.into_iter().skip(start).take(limit).collect();
        Self {
            items,
            start,
            limit,
            total,
        }
    }

    /// Where the next page starts, if there is one.
    pub(crate) fn next(&self) -> Option<usize> {
        let end = self.start + self.items.len();
        (end < self.total && !self.items.is_empty()).then_some(end)
    }
}

/// Makes and reads the opaque cursors of one question.
pub(crate) struct Cursors {
    question: Fingerprint,
}

impl Cursors {
    /// `question` is everything the result depends on, the caller included.
    pub(crate) fn of(question: &str) -> Self {
        Self {
            question: Fingerprint::of(question),
        }
    }

    /// The cursor that continues at `start`.
    pub(crate) fn write(&self, start: usize) -> String {
        URL_SAFE_NO_PAD.encode(format!("{start}:{}", self.question))
    }

    /// Where a cursor continues; 0 without one, 400 for one of another question.
    pub(crate) fn read(&self, cursor: Option<&str>) -> Result<usize, Refusal> {
        let Some(cursor) = cursor else { return Ok(0) };
        let text = URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|b| String::from_utf8(b).ok());
        let parts = text.as_deref().and_then(|text| text.split_once(':'));
        parts
            .filter(|(_, question)| *question == self.question.to_string())
            .and_then(|(start, _)| start.parse().ok())
            .ok_or_else(|| {
                Refusal::bad_request("sandbox: this cursor was not given for this query")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_next() {
        assert_eq!(Page::of(vec![1, 2, 3], 0, 2).next(), Some(2));
        assert_eq!(Page::of(vec![1, 2, 3], 2, 2).next(), None);
        assert_eq!(Page::of(vec![1, 2, 3], 9, 2).next(), None);
    }

    #[test]
    fn a_cursor_continues_its_own_question_only() {
        let cursor = Cursors::of("ana: project = DEMO").write(25);
        assert_eq!(
            Cursors::of("ana: project = DEMO")
                .read(Some(&cursor))
                .unwrap(),
            25
        );
        assert_eq!(
            Cursors::of("ben: project = DEMO")
                .read(Some(&cursor))
                .unwrap_err()
                .status,
            400
        );
        assert!(Cursors::of("x").read(Some("not base64!")).is_err());
    }
}

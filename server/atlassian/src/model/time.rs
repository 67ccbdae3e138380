//! Points in time as Atlassian writes them, with their offset (B-43).
//! Nothing here reads a clock.

use std::fmt;

use jiff::fmt::temporal::{DateTimeParser, PiecesOffset};
use jiff::tz::Offset;

/// A point in time with the offset it was written with; `Display` is RFC 3339 to the second, as in
/// `2026-09-14T08:31:12+00:00`. Ordered by time, whatever the offset.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timestamp {
    instant: jiff::Timestamp,
    offset: Offset,
}

impl Timestamp {
    /// Reads the forms of all four products: `…T08:31:12.000+0000` (Jira), `…T08:31:12.000+02:00`
    /// and `…T08:31:12Z` (Confluence). Anything else, or a time without offset, is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let pieces = DateTimeParser::new().parse_pieces(text.trim()).ok()?;
        let offset = match pieces.offset()? {
            PiecesOffset::Zulu => Offset::UTC,
            PiecesOffset::Numeric(numeric) => numeric.offset(),
            _ => return None,
        };
        let instant = offset
            .to_timestamp(pieces.date().to_datetime(pieces.time()?))
            .ok()?;
        Some(Self { instant, offset })
    }

    /// The instant, without offset.
    #[must_use]
    pub fn instant(&self) -> jiff::Timestamp {
        self.instant
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.offset.to_datetime(self.instant);
        write!(
            f,
            "{}{}",
            local.strftime("%Y-%m-%dT%H:%M:%S"),
            offset_text(self.offset)
        )
    }
}

fn offset_text(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.instant, self.offset.seconds()).cmp(&(other.instant, other.offset.seconds()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b_43_every_form_keeps_its_offset() {
        for (given, shown) in [
            ("2026-09-14T08:31:12.000+0000", "2026-09-14T08:31:12+00:00"),
            ("2026-09-14T10:31:12.123+0200", "2026-09-14T10:31:12+02:00"),
            ("2026-09-14T01:01:12-07:30", "2026-09-14T01:01:12-07:30"),
            ("2026-09-14T08:31:12.5Z", "2026-09-14T08:31:12+00:00"),
        ] {
            assert_eq!(
                Timestamp::parse(given).unwrap().to_string(),
                shown,
                "{given}"
            );
        }
    }

    #[test]
    fn a_time_without_offset_is_none() {
        for given in [
            "",
            "2026-09-14",
            "2026-09-14T08:31:12",
            "yesterday",
            "2026-13-14T08:31:12Z",
        ] {
            assert_eq!(Timestamp::parse(given), None, "{given}");
        }
    }

    #[test]
    fn order_is_by_time_not_by_text() {
        let earlier = Timestamp::parse("2026-09-14T10:00:00+0200").unwrap();
        let later = Timestamp::parse("2026-09-14T09:00:00Z").unwrap();
        assert!(earlier < later);
    }
}

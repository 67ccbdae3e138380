//! Points in time as queries write them: dates, dates with time, distances from now.
//! Functions such as `now()` are resolved by the check.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// `2026-09-14`, `2026/09/14`, `2026-09-14 08:30`, `-7d`, `4h`; `None` if it is none of these.
pub(super) fn read(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim().replace('/', "-");
    if let Some(there) = distance(&text, now) {
        return Some(there);
    }
    let civil = match text.parse::<Date>() {
        Ok(date) if text.len() <= 10 => date.at(0, 0, 0, 0),
        _ => DateTime::strptime("%Y-%m-%d %H:%M", &text).ok()?,
    };
    civil
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// `-7d` from now; units are those of JQL: `m` minutes, `h`, `d`, `w`, and `M` months, `y` of CQL.
pub(super) fn distance(text: &str, now: Timestamp) -> Option<Timestamp> {
    let unit = text.chars().last()?;
    let count: i64 = text[..text.len() - unit.len_utf8()].parse().ok()?;
    let hours = match unit {
        'm' => return now.checked_add(count.minutes()).ok(),
        'h' => 1,
        'd' => 24,
        'w' => 24 * 7,
        'M' => 24 * 30,
        'y' => 24 * 365,
        _ => return None,
    };
    now.checked_add(count.checked_mul(hours)?.hours()).ok()
}

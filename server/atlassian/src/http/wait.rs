//! How long upstream asks to be left alone, as its headers say.
//! Whether anybody waits that long is decided in `retry` and by the deadline.

use std::time::Duration;

use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The time to wait, relative to `now`: `Retry-After`, else the end of a quota that is used up.
pub(super) fn asked(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    retry_after(headers, now).or_else(|| quota_reset(headers, now))
}

/// `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER.as_str())?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    Some(until(date, now))
}

/// `X-RateLimit-Reset` of Cloud, an ISO 8601 time, where `X-RateLimit-Remaining` is 0.
fn quota_reset(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let remaining: u64 = text(headers, "x-ratelimit-remaining")?.parse().ok()?;
    let reset = text(headers, "x-ratelimit-reset")?.parse().ok()?;
    (remaining == 0).then(|| until(reset, now))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

fn until(time: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(time.duration_since(now)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn wait(headers: &[(&str, &str)]) -> Option<u64> {
        let now: Timestamp = "2026-09-14T08:00:00Z".parse().unwrap();
        let headers = headers.iter().map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, value.parse().unwrap())
        });
        asked(&headers.collect(), now).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_date() {
        for (value, seconds) in [
            ("17", Some(17)),
            (" 0 ", Some(0)),
            ("Mon, 14 Sep 2026 08:01:30 GMT", Some(90)),
            ("Mon, 14 Sep 2026 07:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
        ] {
            assert_eq!(wait(&[("retry-after", value)]), seconds, "{value}");
        }
    }

    #[test]
    fn b_60_the_end_of_a_used_up_quota_is_the_time_to_wait_for() {
        let until = |remaining, reset| {
            wait(&[
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", reset),
            ])
        };
        assert_eq!(until("0", "2026-09-14T08:00:20Z"), Some(20));
        assert_eq!(until("0", "2026-09-14T08:01Z"), Some(60));
        assert_eq!(until("0", "2026-09-14T07:59:00Z"), Some(0));
        assert_eq!(until("3", "2026-09-14T08:00:20Z"), None);
        assert_eq!(until("0", "later"), None);
        assert_eq!(wait(&[("x-ratelimit-remaining", "0")]), None);
        let both = [
            ("retry-after", "5"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "2026-09-14T09:00:00Z"),
        ];
        assert_eq!(wait(&both), Some(5));
    }
}

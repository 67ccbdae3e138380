//! Times as people write them in settings; not which settings are times.

use std::time::Duration;

/// Reads a non-negative time: seconds, or a number with `s` or `ms`.
///
/// # Errors
/// A sentence that shows what a time looks like.
pub fn parse(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * unit);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "a time is seconds (30, 2.5) or has a unit (30s, 500ms)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_seconds_or_has_a_unit() {
        assert_eq!(parse("30"), Ok(Duration::from_secs(30)));
        assert_eq!(parse("2.5s"), Ok(Duration::from_millis(2500)));
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("0"), Ok(Duration::ZERO));
        for wrong in ["", "-1", "1h", "soon", "NaN", "inf"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}

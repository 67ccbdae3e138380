//! How long to pause before a repeated try when upstream did not say.
//! Whether a try is repeated at all is decided in `retry`.

use std::time::Duration;

/// The longest pause after the first failure.
const FIRST: Duration = Duration::from_millis(500);

/// The longest pause after any failure.
const LONGEST: Duration = Duration::from_secs(8);

/// A pause between nothing and a limit that doubles with each failure. `random` picks evenly from
/// that range ("full jitter"), so that callers who failed together do not come back together.
pub(super) fn delay(failures: u32, random: u64) -> Duration {
    let doubled = 1_u32
        .checked_shl(failures.saturating_sub(1))
        .unwrap_or(u32::MAX);
    let limit = FIRST.saturating_mul(doubled).min(LONGEST);
    // The upper 32 bits as a fraction of their range, without floating point.
    limit.saturating_mul((random >> 32) as u32) / u32::MAX
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_limit_doubles_with_each_failure_up_to_the_longest_pause() {
        let longest = |failures| delay(failures, u64::MAX);
        for (failures, milliseconds) in [
            (1, 500),
            (2, 1000),
            (3, 2000),
            (5, 8000),
            (6, 8000),
            (40, 8000),
            (u32::MAX, 8000),
        ] {
            assert_eq!(
                longest(failures),
                Duration::from_millis(milliseconds),
                "{failures}"
            );
        }
    }

    #[test]
    fn jitter_reaches_from_nothing_to_the_limit() {
        assert_eq!(delay(3, 0), Duration::ZERO);
        let half = delay(3, u64::MAX / 2);
        assert!(
            half.abs_diff(Duration::from_secs(1)) < Duration::from_millis(1),
            "{half:?}"
        );
    }

    proptest! {
        #[test]
        fn no_pause_passes_its_limit(failures: u32, random: u64) {
            prop_assert!(delay(failures, random) <= delay(failures, u64::MAX));
            prop_assert!(delay(failures, random) <= LONGEST);
        }
    }
}

//! How long to wait before the next attempt; pure, told the time and the dice.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

/// Delays that double up to a limit, within a total.
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    next: Duration,
    longest: Duration,
    patience: Duration,
}

impl Backoff {
    /// `patience`: how long after the first attempt the last one may start.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            next: FIRST,
            longest: LONGEST,
            patience,
        }
    }

    /// Without an end.
    pub(super) fn between(first: Duration, longest: Duration) -> Self {
        Self {
            next: first,
            longest,
            patience: Duration::MAX,
        }
    }

    /// The delay before another attempt, where time does not matter.
    pub(super) fn next(&mut self, dice: u64) -> Option<Duration> {
        self.delay(Duration::ZERO, dice)
    }

    /// The delay before another attempt, `elapsed` after the first one; `None` when that was the last.
    /// `dice` (any number) spreads the delay over its upper half, so that many clients of a server
    /// that comes back do not return at the same moment.
    pub(super) fn delay(&mut self, elapsed: Duration, dice: u64) -> Option<Duration> {
        let left = self
            .patience
            .checked_sub(elapsed)
            .filter(|left| !left.is_zero())?;
        let half = self.next / 2;
        let spread = u32::try_from(dice % 1001).unwrap_or_default();
        let delay = half + half * spread / 1000;
        self.next = (self.next * 2).min(self.longest);
        Some(delay.min(left))
    }
}

/// A number that differs from call to call and from process to process.
pub(super) fn dice() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn delays_double_up_to_two_seconds() {
        let mut backoff = Backoff::new(Duration::from_secs(60));
        let delays: Vec<_> = (0..7)
            .map(|_| backoff.delay(Duration::ZERO, 1000).unwrap().as_millis())
            .collect();
        assert_eq!(delays, [100, 200, 400, 800, 1600, 2000, 2000]);
    }

    #[test]
    fn the_last_attempt_starts_when_patience_ends_and_none_after_it() {
        let mut backoff = Backoff::new(Duration::from_millis(120));
        let late = backoff.delay(Duration::from_millis(100), 1000).unwrap();
        assert_eq!(late, Duration::from_millis(20));
        assert_eq!(backoff.delay(Duration::from_millis(120), 0), None);
        assert_eq!(Backoff::new(Duration::ZERO).delay(Duration::ZERO, 0), None);
    }

    #[test]
    fn delays_without_an_end_stay_at_the_longest() {
        let mut backoff = Backoff::between(Duration::from_secs(1), Duration::from_secs(3));
        let delays = [(); 4].map(|()| backoff.next(1000).unwrap().as_secs());
        assert_eq!(delays, [1, 2, 3, 3]);
    }

    proptest! {
        #[test]
        fn a_delay_is_never_zero_nor_beyond_what_is_left(elapsed in 0u64..9_999, dice: u64) {
            let mut backoff = Backoff::new(Duration::from_secs(10));
            let elapsed = Duration::from_millis(elapsed);
            let delay = backoff.delay(elapsed, dice).unwrap();
            prop_assert!(delay > Duration::ZERO && elapsed + delay <= Duration::from_secs(10));
        }
    }
}

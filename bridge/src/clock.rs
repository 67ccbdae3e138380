//! The clock of the machine, read to notice that the machine was asleep; not what follows from it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// A clock that goes on while the machine sleeps. Tests set their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that says what this function says.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    /// The clock of the system.
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}

/// Compares the clock of the machine with the time that passed for this process, which stands still
/// while the machine sleeps.
#[derive(Debug)]
pub(crate) struct Wakefulness {
    clock: Clock,
    jump: Duration,
    last: Mutex<(SystemTime, Instant)>,
}

impl Wakefulness {
    /// `jump`: how far the two may drift apart between two looks.
    pub(crate) fn new(clock: Clock, jump: Duration) -> Self {
        let last = Mutex::new((clock.now(), Instant::now()));
        Self { clock, jump, last }
    }

    /// Whether the machine was asleep since the last look. A clock that is set forward looks the
    /// same, and costs a new connection.
    pub(crate) fn was_asleep(&self) -> bool {
        let now = (self.clock.now(), Instant::now());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, ours) = std::mem::replace(&mut *last, now);
        let by_the_wall = now.0.duration_since(wall).unwrap_or_default();
        by_the_wall > now.1.duration_since(ours) + self.jump
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_a_clock_that_runs_ahead_of_us_means_sleep() {
        let wall = Arc::new(AtomicI64::new(1_000));
        let reading = Arc::clone(&wall);
        let clock = Clock::new(move || {
            let seconds = reading.load(Ordering::SeqCst).unsigned_abs();
            SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
        });
        let wakefulness = Wakefulness::new(clock, Duration::from_secs(30));
        for (wall_passed, ours_passed, expected) in [
            (0, 0, false),
            (20, 0, false),
            (3_600, 3_600, false),
            (3_600, 60, true),
            (0, 0, false),
            (-500, 0, false),
        ] {
            wall.fetch_add(wall_passed, Ordering::SeqCst);
            tokio::time::advance(Duration::from_secs(ours_passed)).await;
            assert_eq!(
                wakefulness.was_asleep(),
                expected,
                "{wall_passed} {ours_passed}"
            );
        }
    }
}

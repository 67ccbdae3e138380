//! What a soak is to be like; not how it is carried out.

use std::time::Duration;

/// How long, how fast, how often something fails, and what is held against the bridges at the end.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How long the load lasts.
    pub time: Duration,
    /// Requests of each host in a second.
    pub calls_per_second: u32,
    /// How many answers a host waits for at most before it asks on, after a tenth of the time. Few enough
    /// that every restart leads there, however fast the machine is.
    pub in_flight: usize,
    /// Time between two faults of one server.
    pub fault_every: Duration,
    /// Time between two looks at a process.
    pub sample_every: Duration,
    /// How many calls all hosts together have to make.
    pub least_calls: usize,
    /// By which factor memory and descriptors may have grown between the second and the last tenth of
    /// the time; `None` where the time is too short to tell.
    pub growth: Option<f64>,
}

impl Plan {
    /// How many answers a host waits for at most, so long after the beginning. In the first tenth twice as
    /// many: whatever comes later, a bridge has then already held as much at once, and what its memory
    /// grows by afterwards was not given back.
    pub(super) fn in_flight_at(&self, elapsed: Duration) -> usize {
        if elapsed < self.time / 10 {
            self.in_flight * 2
        } else {
            self.in_flight
        }
    }

    /// A soak of so many minutes: twenty thousand calls in each, a fault every five seconds.
    #[must_use]
    pub fn minutes(minutes: u32) -> Self {
        Self {
            time: Duration::from_secs(60) * minutes,
            calls_per_second: 100,
            in_flight: 50,
            fault_every: Duration::from_secs(5),
            sample_every: Duration::from_secs(2),
            least_calls: 20_000 * usize::try_from(minutes).unwrap_or(usize::MAX),
            growth: Some(1.1),
        }
    }

    /// The same in a few seconds, with every fault, to see that it works.
    #[must_use]
    pub fn seconds(seconds: u32) -> Self {
        Self {
            time: Duration::from_secs(1) * seconds,
            fault_every: Duration::from_millis(400),
            sample_every: Duration::from_millis(250),
            least_calls: 1,
            growth: None,
            ..Self::minutes(1)
        }
    }
}

//! Points in time and the ways the four sites write them.
//! Which of them a query compares is not known here.

use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Deserializer, de};
use tokio::time::Instant;

/// A point in time, in sample data as RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    /// `2026-09-14T08:31:12.000+0000`, both Jiras.
    pub(crate) fn jira(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
    }

    /// `2026-09-14T08:31:12.000Z`, Confluence Cloud.
    pub(crate) fn confluence_cloud(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
    }

    /// `2026-09-14T10:31:12.000+02:00`, Confluence Data Center, whose server stands in +02:00.
    pub(crate) fn confluence_data_center(self) -> String {
        let local = self.0.to_zoned(TimeZone::fixed(offset(2)));
        local.strftime("%Y-%m-%dT%H:%M:%S.000%:z").to_string()
    }

    /// `Sep 14, 2026`, the form Confluence adds for people.
    pub(crate) fn friendly(self) -> String {
        self.0.strftime("%b %d, %Y").to_string()
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}

/// The time inside the sandbox: it starts in the days of the sample data and runs on from there,
/// so that `updated >= -7d` finds the same today and in ten years.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
}

/// 2026-09-18T12:00:00Z, a Friday shortly after the last event of the sample data.
const SAMPLE_NOON_SECONDS: i64 = 1_789_732_800;

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    pub(crate) fn now(self) -> Moment {
        let elapsed = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(0);
        Moment(sample_noon() + elapsed.seconds())
    }
}

/// The instant at which every sandbox starts.
pub(crate) fn sample_noon() -> Timestamp {
    Timestamp::constant(SAMPLE_NOON_SECONDS, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_writes_time_in_its_own_form() {
        let moment = Moment("2026-09-14T08:31:12Z".parse().unwrap());
        assert_eq!(moment.jira(), "2026-09-14T08:31:12.000+0000");
        assert_eq!(moment.confluence_cloud(), "2026-09-14T08:31:12.000Z");
        assert_eq!(
            moment.confluence_data_center(),
            "2026-09-14T10:31:12.000+02:00"
        );
        assert_eq!(moment.friendly(), "Sep 14, 2026");
    }

    #[test]
    fn the_sandbox_starts_on_a_fixed_friday_noon() {
        assert_eq!(sample_noon().to_string(), "2026-09-18T12:00:00Z");
    }
}

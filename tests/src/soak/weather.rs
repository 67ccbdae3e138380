//! What fails, and when: the same for every transport; how it looks on the wire is the site's matter.

use std::sync::{Arc, Mutex, PoisonError};

/// Something that happens to a server in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The process is killed and started again.
    Restart,
    /// Connections break with a RST after the request has been carried out.
    Reset,
    /// Streams and bodies end in the middle of an answer.
    Cut,
    /// 503, as a proxy answers in place of its server.
    Unavailable,
    /// Nothing comes for a while.
    Stall,
    /// Every session is unknown; where there are none, the server starts again.
    Forgotten,
    /// The same answer comes twice.
    Twice,
}

impl Fault {
    /// All of them.
    pub(super) const ALL: [Self; 7] = [
        Self::Restart,
        Self::Reset,
        Self::Cut,
        Self::Unavailable,
        Self::Stall,
        Self::Forgotten,
        Self::Twice,
    ];

    /// How many requests meet it each time.
    fn requests(self) -> usize {
        match self {
            Self::Restart | Self::Forgotten => 0,
            Self::Stall => 5,
            Self::Reset | Self::Cut | Self::Unavailable | Self::Twice => 15,
        }
    }

    /// What the table calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Reset => "reset",
            Self::Cut => "cut",
            Self::Unavailable => "503",
            Self::Stall => "stall",
            Self::Forgotten => "404 session",
            Self::Twice => "double answer",
        }
    }
}

/// What the next requests of one server meet.
#[derive(Debug, Clone, Default)]
pub(super) struct Weather(Arc<Mutex<Option<(Fault, usize)>>>);

impl Weather {
    /// From now on, for some requests.
    pub(super) fn strike(&self, fault: Fault) {
        let mut coming = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *coming = Some((fault, fault.requests()));
    }

    /// What this request meets.
    pub(super) fn next(&self) -> Option<Fault> {
        let mut coming = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (fault, left) = (*coming)?;
        *coming = left.checked_sub(1).map(|left| (fault, left));
        (left > 0).then_some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_so_many_requests_and_then_the_sky_is_clear() {
        let weather = Weather::default();
        assert_eq!(weather.next(), None);
        weather.strike(Fault::Stall);
        let met = std::iter::from_fn(|| weather.next()).count();
        assert_eq!(met, Fault::Stall.requests());
        assert_eq!(weather.next(), None);
    }
}

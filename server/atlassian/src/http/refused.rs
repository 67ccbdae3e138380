//! Credentials that a site refused a moment ago. Atlassian locks accounts after repeated failures, and
//! an assistant that tries again and again must not be the one who locks its user out.
//! Which answers count as such a refusal is decided by the parent.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::credential::Fingerprint;

/// How long a refused credential is kept from the site.
const PENALTY: Duration = Duration::from_secs(30);

/// The most credentials remembered; beyond it the one refused first is forgotten.
const MOST: usize = 1024;

/// Fingerprints of refused credentials, each with the time until which it is not sent.
#[derive(Debug, Default)]
pub(super) struct Refused(HashMap<Fingerprint, Instant>);

impl Refused {
    /// Remembers that the site refused this credential just now.
    pub(super) fn remember(&mut self, credential: Fingerprint, now: Instant) {
        self.0.retain(|_, until| *until > now);
        if self.0.len() >= MOST {
            let first = self.0.iter().min_by_key(|(_, until)| **until);
            if let Some(first) = first.map(|(credential, _)| *credential) {
                self.0.remove(&first);
            }
        }
        self.0.insert(credential, now + PENALTY);
    }

    /// How much longer this credential is not sent; `None` when it may be.
    pub(super) fn left(&self, credential: &Fingerprint, now: Instant) -> Option<Duration> {
        let left = self.0.get(credential)?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fingerprint_tests::fingerprints;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_refused_credential_is_kept_back_for_thirty_seconds_and_no_other_is() {
        let (mut refused, start) = (Refused::default(), Instant::now());
        let [ana, ben] = fingerprints();
        refused.remember(ana, start);
        assert_eq!(refused.left(&ana, start), Some(seconds(30)));
        assert_eq!(refused.left(&ana, start + seconds(29)), Some(seconds(1)));
        assert_eq!(refused.left(&ana, start + seconds(30)), None);
        assert_eq!(refused.left(&ben, start), None);
    }

    #[test]
    fn a_second_refusal_starts_the_time_anew() {
        let (mut refused, start) = (Refused::default(), Instant::now());
        let [ana] = fingerprints();
        refused.remember(ana, start);
        refused.remember(ana, start + seconds(31));
        assert_eq!(refused.left(&ana, start + seconds(60)), Some(seconds(1)));
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_what_is_over() {
        let (mut refused, start) = (Refused::default(), Instant::now());
        let all: [_; MOST + 1] = fingerprints();
        for (n, credential) in all.iter().enumerate() {
            refused.remember(*credential, start + Duration::from_millis(n as u64));
        }
        let later = start + seconds(2);
        assert_eq!(refused.0.len(), MOST);
        assert_eq!(refused.left(&all[0], later), None);
        assert!(refused.left(&all[1], later).is_some());
        refused.remember(all[0], start + seconds(60));
        assert_eq!(refused.0.len(), 1);
    }
}

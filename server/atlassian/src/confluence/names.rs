//! Names that Cloud tells only when asked for them one by one, remembered for a short while and for
//! each credential alone: what one caller may see never reaches another (B-60).
//! Who asks for which names is decided in `people` and `pages`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::credential::Fingerprint;

/// How long a name is good: a conversation asks about the same people and spaces again and again, and
/// nobody minds a name that is this old.
const GOOD_FOR: Duration = Duration::from_secs(300);

/// The most names remembered; further ones are asked for each time until older ones are over.
const MOST: usize = 4096;

/// Things with names, by the caller who was told of them and their number.
#[derive(Debug)]
pub(super) struct Names<T>(Mutex<HashMap<(Fingerprint, String), Told<T>>>);

#[derive(Debug)]
struct Told<T> {
    until: Instant,
    thing: T,
}

impl<T: Clone> Names<T> {
    /// What this caller was told a short while ago.
    pub(super) fn recall(&self, caller: Fingerprint, id: &str, now: Instant) -> Option<T> {
        let names = self.names();
        let told = names.get(&(caller, id.to_owned()))?;
        (told.until > now).then(|| told.thing.clone())
    }

    /// Remembers what this caller was told, and forgets what is over.
    pub(super) fn remember(&self, caller: Fingerprint, id: &str, thing: T, now: Instant) {
        let mut names = self.names();
        names.retain(|_, told| told.until > now);
        if names.len() < MOST {
            let until = now + GOOD_FOR;
            names.insert((caller, id.to_owned()), Told { until, thing });
        }
    }

    fn names(&self) -> MutexGuard<'_, HashMap<(Fingerprint, String), Told<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// Derived, it would ask for `T: Default`.
impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fingerprint_tests::fingerprints;

    #[test]
    fn b_60_a_name_is_remembered_for_a_while_and_for_one_caller_alone() {
        let (names, now) = (Names::default(), Instant::now());
        let [ana, ben] = fingerprints();
        names.remember(ana, "7", "Grace", now);
        assert_eq!(names.recall(ana, "7", now + GOOD_FOR / 2), Some("Grace"));
        assert_eq!(names.recall(ana, "7", now + GOOD_FOR), None);
        assert_eq!(names.recall(ana, "8", now), None);
        assert_eq!(names.recall(ben, "7", now), None);
        names.remember(ben, "7", "G.", now);
        assert_eq!(names.recall(ana, "7", now), Some("Grace"));
        assert_eq!(names.recall(ben, "7", now), Some("G."));
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_what_is_over() {
        let (names, now) = (Names::default(), Instant::now());
        let [ana] = fingerprints();
        for n in 0..=MOST {
            names.remember(ana, &n.to_string(), n, now);
        }
        assert_eq!(names.names().len(), MOST);
        assert_eq!(names.recall(ana, &MOST.to_string(), now), None);
        names.remember(ana, "late", 0, now + GOOD_FOR);
        assert_eq!(names.names().len(), 1);
    }
}

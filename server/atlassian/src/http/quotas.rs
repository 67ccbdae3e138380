//! What the site last said about the quota of each credential, for those who ask. No call waits for it:
//! that is `wait`'s part.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderMap;

use crate::credential::Fingerprint;
use crate::model::Quota;

/// The most credentials remembered; when there are more, all are forgotten.
const MOST: usize = 1024;

/// Quotas by credential.
#[derive(Debug, Default)]
pub(super) struct Quotas(Mutex<HashMap<Fingerprint, Quota>>);

impl Quotas {
    /// Keeps what an answer says, if it says anything.
    pub(super) fn remember(&self, credential: Fingerprint, headers: &HeaderMap) {
        let Some(quota) = told(headers) else { return };
        let mut quotas = self.all();
        if quotas.len() >= MOST && !quotas.contains_key(&credential) {
            quotas.clear();
        }
        quotas.insert(credential, quota);
    }

    pub(super) fn of(&self, credential: Fingerprint) -> Option<Quota> {
        self.all().get(&credential).copied()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Fingerprint, Quota>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(headers: &HeaderMap) -> Option<Quota> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse().ok();
    Some(Quota {
        remaining: number("x-ratelimit-remaining")?,
        limit: number("x-ratelimit-limit"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fingerprint_tests::fingerprints;

    fn headers(remaining: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-remaining", remaining.parse().unwrap());
        headers.insert("x-ratelimit-limit", "100".parse().unwrap());
        headers
    }

    #[test]
    fn the_last_word_of_the_site_is_kept_for_each_credential_alone() {
        let (quotas, [ana, ben]) = (Quotas::default(), fingerprints());
        quotas.remember(ana, &headers("7"));
        quotas.remember(ana, &HeaderMap::new());
        quotas.remember(ana, &headers("many"));
        let quota = Quota {
            remaining: 7,
            limit: Some(100),
        };
        assert_eq!((quotas.of(ana), quotas.of(ben)), (Some(quota), None));
    }

    #[test]
    fn the_memory_is_bounded() {
        let quotas = Quotas::default();
        let all: [_; MOST + 1] = fingerprints();
        for credential in all {
            quotas.remember(credential, &headers("1"));
        }
        assert_eq!(quotas.all().len(), 1);
    }
}

//! How many calls one credential may have under way at a site, so that nobody burns the quota of all
//! (B-60). What a call does meanwhile is none of its business.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::credential::Fingerprint;

/// The queues of all credentials that have calls waiting or under way; the others have none.
#[derive(Debug)]
pub(super) struct Limiter {
    most: NonZeroUsize,
    queues: Mutex<HashMap<Fingerprint, Queue>>,
}

/// The calls of one credential.
#[derive(Debug)]
struct Queue {
    places: Arc<Semaphore>,
    /// How many calls wait or are under way.
    calls: usize,
}

/// One call that waits or is under way. The queue goes with its last call.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    limiter: &'a Limiter,
    credential: Fingerprint,
    place: Option<OwnedSemaphorePermit>,
}

impl Limiter {
    pub(super) fn new(most: NonZeroUsize) -> Self {
        Self {
            most,
            queues: Mutex::default(),
        }
    }

    /// How many calls one credential may have under way.
    pub(super) fn most(&self) -> usize {
        self.most.get()
    }

    /// Waits until a call of this credential may begin, first come first served; it is under way
    /// until what is returned is dropped.
    pub(super) async fn turn(&self, credential: Fingerprint) -> Turn<'_> {
        let places = self.join(credential);
        // Made before the wait, so that whoever gives up leaves the queue as well.
        let mut turn = Turn {
            limiter: self,
            credential,
            place: None,
        };
        // The semaphore is never closed, so there is a permit in the end.
        turn.place = places.acquire_owned().await.ok();
        turn
    }

    fn join(&self, credential: Fingerprint) -> Arc<Semaphore> {
        let mut queues = self.queues();
        let queue = queues.entry(credential).or_insert_with(|| Queue {
            places: Arc::new(Semaphore::new(self.most.get())),
            calls: 0,
        });
        queue.calls += 1;
        Arc::clone(&queue.places)
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<Fingerprint, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queues = self.limiter.queues();
        drop(self.place.take());
        if let Some(queue) = queues.get_mut(&self.credential) {
            queue.calls -= 1;
            if queue.calls == 0 {
                queues.remove(&self.credential);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::credential::fingerprint_tests::fingerprints;

    fn limiter(most: usize) -> Limiter {
        Limiter::new(NonZeroUsize::new(most).unwrap())
    }

    fn poll<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn b_60_who_has_too_many_calls_waits_and_others_do_not() {
        let limiter = limiter(2);
        let [ana, ben] = fingerprints();
        let first = limiter.turn(ana).await;
        let _second = limiter.turn(ana).await;
        let mut third = pin!(limiter.turn(ana));
        assert!(poll(third.as_mut()).is_pending());
        drop(limiter.turn(ben).await);
        assert!(poll(third.as_mut()).is_pending());
        drop(first);
        assert!(poll(third.as_mut()).is_ready());
    }

    #[tokio::test]
    async fn nothing_is_kept_of_credentials_without_calls() {
        let limiter = limiter(1);
        let [ana, ben] = fingerprints();
        let first = limiter.turn(ana).await;
        {
            let mut given_up = pin!(limiter.turn(ana));
            assert!(poll(given_up.as_mut()).is_pending());
            drop(limiter.turn(ben).await);
            assert_eq!(limiter.queues().len(), 1);
        }
        assert!(limiter.queues().contains_key(&ana));
        drop(first);
        assert!(limiter.queues().is_empty());
        drop(limiter.turn(ana).await);
        assert!(limiter.queues().is_empty());
    }
}

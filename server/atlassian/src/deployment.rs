//! Remembers whether a site is Cloud or Data Center, and lets one probe answer all who ask.
//! The probes themselves belong to the services.

use std::sync::OnceLock;

use tokio::sync::Mutex;

use crate::error::Error;
use crate::site::Deployment;

/// The deployment of one site: known from the start, or found by a probe once.
#[derive(Debug)]
pub(crate) struct Detection {
    found: OnceLock<Deployment>,
    /// Held while a probe runs. Keeps the failed ones apart, so that those who waited for a
    /// probe share its failure and those who come later start another.
    probing: Mutex<Failures>,
    failures_seen: std::sync::atomic::AtomicU64,
}

#[derive(Debug, Default)]
struct Failures {
    count: u64,
    last: Option<Error>,
}

impl Detection {
    pub(crate) fn new(known: Option<Deployment>) -> Self {
        let found = OnceLock::new();
        if let Some(known) = known {
            found.get_or_init(|| known);
        }
        Self {
            found,
            probing: Mutex::default(),
            failures_seen: 0.into(),
        }
    }

    /// The deployment as far as known now.
    pub(crate) fn known(&self) -> Option<Deployment> {
        self.found.get().copied()
    }

    /// The deployment; runs `probe` unless it is known or a probe is under way.
    pub(crate) async fn find(
        &self,
        probe: impl Future<Output = Result<Deployment, Error>>,
    ) -> Result<Deployment, Error> {
        use std::sync::atomic::Ordering::Acquire;
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let failures_before = self.failures_seen.load(Acquire);
        let mut failures = self.probing.lock().await;
        if let Some(known) = self.known() {
            return Ok(known);
        }
        if failures.count > failures_before
            && let Some(error) = &failures.last
        {
            return Err(error.clone());
        }
        let result = probe.await;
        self.settle(&mut failures, &result);
        result
    }

    fn settle(&self, failures: &mut Failures, result: &Result<Deployment, Error>) {
        match result {
            Ok(deployment) => {
                self.found.get_or_init(|| *deployment);
            }
            Err(error) => {
                failures.count += 1;
                failures.last = Some(error.clone());
                self.failures_seen
                    .store(failures.count, std::sync::atomic::Ordering::Release);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Waker};

    use super::*;
    use crate::site::Service;

    async fn ask(
        detection: &Detection,
        probes: &AtomicUsize,
        answer: Result<Deployment, Error>,
    ) -> Result<Deployment, Error> {
        let probe = async {
            probes.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            answer
        };
        detection.find(probe).await
    }

    fn failure() -> Error {
        Error::DeploymentUnknown {
            service: Service::Jira,
            reason: "x".to_owned(),
        }
    }

    #[tokio::test]
    async fn concurrent_callers_share_one_probe_and_later_ones_its_result() {
        let (detection, probes) = (Detection::new(None), AtomicUsize::new(0));
        let found = Ok(Deployment::DataCenter);
        let (a, b, c) = tokio::join!(
            ask(&detection, &probes, found.clone()),
            ask(&detection, &probes, found.clone()),
            ask(&detection, &probes, found.clone()),
        );
        assert_eq!([a, b, c], [found.clone(), found.clone(), found.clone()]);
        assert_eq!(ask(&detection, &probes, Err(failure())).await, found);
        assert_eq!(probes.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_failure_is_shared_by_those_who_waited_and_then_forgotten() {
        let (detection, probes) = (Detection::new(None), AtomicUsize::new(0));
        let (a, b) = tokio::join!(
            ask(&detection, &probes, Err(failure())),
            ask(&detection, &probes, Ok(Deployment::Cloud)),
        );
        assert_eq!((a, b), (Err(failure()), Err(failure())));
        let later = ask(&detection, &probes, Ok(Deployment::Cloud)).await;
        assert_eq!(later, Ok(Deployment::Cloud));
        assert_eq!(probes.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn an_abandoned_probe_leaves_room_for_the_next() {
        let (detection, probes) = (Detection::new(None), AtomicUsize::new(0));
        let mut abandoned = Box::pin(detection.find(std::future::pending()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(abandoned.as_mut().poll(&mut context).is_pending());
        drop(abandoned);
        let next = ask(&detection, &probes, Ok(Deployment::Cloud)).await;
        assert_eq!(next, Ok(Deployment::Cloud));
    }

    #[tokio::test]
    async fn what_is_known_is_never_probed() {
        let (detection, probes) = (Detection::new(Some(Deployment::Cloud)), AtomicUsize::new(0));
        assert_eq!(
            ask(&detection, &probes, Err(failure())).await,
            Ok(Deployment::Cloud)
        );
        assert_eq!(probes.load(Ordering::Relaxed), 0);
    }
}

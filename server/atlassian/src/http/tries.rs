//! The tries of one call under its deadline, each in its credential's turn and none with a credential
//! that was just refused. What one try sends and receives is the parent's work.

use tokio::time::Instant;

use super::limiter::Turn;
use super::{Answer, Call, Counted, retry};
use crate::credential::Fingerprint;
use crate::error::Error;

impl Call<'_> {
    /// The successful answer to the first try that has one. All tries and the pauses between them
    /// are under one deadline, so a pause that would pass it ends the call at once.
    pub(super) async fn send(&self) -> Result<Answer, Error> {
        let deadline = Instant::now() + self.site.timeouts.total;
        let most = self.repeat.tries(&self.method);
        let mut tries = 1;
        loop {
            let error = match self.attempt(deadline).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.after_tries(tries),
            };
            // Without randomness the pause is the longest.
            let random = getrandom::u64().unwrap_or(u64::MAX);
            let left = deadline.saturating_duration_since(Instant::now());
            let pause = retry::pause(&error, tries, random).filter(|pause| *pause < left);
            let Some(pause) = pause.filter(|_| tries < most) else {
                return Err(error);
            };
            let (service, pause_ms) = (self.site.service, pause.as_millis());
            tracing::debug!(%service, tries, pause_ms, %error, "trying again");
            tokio::time::sleep(pause).await;
            self.site.count(Counted::Repeated);
            tries += 1;
        }
    }

    /// One try under the deadline: waits for the credential's turn, then sends unless the site has
    /// just refused the credential.
    async fn attempt(&self, deadline: Instant) -> Result<Answer, Error> {
        let Some(credential) = self.credential else {
            return self.exchange(deadline).await;
        };
        let fingerprint = self.site.fingerprint(credential);
        let _turn = self.turn(fingerprint, deadline).await?;
        let left = self.site.refused().left(&fingerprint, Instant::now());
        if let Some(left) = left {
            self.site.count(Counted::HeldBack);
            return Err(Error::RefusedBefore {
                service: self.site.service,
                deployment: self.deployment(),
                scheme: credential.scheme(),
                left,
            });
        }
        let result = self.either_way(fingerprint, deadline).await;
        if let Err(Error::Unauthorized { .. } | Error::CaptchaRequired { .. }) = &result {
            self.site.refused().remember(fingerprint, Instant::now());
        }
        result
    }

    /// Waits, no longer than the deadline, until the credential may have one more call under way.
    async fn turn(&self, credential: Fingerprint, deadline: Instant) -> Result<Turn<'_>, Error> {
        let limiter = &self.site.limiter;
        let turn = tokio::time::timeout_at(deadline, limiter.turn(credential)).await;
        match turn {
            // A turn may come in the moment the time is over, as when the call before it ran out of
            // its own: nothing can be sent any more.
            Ok(turn) if Instant::now() < deadline => Ok(turn),
            Ok(_) | Err(_) => Err(Error::Crowded {
                service: self.site.service,
                most: limiter.most(),
                after: self.site.timeouts.total,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::time::Duration;

    use super::super::Site;
    use crate::credential::Credential;
    use crate::error::Error;
    use crate::site::{Service, SiteSettings, SiteUrl, Timeouts};

    // On a paused clock, because nothing may be sent: time stands still wherever a socket is waited for.
    #[tokio::test(start_paused = true)]
    async fn b_60_waiting_for_ones_turn_counts_against_the_time_a_call_may_take() {
        let url = SiteUrl::parse("http://127.0.0.1:9").unwrap();
        let (service, after) = (Service::Jira, Duration::from_secs(30));
        let settings = SiteSettings {
            max_concurrent: NonZeroUsize::MIN,
            timeouts: Timeouts {
                total: after,
                ..Timeouts::default()
            },
            ..SiteSettings::new(url)
        };
        let site = Site::new(service, settings).unwrap();
        let credential = Credential::bearer("token").unwrap();
        let _the_only_turn = site.limiter.turn(site.fingerprint(&credential)).await;
        let call = site.read(&["myself"], "the account").acting_as(&credential);
        let crowded = call.fetch::<serde_json::Value>().await.unwrap_err();
        let most = 1;
        assert_eq!(
            crowded,
            Error::Crowded {
                service,
                most,
                after
            }
        );
        assert!(crowded.next_step().contains("JIRA_MAX_CONCURRENT"));
    }
}

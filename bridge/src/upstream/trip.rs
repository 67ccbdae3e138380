//! One message on its way to the server: what came of the attempts so far, and whether there is
//! another one; told the time and the dice, it waits for nothing.

use std::time::Duration;

use tokio::time::Instant;

use crate::outgoing::Outgoing;
use crate::reply::{Failure, Refusal};
use crate::settings::Timing;
use crate::tools::Tools;

use super::backoff::{Backoff, dice};

/// How often one message is sent again after it was sent and lost. A server that is restarted loses
/// it once; one that loses it every time would be asked for ever.
const MAX_LOSSES: u32 = 3;
/// How many sessions are made again for one message: a server that does not know the new one either
/// has another trouble.
const MAX_SESSIONS: u32 = 1;

/// A message and what happened to it.
pub(super) struct Trip {
    pub(super) message: Outgoing,
    /// Until when it may be tried to be sent while nothing can be sent.
    pub(super) send_by: Instant,
    losses: u32,
    sessions: u32,
    pauses: Backoff,
    unavailable: Option<(Instant, Backoff)>,
}

/// Why an attempt did not bring the answer.
#[derive(Debug)]
pub(super) enum Setback {
    /// The session was unknown, so nothing was carried out, and a new one is made or has been made.
    SessionReplaced,
    /// It was sent and the answer will not come.
    Lost(Failure),
    /// The server, or what stands in front of it, puts everybody off.
    PutOff(Box<Refusal>),
    /// That is the end of it.
    Final(Failure),
}

impl Trip {
    pub(super) fn new(message: Outgoing, send_by: Instant) -> Self {
        Self {
            message,
            send_by,
            losses: 0,
            sessions: 0,
            pauses: Backoff::new(Duration::MAX),
            unavailable: None,
        }
    }

    /// Whether a new session may be made for this message.
    pub(super) fn may_replace_session(&self) -> bool {
        self.sessions < MAX_SESSIONS
    }

    /// How long to wait before the next attempt; the failure when there is none.
    pub(super) fn next(
        &mut self,
        setback: Setback,
        tools: &Tools,
        timing: &Timing,
    ) -> Result<Duration, Failure> {
        let may_repeat = self.message.effect.is_repeatable(tools) && self.losses < MAX_LOSSES;
        match setback {
            Setback::SessionReplaced => {
                self.sessions += 1;
                Ok(Duration::ZERO)
            }
            Setback::Lost(_) if may_repeat => Ok(self.after_loss(Duration::ZERO, timing)),
            Setback::PutOff(refusal) => {
                let delay = may_repeat.then(|| self.put_off(&refusal, timing));
                delay.flatten().ok_or(Failure::Refused(refusal))
            }
            Setback::Lost(failure) | Setback::Final(failure) => Err(failure),
        }
    }

    fn after_loss(&mut self, at_least: Duration, timing: &Timing) -> Duration {
        self.losses += 1;
        let pause = self.pauses.next(dice());
        let pause = pause.unwrap_or_default().max(at_least);
        self.send_by = Instant::now() + pause + timing.connect_wait;
        pause
    }

    /// A time that the server names is waited for if it is short. Otherwise it is as with a server
    /// that cannot be reached.
    fn put_off(&mut self, refusal: &Refusal, timing: &Timing) -> Option<Duration> {
        if let Some(delay) = refusal.delay() {
            return (delay <= timing.longest_retry_after).then(|| self.after_loss(delay, timing));
        }
        if !refusal.is_gateway_error() {
            return None;
        }
        let now = Instant::now();
        let fresh = || (now, Backoff::new(timing.connect_wait));
        let (since, backoff) = self.unavailable.get_or_insert_with(fresh);
        backoff.delay(now.duration_since(*since), dice())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;
    use crate::outgoing::{Effect, Kind};

    fn trip(effect: Effect) -> Trip {
        let message = Outgoing::without_requests(Bytes::new(), Kind::Request);
        Trip::new(Outgoing { effect, ..message }, Instant::now())
    }

    fn lost() -> Setback {
        Setback::Lost(Failure::Interrupted {
            detail: String::new(),
        })
    }

    fn put_off(status: u16, retry_after: Option<&str>) -> Setback {
        Setback::PutOff(Box::new(Refusal {
            status: StatusCode::from_u16(status).unwrap(),
            url: String::new(),
            json_rpc: None,
            excerpt: String::new(),
            is_web_page: false,
            challenge: None,
            retry_after: retry_after.map(str::to_owned),
            had_session: false,
        }))
    }

    fn goes_on(trip: &mut Trip, setback: Setback) -> bool {
        trip.next(setback, &Tools::default(), &Timing::default())
            .is_ok()
    }

    #[tokio::test]
    async fn what_was_lost_is_repeated_three_times_if_it_has_no_effect_and_else_never() {
        let mut harmless = trip(Effect::None);
        let tries: Vec<_> = (0..4).map(|_| goes_on(&mut harmless, lost())).collect();
        assert_eq!(tries, [true, true, true, false]);
        for effect in [Effect::Possible, Effect::OfTool("unknown".to_owned())] {
            assert!(!goes_on(&mut trip(effect), lost()));
        }
    }

    #[tokio::test]
    async fn whatever_is_put_off_for_long_or_has_an_effect_is_an_error() {
        for (status, retry_after, expected) in [
            (429, Some("1"), true),
            (503, Some("1"), true),
            (429, Some("3600"), false),
            (429, None, false),
            (429, Some("soon"), false),
            (502, None, true),
            (503, None, true),
            (504, None, true),
        ] {
            let harmless = goes_on(&mut trip(Effect::None), put_off(status, retry_after));
            assert_eq!(harmless, expected, "{status} {retry_after:?}");
            assert!(!goes_on(
                &mut trip(Effect::Possible),
                put_off(status, retry_after)
            ));
        }
    }

    #[tokio::test]
    async fn a_time_that_the_server_names_is_waited_for() {
        let tools = Tools::default();
        let next = trip(Effect::None).next(put_off(503, Some("2")), &tools, &Timing::default());
        assert_eq!(next.unwrap(), Duration::from_secs(2));
    }

    #[tokio::test]
    async fn a_second_unknown_session_is_the_end() {
        let mut trip = trip(Effect::Possible);
        assert!(trip.may_replace_session());
        assert!(goes_on(&mut trip, Setback::SessionReplaced));
        assert!(!trip.may_replace_session());
    }
}

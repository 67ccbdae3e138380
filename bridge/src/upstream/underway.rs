//! What is left to do for a message after the server has taken it; not how it is sent.

use std::sync::Arc;

use super::Upstream;
use super::legacy::Legacy;
use super::streamable::Exchange;
use super::trip::{Setback, Trip};

/// A message that was handed over.
pub(crate) enum Underway {
    /// It was answered or needs no answer.
    Done,
    /// The answer is still to come.
    Open(Box<Open>),
}

/// A message whose answer is still to come.
pub(crate) struct Open {
    upstream: Arc<Upstream>,
    trip: Trip,
    transit: Transit,
}

/// Which way the answer comes.
pub(super) enum Transit {
    /// In the body of the reply.
    Reply(Exchange),
    /// On the one stream of the session.
    Stream(Arc<Legacy>),
}

impl Underway {
    pub(super) fn open(upstream: &Arc<Upstream>, trip: Trip, transit: Transit) -> Self {
        Self::Open(Box::new(Open {
            upstream: Arc::clone(upstream),
            trip,
            transit,
        }))
    }

    /// Reads what is left to read and sees to it that every request of the message is answered. A
    /// message that gets lost on the way is sent again where that cannot do anything twice.
    pub(crate) async fn finish(self) {
        let mut underway = self;
        while let Self::Open(open) = underway {
            let Open {
                upstream,
                mut trip,
                transit,
            } = *open;
            let Err(setback) = transit.finish(&trip).await else {
                return;
            };
            if !upstream.goes_on(&mut trip, setback).await {
                return;
            }
            underway = upstream.bring(trip).await;
        }
    }
}

impl Transit {
    async fn finish(self, trip: &Trip) -> Result<(), Setback> {
        match self {
            Self::Reply(exchange) => exchange.finish(trip).await,
            Self::Stream(legacy) => legacy.answered(&trip.message.requests).await,
        }
    }
}

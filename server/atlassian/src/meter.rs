//! What a program may count of the requests its clients send; never what is in them, nor for whom.

use std::fmt;

use http::StatusCode;

use crate::site::Service;

/// Counts the requests of a client. Told while a request is under way, so it must not block.
pub trait Meter: fmt::Debug + Send + Sync {
    /// One thing has happened on the way to a service.
    fn count(&self, service: Service, counted: Counted);
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// A request was answered; redirects within the site are part of it. 429 is a throttle.
    Answered(StatusCode),
    /// A request had no answer: the site was not reached, was too late or broke off.
    Unanswered,
    /// A request that failed is about to be sent again.
    Repeated,
    /// A request was not sent, because the site had just refused its credential.
    HeldBack,
}

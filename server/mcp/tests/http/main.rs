//! The transports over real sockets, with a small application behind them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod application;
mod asking;
mod event_stream;
mod limits;
mod observing;
mod offers;
mod post;
mod sessions;
mod stateless;
mod streaming;
mod withheld;

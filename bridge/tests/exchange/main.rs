//! The bridge in this process between a host and a scripted server, over real sockets.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod certificates;
mod check;
mod credentials;
mod detection;
mod endings;
mod failures;
mod json_post;
mod legacy;
mod legacy_loss;
mod liveness;
mod modern;
mod network;
mod process;
mod repeats;
mod resuming;
mod rotation;
mod session_loss;
mod sessions;
mod stopping;
mod streams;
mod support;
mod trace;
mod wishes;

//! The hard cases between a host, the bridge and a server, numbered as in the study of other bridges:
//! one named test each, on the built bridge, before a server that is scripted byte by byte.
//!
//! Each run ends in the check of the invariants, `tests::fault::invariants`: what a test does not
//! mention still holds in it. Where the bridge decides otherwise than the study expected, the reason
//! stands next to the test.

mod broken_events;
mod certificates;
mod clock;
mod configuration;
mod connections;
mod deaf_hosts;
mod drill;
mod endings;
mod endpoints;
mod event_stream_syntax;
mod full_logs;
mod http_errors;
mod ids_and_lines;
mod late_progress;
mod modern_era;
mod order;
mod orphans;
mod replies;
mod resumed_streams;
mod rotation;
mod schedules;
mod session_names;
mod sessions;
mod streams_that_end;
mod two_directions;

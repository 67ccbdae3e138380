//! End-to-end tests: the server before the sandbox, and the built programs, over real sockets.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod addresses;
mod asking;
mod bridge;
mod demo;
mod documents;
mod edges;
mod event_stream;
mod founding_document;
mod gateway;
mod identity;
mod isolation;
mod limits;
mod manners;
mod narrowing;
mod offers;
mod operations;
mod rust_sdk;
mod secrets;
mod server_process;
mod shipped_files;
mod site;
#[cfg(target_os = "linux")]
mod soak;
mod tools;
mod upstream;
#[cfg(target_os = "linux")]
mod waiting_calls;

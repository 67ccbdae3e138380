//! The world the end-to-end tests and the demo act in.
//!
//! ```text
//! world      sandbox and server in one process, on free ports
//! transport  one message over each of the server's transports, as a plain client sends it
//! programs   the built programs as children: always fresh, with nothing of the user's environment
//!            and the server among them, listening
//! host       a host that starts a bridge and speaks JSON-RPC lines with it
//! demo       what `cargo demo` does
//! repository what is under version control
//! leaks      every form in which a secret could show up somewhere
//! census     what a process holds: memory and descriptors
//! abuse      clients that mean no good
//! fault      a server scripted byte by byte, and the rules every run of the bridge is held to
//! soak       bridges under load and faults for minutes, held to the same rules and to their memory
//! ```
//!
//! Messages are plain JSON here and not our own types, so that a wrong type cannot agree with itself.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

pub mod abuse;
pub mod census;
pub mod demo;
pub mod fault;
pub mod host;
pub mod leaks;
pub mod programs;
pub mod repository;
pub mod soak;
pub mod transport;
pub mod world;

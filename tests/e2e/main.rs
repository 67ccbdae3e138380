//! End-to-end tests: the server before the sandbox, and the built programs, over real sockets.

mod bridge;
mod demo;
mod identity;
mod shipped_files;

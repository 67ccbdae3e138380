//! A bridge between an MCP host that speaks stdio and an MCP server that speaks HTTP.
//!
//! ```text
//!   host ── stdin ──▶ stdio ──▶ outgoing ──▶ pump ──▶ courier ──▶ upstream ── HTTP ──▶ server
//!                     lines     which kind   who      in which    which transport:
//!                               of message   waits    order       streamable · legacy
//!                                             │                        │
//!                                          pending ◀───────────┐       │
//!                                     is an answer owed?       │       │
//!   host ◀─ stdout ── stdio ◀───────────────────────────────── host ◀──┘
//!                     one writer                               what reaches the host
//!
//!   settings   flags and environment, read once      session   what the handshake taught
//!   reply      errors for a person                   tools     which of them may run twice
//!   signals    requests to stop, a parent gone       asked     what the server asked the host
//!   check      the self-test                         clock     whether the machine was asleep
//!   modern     revision 2026-07-28: headers          keyring   the credentials, read again
//!   trace      every message, written down           progress  whose progress is reported
//!   question   what the bridge asks by itself        wishes    what the host has set up
//!   gathering  the answers to one batch, together
//! ```
//!
//! The bridge forwards bytes. It reads the envelope of each message (id, method) and the few fields
//! the protocol makes it read: the host's first message finds the transport, the host's `initialize`
//! makes the session. Every request of the host gets exactly one answer, the server's or an error
//! that says what to do.
//!
//! What breaks on the way is mended unseen where that is safe. A session that the server forgot is
//! made again with the host's own handshake, a broken event stream is taken up after its last event,
//! and a request that was lost is sent again if it cannot do anything twice (`upstream::trip`).
//! Requests of the bridge itself are these repetitions, the stream of a session, a `ping` where a
//! session has been silent, and the goodbye.
//!
//! ```
//! use bridge::settings::{Environment, Settings};
//! use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Nothing listens there, so the one request gets an error, and the end of input ends the run.
//! let arguments = ["bridge", "http://127.0.0.1:9/mcp", "--connect-wait", "0"];
//! let no_names = |_: &str| Err(std::io::ErrorKind::NotFound.into());
//! let settings = Settings::read(arguments, &Environment::default(), &no_names)?;
//! let (mut host, input) = duplex(1024);
//! let (output, mut answers) = duplex(1024);
//! host.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n").await?;
//! host.shutdown().await?;
//! let ending = bridge::run(&settings, input, output, std::future::pending()).await;
//! let mut answer = String::new();
//! answers.read_to_string(&mut answer).await?;
//! assert!(answer.starts_with("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":"));
//! assert_eq!(ending.exit_code(), 0);
//! # Ok(())
//! # }
//! ```

mod asked;
mod check;
pub mod clock;
mod courier;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod gathering;
mod host;
mod keyring;
mod modern;
mod outgoing;
mod pending;
mod progress;
mod pump;
mod question;
mod reply;
mod session;
pub mod settings;
pub mod signals;
mod stdio;
mod tools;
mod trace;
mod upstream;
mod wishes;

use std::future::Future;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::task::AbortOnDropHandle;

pub use check::check;
pub use pump::Ending;
pub use stdio::stdin;

use courier::Courier;
use host::Host;
use keyring::Keyring;
use pump::Pump;
use reply::Context;
use settings::Settings;
use signals::Stop;
use stdio::{Lines, Writer};
use trace::Trace;
use upstream::Upstream;

/// Carries messages between a host, one per line on `input` and `output`, and the server of the
/// settings, until the input ends, the output is closed or `stop` completes.
///
/// Writes nothing but JSON-RPC lines to `output`. Ends within the drain time of the settings after
/// the input has ended, and within a second otherwise.
pub async fn run(
    settings: &Settings,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    stop: impl Future<Output = Stop>,
) -> Ending {
    for notice in &settings.notices {
        tracing::warn!("{notice}");
    }
    let keyring = Keyring::of(settings);
    let trace = Trace::of(settings, &keyring);
    let (writer, lines) = Writer::start(output, trace.clone());
    let host = Host::new(Context::of(settings), lines);
    let upstream = Upstream::new(settings, host.clone(), Arc::clone(&keyring));
    let upstream = Arc::new(upstream);
    let rereading = keyring
        .can_change()
        .then(|| AbortOnDropHandle::new(tokio::spawn(Arc::clone(&keyring).renew_on_request())));
    let pump = Pump {
        lines: Lines::new(input, settings.max_message_bytes),
        courier: Courier::start(upstream, host.clone(), &settings.timing),
        host,
        trace,
        writer,
        stop: Box::pin(stop),
        timing: settings.timing,
        max_message_bytes: settings.max_message_bytes,
    };
    let ending = pump.run().await;
    drop(rereading);
    ending
}

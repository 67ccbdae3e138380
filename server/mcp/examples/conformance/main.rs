//! The fixture server of the official conformance suite, built on this crate: every tool, prompt and
//! resource its scenarios ask for. What each one does is prescribed by the suite and means nothing.
//!
//! `cargo run -p mcp --example conformance -- 8080` serves `http://127.0.0.1:8080/mcp`; a second
//! argument `sessions` gives every client a session.

mod prompts;
mod resources;
mod tools;

use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use mcp::{
    AllowedHosts, Application, Changes, ClientLogging, Completion, CompletionRequest, Completions,
    Failure, FingerprintKey, HttpSettings, Identified, Limits, Prompts, Refused, Registry,
    RequestHead, Resources, ServerDescription, SessionPolicy,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A picture of one red pixel.
pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\
    \xde\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// A recording of nothing.
pub(crate) const WAV: &[u8] =
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\
    \x01\0\x08\0data\0\0\0\0";

/// Everybody, and where news is told.
pub(crate) struct Caller {
    pub(crate) changes: Changes,
}

struct Fixtures {
    tools: Registry<Caller>,
    changes: Changes,
}

impl Application for Fixtures {
    type Caller = Caller;

    fn description(&self) -> &ServerDescription {
        &ServerDescription {
            name: "conformance-fixtures",
            title: "Fixtures of the conformance suite",
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    fn instructions(&self) -> std::borrow::Cow<'_, str> {
        "For the conformance suite only.".into()
    }

    fn tools(&self) -> &Registry<Caller> {
        &self.tools
    }

    fn prompts(&self) -> Option<&dyn Prompts<Caller>> {
        Some(&prompts::Fixtures)
    }

    fn resources(&self) -> Option<&dyn Resources<Caller>> {
        Some(&resources::Fixtures)
    }

    fn completions(&self) -> Option<&dyn Completions<Caller>> {
        Some(&NothingToPropose)
    }

    fn changes(&self) -> Option<&Changes> {
        Some(&self.changes)
    }

    fn client_logging(&self) -> ClientLogging {
        ClientLogging::Offered
    }

    async fn identify(&self, _: RequestHead<'_>) -> Result<Identified<Caller>, Refused> {
        let changes = self.changes.clone();
        Ok(Identified {
            caller: Caller { changes },
            fingerprint: None,
        })
    }
}

struct NothingToPropose;

impl Completions<Caller> for NothingToPropose {
    fn complete<'a>(
        &'a self,
        _: &'a Caller,
        _: CompletionRequest,
    ) -> futures::future::BoxFuture<'a, Result<Completion, Failure>> {
        Box::pin(async { Ok(Completion::of(Vec::new())) })
    }
}

#[tokio::main]
#[expect(clippy::print_stderr, reason = "the runner reads the address")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let sessions = match arguments.next().as_deref() {
        Some("sessions") => SessionPolicy::Always,
        _ => SessionPolicy::WhenNeeded,
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    let settings = HttpSettings {
        allowed_hosts: AllowedHosts::new(address.ip(), []),
        limits: Limits::default(),
        keep_alive: Duration::from_secs(15),
        page_size: NonZeroUsize::new(100).ok_or("not zero")?,
        key: FingerprintKey::random()?,
        sessions,
        session_idle: Duration::from_secs(600),
    };
    let fixtures = Arc::new(Fixtures {
        tools: tools::registry(),
        changes: Changes::default(),
    });
    let (router, _count) = mcp::router(fixtures, settings.clone(), CancellationToken::new());
    eprintln!("listening on http://{address}");
    axum::serve(listener, mcp::guarded(router, &settings)).await?;
    Ok(())
}

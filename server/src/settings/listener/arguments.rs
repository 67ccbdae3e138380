//! The flags for what comes in, as typed.
#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use shared::duration;

/// The flags for what comes in.
#[derive(Debug, Clone, Default, Args)]
pub struct ListenerArguments {
    /// File of tokens, one on each line: requests need one of them in X-Server-Token, besides their
    /// own credentials; read again when it changes [env: SERVER_TOKEN_FILE]
    #[arg(long, value_name = "FILE")]
    pub(super) server_token_file: Option<PathBuf>,

    /// PEM file of the certificate to serve https:// with, and of those that lead to its authority;
    /// read again when it changes [env: TLS_CERT]
    #[arg(long, value_name = "FILE")]
    pub(super) tls_cert: Option<PathBuf>,

    /// PEM file of the certificate's key [env: TLS_KEY]
    #[arg(long, value_name = "FILE")]
    pub(super) tls_key: Option<PathBuf>,

    /// A proxy in front of this server does TLS: listen beyond loopback without a
    /// certificate [env: BEHIND_TLS_PROXY]
    #[arg(long)]
    pub(super) behind_tls_proxy: bool,

    #[command(flatten)]
    pub(super) limits: LimitArguments,
}

/// The flags for how much, how many and how long.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArguments {
    /// Most connections at a time [env: MAX_CONNECTIONS] [default: 12000]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_connections: Option<NonZeroUsize>,

    /// How long the headers of a request may take, the TLS handshake included
    /// [env: HEADER_TIMEOUT] [default: 10s]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    pub(super) header_timeout: Option<Time>,

    /// How long a connection may be without a request [env: IDLE_TIMEOUT] [default: 120s]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    pub(super) idle_timeout: Option<Time>,

    /// How long a client may read nothing of what it is sent [env: WRITE_TIMEOUT] [default: 30s]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    pub(super) write_timeout: Option<Time>,

    /// Largest headers of a request, in bytes [env: MAX_HEADER_BYTES] [default: 32768]
    #[arg(long, value_name = "BYTES", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_header_bytes: Option<NonZeroUsize>,

    /// Largest body of a request, in bytes [env: MAX_BODY_BYTES] [default: 8388608]
    #[arg(long, value_name = "BYTES", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_body_bytes: Option<NonZeroUsize>,

    /// How long the body of a request may take [env: BODY_TIMEOUT] [default: 30s]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    pub(super) body_timeout: Option<Time>,

    /// Deepest nesting of a request, at most 120 [env: MAX_JSON_DEPTH] [default: 100]
    #[arg(long, value_name = "LEVELS", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_json_depth: Option<NonZeroUsize>,

    /// Most messages in one batch [env: MAX_BATCH] [default: 50]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_batch: Option<NonZeroUsize>,

    /// Most requests under way [env: MAX_REQUESTS] [default: 1000]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_requests: Option<NonZeroUsize>,

    /// Most requests under way of one credential, or of one address where there is none
    /// [env: MAX_REQUESTS_PER_CREDENTIAL] [default: 100]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_requests_per_credential: Option<NonZeroUsize>,

    /// How long answering a request may take [env: REQUEST_TIMEOUT] [default: 300s]
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    pub(super) request_timeout: Option<Time>,

    /// Most event streams open between requests [env: MAX_SSE] [default: 10000]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_sse: Option<NonZeroUsize>,

    /// Most such streams of one credential, or of one address where there is none
    /// [env: MAX_SSE_PER_CREDENTIAL] [default: 50]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_sse_per_credential: Option<NonZeroUsize>,

    /// Most sessions, which only clients have that can be asked something
    /// [env: MAX_SESSIONS] [default: 10000]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_sessions: Option<NonZeroUsize>,

    /// Most sessions of one credential, or of one address where there is none; one more ends the one
    /// that was unused for longest [env: MAX_SESSIONS_PER_CREDENTIAL] [default: 100]
    #[arg(long, value_name = "N", value_parser = count::<NonZeroUsize>, hide_short_help = true)]
    pub(super) max_sessions_per_credential: Option<NonZeroUsize>,
}

/// A time that is not over at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time(pub(super) Duration);

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match duration::parse(text)? {
            Duration::ZERO => Err("it must be longer than 0".to_owned()),
            time => Ok(Self(time)),
        }
    }
}

/// Reads how many; none would be no limit but the end of all service.
pub(in crate::settings) fn count<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| "it must be a whole number from 1 on".to_owned())
}

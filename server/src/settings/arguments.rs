//! The command line, as typed.
#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use mcp::AllowedHost;
use shared::logging::LogLevel;

use super::{
    AskingArguments, AttachmentArguments, GatewayArguments, ListenerArguments, NarrowingArguments,
    OperationsArguments,
};
use crate::identity::Policy;

/// MCP server that offers Jira and Confluence, Cloud and Data Center, to AI assistants.
///
/// Each request acts with the credential it brings: `Authorization: Bearer <token>` for both services,
/// or `X-Jira-Token` and `X-Confluence-Token`. The sites are set by the variables JIRA_URL and
/// CONFLUENCE_URL; one is enough. Variables may stand in a file `.env` in the current folder.
#[derive(Debug, Clone, Default, Parser)]
#[command(name = "mcp-jira-confluence-sse", version, max_term_width = 100)]
#[command(after_long_help = AFTER_HELP)]
pub struct Arguments {
    /// Name or address to listen on [env: HOST, then SSE_HOST] [default: 127.0.0.1]
    #[arg(short = 'H', long, value_name = "HOST")]
    pub host: Option<String>,

    /// Port to listen on, 0 for any free one [env: PORT, then SSE_PORT] [default: 8000]
    #[arg(short, long, value_name = "PORT")]
    pub port: Option<u16>,

    /// How much is logged to stderr: trace, debug, info, warn, error
    /// [env: LOG_LEVEL, then SSE_LOG_LEVEL] [default: info]
    #[arg(short, long, visible_alias = "log", value_name = "LEVEL")]
    pub log_level: Option<LogLevel>,

    /// Whose credentials are used when a request names none for a service [env: CREDENTIALS]
    ///
    /// hybrid: the environment's, for each such service. fallback: the environment's, only when the
    /// request brings no credential at all. headers-only: nobody's. Not set: hybrid, for programs on
    /// this machine only.
    #[arg(long, value_name = "POLICY")]
    pub credentials: Option<Policy>,

    /// A name this server is called by, besides localhost; may be repeated
    /// [env: ALLOWED_HOSTS, separated by commas]
    #[arg(long = "allowed-host", value_name = "NAME")]
    pub allowed_hosts: Vec<AllowedHost>,

    /// Limits for everybody.
    #[command(flatten)]
    pub narrowing: NarrowingArguments,

    #[command(flatten)]
    #[expect(missing_docs, reason = "the flags are documented where they are")]
    pub asking: AskingArguments,

    #[command(flatten)]
    #[expect(missing_docs, reason = "the flags are documented where they are")]
    pub attachments: AttachmentArguments,

    #[command(flatten)]
    #[expect(missing_docs, reason = "the flags are documented where they are")]
    pub gateway: GatewayArguments,

    /// File of variables to read instead of `.env`; variables that are set win
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,

    #[command(flatten)]
    #[expect(missing_docs, reason = "the flags are documented where they are")]
    pub operations: OperationsArguments,

    /// Serve an embedded sample site instead of real ones, on loopback only
    #[arg(long, value_name = "DEPLOYMENT", num_args = 0..=1, default_missing_value = "datacenter")]
    pub demo: Option<DemoDeployment>,

    #[command(flatten)]
    pub(super) listener: ListenerArguments,

    /// Has no effect: SIGHUP reads the settings again
    #[arg(short, long, hide = true)]
    pub reload: bool,

    /// Has no effect: use --log-level debug
    #[arg(long, hide = true)]
    pub dev: bool,

    /// Has no effect: one process serves all
    #[arg(long, hide = true, value_name = "N")]
    pub workers: Option<u16>,
}

/// Which sample site the demo serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoDeployment {
    /// Jira and Confluence Cloud: credentials are `email:token`.
    Cloud,
    /// Jira and Confluence Data Center: credentials are personal access tokens.
    Datacenter,
}

const AFTER_HELP: &str = "\
Environment, besides the variables named above; CONFLUENCE_… likewise:
  JIRA_URL                        address of the site, with its context path
  JIRA_DEPLOYMENT                 auto, cloud or datacenter
  JIRA_PERSONAL_TOKEN             the server's own account: a personal access token (Data Center)
  JIRA_USERNAME or JIRA_EMAIL     the server's own account: its e-mail address, together with …
  JIRA_API_TOKEN                  … its API token (Cloud)
  JIRA_PERSONAL_TOKEN_FILE, JIRA_API_TOKEN_FILE   files that hold the token
  JIRA_CA_FILE, JIRA_SSL_VERIFY   how the certificate of the site is checked
  JIRA_CLIENT_CERT, JIRA_CLIENT_KEY   a client certificate, for sites that ask for one
  JIRA_PROXY                      a proxy for this site, or none
  JIRA_ALLOW_HTTP                 true: an http:// address beyond this machine is taken
  JIRA_TIMEOUT_SECONDS            how long one request to the site may take
  JIRA_MAX_CONCURRENT             how many requests one account may have under way there
  OTEL_EXPORTER_OTLP_ENDPOINT     where spans go, in servers built with the feature otlp

Variables win over those of the file; an empty one is not set. The file .env.example of the project
has them all with their defaults. Times are seconds (30, 2.5) or carry a unit (30s, 500ms).

Exit codes: 0 ended in good order, 1 the system or a site does not allow it, 2 wrong settings.

Signals: SIGHUP reads the file of variables and token files again, SIGTERM and Ctrl-C end the server
in good order, a second one at once.
";

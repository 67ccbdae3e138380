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

//! The command line as typed; not what it means together with the environment.
#![expect(
    clippy::doc_markdown,
    reason = "the comments on flags are help for a terminal, where Markdown is noise"
)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use shared::credentials::TokenHeaders;
use shared::duration;
use shared::logging::LogLevel;

use super::{Command, StartError};

/// Connects an MCP host that speaks stdio to an MCP server that speaks HTTP.
///
/// Reads one JSON-RPC message per line from standard input, sends each to the server with your
/// credentials, and writes the answers to standard output, one per line. Everything else goes to
/// standard error.
#[derive(Debug, Parser)]
#[command(name = "mcp-jira-confluence-bridge", version)]
#[command(args_conflicts_with_subcommands = true, after_long_help = AFTER_HELP)]
pub(super) struct CommandLine {
    #[command(subcommand)]
    command: Option<Subcommands>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Tries the connection and every way of presenting your credentials, and says what to change.
    ///
    /// Prints one line per check and exits with 0 when everything that is configured works.
    #[command(after_long_help = AFTER_HELP)]
    Check(Flags),
}

impl CommandLine {
    /// Reads the arguments, the program's name first.
    ///
    /// # Errors
    /// [`StartError`] when they are not understood, or help or the version is asked for.
    pub(super) fn read<A: Into<OsString> + Clone>(
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Self, StartError> {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let is_check = |argument: &OsString| argument == "check";
        match Self::try_parse_from(&arguments) {
            Ok(line) if line.flags.url.as_deref() == Some("check") => Err(late_check()),
            Ok(line) => Ok(line),
            Err(error)
                if is_about_a_stray_argument(&error)
                    && !arguments.get(1).is_some_and(is_check)
                    && arguments.iter().any(is_check) =>
            {
                Err(late_check())
            }
            Err(error) => Err(without_values(error)),
        }
    }

    pub(super) fn into_parts(self) -> (Command, Flags) {
        match self.command {
            Some(Subcommands::Check(flags)) => (Command::Check, flags),
            None => (Command::Bridge, self.flags),
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(super) struct Flags {
    /// Address of the server [default: SSE_SERVER_URL, else http://localhost:8000].
    ///
    /// A bare origin is tried at /mcp and then at /sse. A path that ends in /mcp or /sse is used as
    /// it stands. Any other path is tried as it stands, then with /mcp, then with /sse appended.
    pub(super) url: Option<String>,

    /// Which MCP transport to speak.
    #[arg(long, value_enum, default_value_t = Transport::Auto, value_name = "WHICH")]
    pub(super) transport: Transport,

    /// Which headers carry the tokens.
    #[arg(long, value_enum, default_value_t = TokenHeadersFlag::Auto, value_name = "WHICH")]
    pub(super) token_headers: TokenHeadersFlag,

    /// Send a header of your own with every request; may be repeated.
    ///
    /// Written 'Name: value' or Name:value. ${VAR} in the value stands for an environment variable,
    /// which keeps a secret out of the command line. A credential header given here replaces the one
    /// made from the variables below.
    #[arg(long = "header", value_name = "NAME: VALUE")]
    pub(super) headers: Vec<String>,

    /// Let credentials go out over plain http to this host; may be repeated.
    ///
    /// Without it they only leave over https or to this machine itself.
    #[arg(long, value_name = "HOST")]
    pub(super) allow_http: Vec<String>,

    /// Read variables from this file too, in NAME=value lines; the real environment wins.
    ///
    /// Nothing is read unless it is named here, so that a folder cannot redirect your tokens.
    #[arg(long, value_name = "FILE")]
    pub(super) env_file: Option<PathBuf>,

    /// Trust the certificate authorities in this PEM file too, besides those of the system.
    #[arg(long, value_name = "FILE")]
    pub(super) ca_file: Option<PathBuf>,

    /// Show this certificate to a server that asks for one (PEM file, with --client-key).
    #[arg(long, value_name = "FILE")]
    pub(super) client_cert: Option<PathBuf>,

    /// The private key of that certificate (PEM file, without a password).
    #[arg(long, value_name = "FILE")]
    pub(super) client_key: Option<PathBuf>,

    /// Reach the server through this proxy, whatever the environment says.
    ///
    /// A user and password go into the address, http://user:password@proxy.example.com:3128, which
    /// is better kept in BRIDGE_PROXY. This machine itself is never reached through a proxy.
    #[arg(long, value_name = "URL")]
    pub(super) proxy: Option<String>,

    /// Use no proxy for these hosts: names, addresses and networks, separated by commas.
    #[arg(long, value_name = "LIST")]
    pub(super) no_proxy: Option<String>,

    /// Also write the log to this file, which only you can read; appended to.
    #[arg(long, value_name = "FILE")]
    pub(super) log_file: Option<PathBuf>,

    /// Write every message of both sides to this file, which only you can read; appended to.
    ///
    /// One JSON object per line: time, sender, message. Your credentials are taken out; what the
    /// messages themselves are about is not.
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,

    /// How long to wait for open answers, and for a reader of them, after standard input has ended
    /// [default: 30s].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(super) drain: Option<Duration>,

    /// How long to retry a request while the server cannot be reached [default: 10s].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(super) connect_wait: Option<Duration>,

    /// How long an event stream may be silent before it counts as dead, 0 for ever [default: 300s].
    ///
    /// Any byte counts, also the comments that servers send for this purpose. In a session the server
    /// is asked first whether it is there.
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(super) idle: Option<Duration>,

    /// Give up a request after this time [default: never].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(super) call_timeout: Option<Duration>,

    /// How much to log on standard error: trace, debug, info, warn or error [default: LOG_LEVEL,
    /// else info].
    #[arg(long, short, value_name = "LEVEL")]
    pub(super) log_level: Option<LogLevel>,
}

const AFTER_HELP: &str = "\
Environment:
  SSE_SERVER_URL                  address of the server, when none is given as argument
  JIRA_PERSONAL_TOKEN             personal access token for Jira (Data Center)
  CONFLUENCE_PERSONAL_TOKEN       personal access token for Confluence (Data Center)
  JIRA_USERNAME or JIRA_EMAIL     Atlassian account, together with …
  JIRA_API_TOKEN                  … its API token (Cloud); CONFLUENCE_… likewise
  LOG_LEVEL                       as --log-level
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY   proxies; never used for this machine itself
  BRIDGE_PROXY, BRIDGE_NO_PROXY   as --proxy and --no-proxy; many hosts pass on only the
                                  variables of their own configuration, so these go there
  BRIDGE_CA_FILE                  as --ca-file
  BRIDGE_CLIENT_CERT, BRIDGE_CLIENT_KEY   as --client-cert and --client-key
  BRIDGE_LOG_FILE, BRIDGE_TRACE   as --log-file and --trace

  Each token variable can end in _FILE and name a file that holds the token. A personal token is
  used before an API token. A variable that is set but empty is an error. Tokens from files and
  from --env-file are read again when the server refuses them (401) and on SIGHUP.

Times are seconds (30, 2.5) or carry a unit (30s, 500ms).

Exit codes: 0 done, 2 wrong settings, 130 interrupted, 143 terminated; `check`: 1 something failed.

Examples:
  JIRA_PERSONAL_TOKEN=… mcp-jira-confluence-bridge https://mcp.example.com
  mcp-jira-confluence-bridge --header 'Authorization: Bearer ${MY_TOKEN}' https://example.com/mcp
  mcp-jira-confluence-bridge check https://mcp.example.com";

/// Which MCP transports may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Transport {
    /// Find out with the host's first message
    Auto,
    /// Streamable HTTP or plain JSON over POST, nothing else
    Http,
    /// HTTP with SSE as of 2024-11-05, nothing else
    Sse,
}

/// The flag's values for [`TokenHeaders`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TokenHeadersFlag {
    /// One token, or the same for both services, as Authorization; two different ones as
    /// X-Jira-Token and X-Confluence-Token
    Auto,
    /// Each token only in its service's own header, so that the other service never sees it
    Service,
}

impl From<TokenHeadersFlag> for TokenHeaders {
    fn from(flag: TokenHeadersFlag) -> Self {
        match flag {
            TokenHeadersFlag::Auto => Self::Auto,
            TokenHeadersFlag::Service => Self::Service,
        }
    }
}

fn is_about_a_stray_argument(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand | ErrorKind::ArgumentConflict
    )
}

fn late_check() -> StartError {
    StartError::setting("`check` goes before every flag and the URL; see --help")
}

/// Takes what may be a token out of clap's messages: the word of a header that was not quoted, or
/// the value of a flag we do not have.
fn without_values(error: clap::Error) -> StartError {
    if !is_about_a_stray_argument(&error) {
        return StartError::CommandLine(error);
    }
    if error.kind() == ErrorKind::ArgumentConflict
        && let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg)
        && error.get(ContextKind::PriorArg) == error.get(ContextKind::InvalidArg)
    {
        return StartError::setting(format!("{flag} is given twice; once is enough"));
    }
    let flag = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) if argument.starts_with('-') => {
            argument.split(['=', ' ']).next()
        }
        _ => None,
    };
    let stray =
        flag.unwrap_or("a stray argument (not shown; does a value with a space lack quotes?)");
    StartError::setting(format!("unexpected: {stray}; see --help"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    fn refusal(arguments: &[&str]) -> String {
        let arguments = [&["bridge"], arguments].concat();
        CommandLine::read(arguments).unwrap_err().to_string()
    }

    #[test]
    fn a_check_that_comes_too_late_is_not_taken_for_an_address() {
        for arguments in [
            &["--transport", "http", "check"][..],
            &["--transport", "http", "check", "https://h"],
            &["https://h", "check"],
        ] {
            let error = refusal(arguments);
            assert!(error.starts_with("`check` goes before"), "{error}");
        }
        for arguments in [&["https://h", "https://i"][..], &["check", "--nonsense"]] {
            let error = refusal(arguments);
            assert!(error.starts_with("unexpected: "), "{error}");
        }
    }

    #[test]
    fn a_flag_given_twice_is_called_so_and_its_values_stay_hidden() {
        let error = refusal(&["--proxy", "http://a:tok-secret@h", "--proxy", "http://h"]);
        assert_eq!(error, "--proxy <URL> is given twice; once is enough");
    }
}

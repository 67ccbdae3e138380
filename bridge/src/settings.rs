//! What a person asked for, from flags and environment to values; the only reader of the environment.

mod credentials;
mod environment;
mod exposure;
mod flags;
mod header;
mod network;
mod private_file;
mod rotation;
mod target;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use shared::logging::LogLevel;

pub use crate::clock::Clock;
pub use credentials::Credentials;
pub use exposure::{ProxyUse, Route, addresses_of};
pub use flags::Transport;
pub use network::{Network, ProxyAddress};
pub use private_file::PrivateFile;
pub use rotation::Rotation;
pub use shared::environment::Environment;
pub(crate) use target::shown;
pub use target::{Elsewhere, Target};

use crate::signals::OnHangUp;
use flags::{CommandLine, Flags};

/// Everything one run of the bridge depends on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to do.
    pub command: Command,
    /// How much is logged to stderr.
    pub log_level: LogLevel,
    /// Where the server is.
    pub target: Target,
    /// Which transports may be used.
    pub transport: Transport,
    /// What proves who the person is.
    pub credentials: Credentials,
    /// How the credentials are read again, if they come from files.
    pub rotation: Option<Rotation>,
    /// How connections reach the server.
    pub route: Route,
    /// What a corporate network asks for.
    pub network: Network,
    /// Where log lines go besides stderr.
    pub log_file: Option<PrivateFile>,
    /// Where every message is written down.
    pub trace: Option<PrivateFile>,
    /// How long things may take.
    pub timing: Timing,
    /// The clock of the machine.
    pub clock: Clock,
    /// The longest message taken from the host or the server, in bytes.
    pub max_message_bytes: usize,
    /// What the person should know; to be logged once logging has started.
    pub notices: Vec<String>,
}

/// What the program was started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Carry messages between host and server.
    Bridge,
    /// Try the connection and every way of presenting the credentials, and report.
    Check,
}

/// Every duration of the bridge, so that tests can shorten them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// How long one attempt to connect may take.
    pub connect: Duration,
    /// How long a request that could not be sent yet is retried.
    pub connect_wait: Duration,
    /// How long a 2024-11-05 stream may take to name its endpoint, and a server to accept
    /// `notifications/initialized`.
    pub handshake: Duration,
    /// How long answers are waited for after the host has closed its side, and the host that reads them.
    pub drain: Duration,
    /// How long an event stream may be silent before it counts as dead; zero for ever.
    pub idle: Duration,
    /// How long the stream of a 2024-11-05 session may be silent before the server is asked whether
    /// it is there.
    pub ping: Duration,
    /// How long the bridge waits for an answer at most, if the person wants such a limit.
    pub call_timeout: Option<Duration>,
    /// How long to wait before a broken event stream is resumed, unless the server names a time.
    pub resume_pause: Duration,
    /// The longest such time that is believed.
    pub longest_retry: Duration,
    /// The longest `Retry-After` that is waited for.
    pub longest_retry_after: Duration,
    /// How much further than the time that passed the clock of the machine may be before that means
    /// that the machine was asleep.
    pub clock_jump: Duration,
    /// How long a server has to show that it is still there after the machine was asleep.
    pub wake: Duration,
    /// How often the other end of a silent connection is probed by the system.
    pub keepalive: Duration,
    /// How often to look whether the program that started this one is still there.
    pub parent_watch: Duration,
    /// How long the goodbye may take: last notifications, last lines, the end of the session.
    pub farewell: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            connect_wait: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            drain: Duration::from_secs(30),
            idle: Duration::from_secs(300),
            ping: Duration::from_secs(45),
            call_timeout: None,
            resume_pause: Duration::from_secs(1),
            longest_retry: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(10),
            clock_jump: Duration::from_secs(30),
            wake: Duration::from_secs(2),
            keepalive: Duration::from_secs(15),
            parent_watch: Duration::from_millis(500),
            farewell: Duration::from_millis(300),
        }
    }
}

/// 64 MiB: room for attachments as Base64, and an end to a line without one.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// Why the bridge does not start. Names variables and flags, never their values where those may hold
/// a token.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The command line is not understood, or help or the version was asked for.
    #[error("{0}")]
    CommandLine(clap::Error),
    /// A setting is missing, contradictory or unusable.
    #[error("{0}")]
    Setting(String),
}

impl StartError {
    fn setting(text: impl Into<String>) -> Self {
        Self::Setting(text.into())
    }

    /// The exit code: 0 when help or the version was asked for, else 2.
    #[must_use]
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::CommandLine(error) => error.exit_code(),
            Self::Setting(_) => 2,
        }
    }

    /// Prints the error on stderr, or the help that was asked for on stdout.
    pub fn print(&self) {
        use std::io::Write as _;
        // A closed stdout or stderr leaves nobody to tell.
        let _unheard = match self {
            Self::CommandLine(error) => error.print(),
            Self::Setting(text) => {
                writeln!(std::io::stderr(), "mcp-jira-confluence-bridge: {text}")
            }
        };
    }
}

/// Finds the addresses of a host name.
pub type Resolve<'a> = &'a dyn Fn(&str) -> std::io::Result<Vec<IpAddr>>;

impl Settings {
    /// Reads the command line (with the program's name first) and the environment.
    ///
    /// `resolve` is asked only when a token is to go out over plain HTTP to a host given by name.
    ///
    /// # Errors
    /// [`StartError`] says which flag or variable to change.
    pub fn read<A>(
        arguments: impl IntoIterator<Item = A>,
        environment: &Environment,
        resolve: Resolve<'_>,
    ) -> Result<Self, StartError>
    where
        A: Into<OsString> + Clone,
    {
        let line = CommandLine::read(arguments)?;
        let (command, flags) = line.into_parts();
        let combined = match &flags.env_file {
            Some(path) => &environment::with_file(environment, path)?,
            None => environment,
        };
        let settings = Self::combine(command, &flags, combined, resolve)?;
        Ok(Self {
            rotation: Rotation::of(&flags, environment, &settings.credentials),
            ..settings
        })
    }

    /// What SIGHUP means with these settings.
    #[must_use]
    pub fn on_hang_up(&self) -> OnHangUp {
        match self.rotation {
            Some(_) => OnHangUp::Reread,
            None => OnHangUp::Stop,
        }
    }

    fn combine(
        command: Command,
        flags: &Flags,
        environment: &Environment,
        resolve: Resolve<'_>,
    ) -> Result<Self, StartError> {
        let mut notices = Vec::new();
        let target = Target::read(flags.url.as_deref(), environment)?;
        let credentials = Credentials::read(flags, environment, &mut notices)?;
        let network = Network::read(flags, environment, &target)?;
        let mut route = exposure::route(&target, &credentials, &flags.allow_http, resolve)?;
        if network.is_direct {
            route.proxy = ProxyUse::Never;
        }
        let file = |flag: &Option<PathBuf>, name, variable| {
            PrivateFile::read(flag.as_deref(), name, variable, environment)
        };
        let defaults = Timing::default();
        Ok(Self {
            command,
            log_level: log_level(flags, environment)?,
            target,
            transport: flags.transport,
            credentials,
            // Known to the caller, who knows which variables are from a file.
            rotation: None,
            route,
            network,
            log_file: file(&flags.log_file, "--log-file", "BRIDGE_LOG_FILE")?,
            trace: file(&flags.trace, "--trace", "BRIDGE_TRACE")?,
            timing: Timing {
                connect_wait: flags.connect_wait.unwrap_or(defaults.connect_wait),
                drain: flags.drain.unwrap_or(defaults.drain),
                idle: flags.idle.unwrap_or(defaults.idle),
                call_timeout: flags.call_timeout,
                ..defaults
            },
            clock: Clock::default(),
            max_message_bytes: MAX_MESSAGE_BYTES,
            notices,
        })
    }
}

fn log_level(flags: &Flags, environment: &Environment) -> Result<LogLevel, StartError> {
    if let Some(level) = flags.log_level {
        return Ok(level);
    }
    let Some(text) = environment::text(environment, "LOG_LEVEL")? else {
        return Ok(LogLevel::default());
    };
    text.parse()
        .map_err(|error| StartError::setting(format!("LOG_LEVEL is not usable: {error}")))
}

#[cfg(test)]
mod tests;

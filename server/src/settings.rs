//! What the server is told at start: flags before variables before defaults, checked together once.

mod arguments;
mod asking;
mod attachments;
mod gateway;
mod listener;
mod narrowing;
mod network;
mod operations;
mod replaced;
mod service;
mod variables;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use atlassian::Service;
use mcp::AllowedHost;
use shared::environment::{Environment, EnvironmentFile, EnvironmentFileError, UnreadableSecret};
use shared::logging::LogLevel;

pub use arguments::{Arguments, DemoDeployment};
pub(crate) use asking::Asking;
pub use asking::AskingArguments;
pub use attachments::AttachmentArguments;
pub use gateway::GatewayArguments;
pub use listener::ListenerArguments;
pub(crate) use listener::ListenerSettings;
pub use narrowing::NarrowingArguments;
pub use operations::{MetricsRoute, Operations, OperationsArguments};
pub use service::{ConfiguredCredential, ServiceSettings};

use gateway::Gateway;

use crate::attachment::Attachments;
use crate::identity::Policy;
use crate::narrowing::Narrowing;

/// The file of variables that is read from the current folder, never from its parents.
const ENVIRONMENT_FILE: &str = ".env";

const DEFAULT_HOST: &str = "127.0.0.1";
const DEFAULT_PORT: u16 = 8000;

/// Everything the server needs to know, parsed and checked.
#[derive(Debug)]
pub struct Settings {
    /// The name or address to listen on.
    pub host: String,
    /// The port to listen on; 0 for any free one.
    pub port: u16,
    /// How much is logged.
    pub log_level: LogLevel,
    /// Names the server answers to besides the loopback ones.
    pub allowed_hosts: Vec<AllowedHost>,
    /// Whose credentials are used when a request names none.
    pub policy: Policy,
    /// What comes in, and how.
    pub(crate) listener: ListenerSettings,
    /// Who can be asked something, and when it is done.
    pub(crate) asking: Asking,
    /// How attached files are read.
    pub(crate) attachments: Arc<Attachments>,
    /// What nobody may reach or do, whatever their credentials.
    pub narrowing: Narrowing,
    /// Where the tools reach Jira and Confluence.
    pub sites: SiteSource,
    /// How the server logs, what it shows and how it ends.
    pub operations: Operations,
    /// What all of this was read from, for reading it again.
    pub(crate) origin: Origin,
    /// What a person should know about what they set: flags without effect, variables with a new name.
    pub notices: Vec<String>,
}

/// Where settings are read from: the files that are named in it may have changed the next time.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    arguments: Arguments,
    environment: Environment,
}

impl Origin {
    /// Reads the settings again.
    pub(crate) fn read(&self) -> Result<Settings, SettingsError> {
        Settings::load(self.arguments.clone(), self.environment.clone())
    }
}

/// Where the tools reach Jira and Confluence.
#[derive(Debug)]
pub enum SiteSource {
    /// The sites the settings name.
    Configured {
        /// Jira, if its address is set.
        jira: Option<Box<ServiceSettings>>,
        /// Confluence, if its address is set.
        confluence: Option<Box<ServiceSettings>>,
    },
    /// The embedded sample site.
    Demo(DemoDeployment),
}

/// Why the server cannot start with what it was told. Names flags and variables, never values.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file of variables is unusable.
    #[error(transparent)]
    File(#[from] EnvironmentFileError),
    /// A secret is unusable.
    #[error(transparent)]
    Secret(#[from] UnreadableSecret),
    /// A variable or flag has a value it cannot have.
    #[error("{setting}: {problem}")]
    Value {
        /// The flag or variable.
        setting: String,
        /// What is wrong and what to set.
        problem: String,
    },
    /// Neither service is configured.
    #[error(
        "no site to work with: set JIRA_URL or CONFLUENCE_URL (or both), or start with --demo to try \
         the embedded sample site"
    )]
    NoSite,
    /// Others could reach the server and act with its own account.
    #[error(
        "listening on {address} would let everybody who reaches it act with the credentials in this \
         server's environment. Say what is wanted: --credentials headers-only (each request brings \
         its own), fallback (the environment serves requests that bring none) or hybrid (it fills \
         each service a request names none for), or listen on 127.0.0.1"
    )]
    Exposed {
        /// The address listened on.
        address: IpAddr,
    },
    /// Others could read what travels.
    #[error(
        "listening on {address} without TLS would let everybody on the way read the tokens. Set \
         --tls-cert and --tls-key, or --behind-tls-proxy if a proxy in front of this server does TLS, \
         or listen on 127.0.0.1"
    )]
    InTheClear {
        /// The address listened on.
        address: IpAddr,
    },
    /// The demo is for this machine only.
    #[error(
        "--demo listens on loopback addresses only, not on {address}: its tokens are published"
    )]
    DemoExposed {
        /// The address listened on.
        address: IpAddr,
    },
}

impl Settings {
    /// Reads the settings from flags and variables; reads the named file of variables, or `.env` in
    /// the current folder if there is one.
    ///
    /// # Errors
    /// [`SettingsError`] says which flag or variable to change.
    pub fn load(arguments: Arguments, environment: Environment) -> Result<Self, SettingsError> {
        let origin = Origin {
            arguments: arguments.clone(),
            environment: environment.clone(),
        };
        let environment = match &arguments.env_file {
            Some(path) => environment.with_file(path, EnvironmentFile::Required)?,
            None => {
                environment.with_file(Path::new(ENVIRONMENT_FILE), EnvironmentFile::Optional)?
            }
        };
        if arguments.demo.is_none() {
            variables::all_filled_in(&environment)?;
        }
        let mut notices = replaced::notices(&arguments, &environment);
        notices.extend(variables::unknown(&environment));
        notices.extend(variables::nearly_known(&environment));
        let operations = Operations::read(&arguments.operations, &environment)?;
        notices.extend(operations.notice());
        let policy = policy(&arguments, &environment)?;
        let sites = match arguments.demo {
            Some(deployment) => SiteSource::Demo(deployment),
            None => configured_sites(&arguments, &environment, policy, &mut notices)?,
        };
        Ok(Self {
            host: host(&arguments, &environment),
            port: port(&arguments, &environment)?,
            log_level: log_level(&arguments, &environment)?,
            operations,
            allowed_hosts: allowed_hosts(arguments.allowed_hosts, &environment)?,
            policy,
            listener: ListenerSettings::read(arguments.listener, &environment)?,
            asking: Asking::read(&arguments.asking, &environment)?,
            attachments: Arc::new(attachments::read(&arguments.attachments, &environment)?),
            narrowing: narrowing::narrowing(&arguments.narrowing, &environment)?,
            sites,
            origin,
            notices,
        })
    }

    /// Tells what a person should know about what they set.
    pub(crate) fn log_notices(&self) {
        for notice in &self.notices {
            tracing::warn!("{notice}");
        }
    }

    /// Refuses to listen where others could act as somebody they are not, or read what travels.
    ///
    /// # Errors
    /// [`SettingsError::Exposed`], [`SettingsError::DemoExposed`] or [`SettingsError::InTheClear`].
    pub fn check_exposure(&self, listening_on: IpAddr) -> Result<(), SettingsError> {
        if listening_on.is_loopback() {
            return Ok(());
        }
        match &self.sites {
            SiteSource::Demo(_) => Err(SettingsError::DemoExposed {
                address: listening_on,
            }),
            SiteSource::Configured { jira, confluence } => {
                let services = [jira, confluence].into_iter().flatten();
                let has_credentials = services.into_iter().any(|s| s.credential.is_some());
                if has_credentials && self.policy == Policy::Local {
                    return Err(SettingsError::Exposed {
                        address: listening_on,
                    });
                }
                self.listener.check_encryption(listening_on)
            }
        }
    }
}

fn host(arguments: &Arguments, environment: &Environment) -> String {
    arguments
        .host
        .as_deref()
        .or_else(|| first_filled(environment, &["HOST", "SSE_HOST"]).map(|(_, value)| value))
        .unwrap_or(DEFAULT_HOST)
        .to_owned()
}

fn port(arguments: &Arguments, environment: &Environment) -> Result<u16, SettingsError> {
    match (
        arguments.port,
        first_filled(environment, &["PORT", "SSE_PORT"]),
    ) {
        (Some(port), _) => Ok(port),
        (None, Some((name, value))) => value
            .parse()
            .map_err(|_| invalid(name, "a port is a number from 0 to 65535".to_owned())),
        (None, None) => Ok(DEFAULT_PORT),
    }
}

fn log_level(arguments: &Arguments, environment: &Environment) -> Result<LogLevel, SettingsError> {
    match (
        arguments.log_level,
        first_filled(environment, &["LOG_LEVEL", "SSE_LOG_LEVEL"]),
    ) {
        (Some(level), _) => Ok(level),
        (None, Some((name, value))) => value.parse().map_err(|error| invalid(name, error)),
        (None, None) => Ok(LogLevel::default()),
    }
}

fn allowed_hosts(
    flags: Vec<AllowedHost>,
    environment: &Environment,
) -> Result<Vec<AllowedHost>, SettingsError> {
    if !flags.is_empty() {
        return Ok(flags);
    }
    let names = environment.filled("ALLOWED_HOSTS").unwrap_or_default();
    let names = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    names
        .map(|name| {
            name.parse()
                .map_err(|error| invalid("ALLOWED_HOSTS", error))
        })
        .collect()
}

fn policy(arguments: &Arguments, environment: &Environment) -> Result<Policy, SettingsError> {
    match (arguments.credentials, environment.filled("CREDENTIALS")) {
        (Some(policy), _) => Ok(policy),
        (None, Some(value)) => value.parse().map_err(|error| invalid("CREDENTIALS", error)),
        (None, None) => Ok(Policy::Local),
    }
}

fn configured_sites(
    arguments: &Arguments,
    environment: &Environment,
    policy: Policy,
    notices: &mut Vec<String>,
) -> Result<SiteSource, SettingsError> {
    let gateway = Gateway::read(&arguments.gateway, environment)?;
    let mut read = |service| ServiceSettings::read(service, environment, policy, &gateway, notices);
    let jira = read(Service::Jira)?;
    let confluence = read(Service::Confluence)?;
    if jira.is_none() && confluence.is_none() {
        return Err(SettingsError::NoSite);
    }
    Ok(SiteSource::Configured {
        jira: jira.map(Box::new),
        confluence: confluence.map(Box::new),
    })
}

/// The first of several names for one variable that is filled.
fn first_filled<'a>(
    environment: &'a Environment,
    names: &[&'static str],
) -> Option<(&'static str, &'a str)> {
    names
        .iter()
        .find_map(|name| Some((*name, environment.filled(name)?)))
}

fn invalid(setting: impl Into<String>, problem: impl ToString) -> SettingsError {
    SettingsError::Value {
        setting: setting.into(),
        problem: problem.to_string(),
    }
}

#[cfg(test)]
mod tests;

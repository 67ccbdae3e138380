//! How a bridge is started: the built program, or the library in this process where a test needs
//! shorter times than there are flags for; not what is then said to it.

use std::process::Stdio;
use std::time::Duration;

use bridge::settings::{Environment, Settings, addresses_of};
use tokio::io::duplex;
use tokio::process::Command;
use tokio::time::timeout;

use super::capture::Capture;
use super::{Bridge, PATIENCE, Process};
use crate::fault::{CONFLUENCE_TOKEN, JIRA_TOKEN, SECRETS};
use crate::leaks;
use crate::programs::Program;

/// How a bridge is to be started.
#[derive(Debug, Clone)]
pub struct Setup {
    flags: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Setup {
    /// A bridge to this address with both tokens, logging everything.
    #[must_use]
    pub fn to(url: &str) -> Self {
        let tokens = [
            ("JIRA_PERSONAL_TOKEN", JIRA_TOKEN),
            ("CONFLUENCE_PERSONAL_TOKEN", CONFLUENCE_TOKEN),
        ];
        Self {
            flags: vec![url.to_owned()],
            variables: tokens.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
        }
    }

    /// With these flags too.
    #[must_use]
    pub fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(ToString::to_string));
        self
    }

    /// With this variable too, in place of one of the same name.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without this variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(other, _)| other != name);
        self
    }

    /// The command that starts it, all three streams as pipes.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Program::Bridge.command();
        command
            .args(&self.flags)
            .args(["--log-level", "trace"])
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts the built program.
    #[must_use]
    pub fn start(&self) -> Bridge {
        let mut child = self.command().spawn().unwrap();
        let stderr = Capture::of(child.stderr.take().expect("it is piped"));
        let output = child.stdout.take().expect("it is piped");
        let input = child.stdin.take().expect("it is piped");
        Bridge::on(input, output, stderr, Process::Child(child))
    }

    /// Starts the library in this process, with settings that a test has changed.
    ///
    /// # Panics
    /// When the settings are refused.
    #[must_use]
    pub fn start_inside(&self, change: impl FnOnce(&mut Settings)) -> Bridge {
        let pairs = self.variables.iter();
        let environment: Environment = pairs.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let arguments = std::iter::once("bridge").chain(self.flags.iter().map(String::as_str));
        let mut settings = Settings::read(arguments, &environment, &addresses_of).unwrap();
        change(&mut settings);
        let (input, bridge_input) = duplex(64 * 1024);
        let (bridge_output, output) = duplex(64 * 1024);
        let run = tokio::spawn(async move {
            let never = std::future::pending();
            let ending = bridge::run(&settings, bridge_input, bridge_output, never).await;
            ending.exit_code()
        });
        Bridge::on(
            input,
            output,
            Capture::of(tokio::io::empty()),
            Process::Inside(run),
        )
    }

    /// Starts the library in this process, with as much time for its goodbye as a busy machine takes: the
    /// program has less than a second, for what nobody waits for.
    ///
    /// # Panics
    /// When the settings are refused.
    #[must_use]
    pub fn start_unhurried(&self) -> Bridge {
        self.start_inside(|settings| settings.timing.farewell = Duration::from_secs(10))
    }

    /// Runs the built program where it is not meant to start; gives exit code and standard error.
    pub async fn refused(&self) -> (Option<i32>, String) {
        let mut command = self.command();
        command.stdin(Stdio::null());
        let output = timeout(PATIENCE, command.output()).await;
        let output = output.expect("it does not start").unwrap();
        assert_eq!(output.stdout, b"", "nothing on standard output");
        let stderr = String::from_utf8(output.stderr).unwrap();
        leaks::assert_none("standard error", &stderr, &SECRETS, &[]);
        (output.status.code(), stderr)
    }
}

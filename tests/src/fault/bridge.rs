//! A bridge under a host: the built program, or the library in this process where a test needs
//! shorter times than there are flags for. Every run ends in the check of the invariants.

mod capture;

use std::process::Stdio;
use std::time::Duration;

use bridge::settings::{Environment, Settings, addresses_of};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, duplex};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::invariants::Ledger;
use super::{CONFLUENCE_TOKEN, JIRA_TOKEN};
use crate::programs::Program;
use capture::Capture;

/// How long a test waits for a line or an end before it fails; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Within this a bridge ends that owes nothing.
const PROMPT_END: Duration = Duration::from_secs(2);

/// How a bridge is to be started.
#[derive(Debug, Clone)]
pub struct Setup {
    flags: Vec<String>,
    variables: Vec<(String, String)>,
}

/// A running bridge, seen from its host.
pub struct Bridge {
    input: Option<Box<dyn AsyncWrite + Send + Unpin>>,
    stdout: Option<Capture>,
    stderr: Capture,
    process: Process,
    ledger: Ledger,
    read: usize,
    has_ended: bool,
}

enum Process {
    Child(Child),
    Inside(JoinHandle<i32>),
}

/// What a run left behind, after it was found to have kept every rule.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The lines of standard output that nobody had read.
    pub rest: Vec<String>,
    /// All of standard error, at trace level; empty for a run inside this process.
    pub stderr: String,
    /// How long it took from the request to end to the end.
    pub took: Duration,
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

    /// Runs the built program where it is not meant to start; gives exit code and standard error.
    pub async fn refused(&self) -> (Option<i32>, String) {
        let mut command = self.command();
        command.stdin(Stdio::null());
        let output = timeout(PATIENCE, command.output()).await;
        let output = output.expect("it does not start").unwrap();
        assert_eq!(output.stdout, b"", "nothing on standard output");
        let stderr = String::from_utf8(output.stderr).unwrap();
        crate::leaks::assert_none("standard error", &stderr, &super::SECRETS, &[]);
        (output.status.code(), stderr)
    }
}

impl Bridge {
    /// The built program before this address.
    #[must_use]
    pub fn to(url: &str) -> Self {
        Setup::to(url).start()
    }

    fn on(
        input: impl AsyncWrite + Send + Unpin + 'static,
        output: impl AsyncRead + Send + Unpin + 'static,
        stderr: Capture,
        process: Process,
    ) -> Self {
        Self {
            input: Some(Box::new(input)),
            stdout: Some(Capture::of(output)),
            stderr,
            process,
            ledger: Ledger::default(),
            read: 0,
            has_ended: false,
        }
    }

    /// Writes one line, to which the bridge owes whatever its messages deserve.
    pub async fn send(&mut self, line: impl AsRef<str>) {
        self.ledger.note(line.as_ref());
        self.write(format!("{}\n", line.as_ref())).await;
    }

    /// Writes bytes as they are and notes nothing.
    ///
    /// # Panics
    /// When the bridge has closed its input.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes.as_ref()).await.unwrap();
        input.flush().await.unwrap();
    }

    /// What is owed, to be corrected where a line says it wrongly.
    pub fn ledger(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// The next line of standard output.
    ///
    /// # Panics
    /// When none comes.
    pub async fn line(&mut self) -> String {
        let number = self.read;
        self.read += 1;
        let stdout = self.stdout.as_mut().expect("the host still reads");
        let line = timeout(PATIENCE, stdout.line(number)).await;
        let line = line.ok().flatten();
        line.unwrap_or_else(|| panic!("no line came:\n{}", self.stderr.text()))
    }

    /// The next line as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub async fn json(&mut self) -> Value {
        let line = self.line().await;
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// Writes a line and gives the next one.
    pub async fn ask(&mut self, line: impl AsRef<str>) -> Value {
        self.send(line).await;
        self.json().await
    }

    /// The whole handshake of a host.
    ///
    /// # Panics
    /// When the server's result does not come.
    pub async fn shake_hands(&mut self) {
        let answer = self.ask(super::message::INITIALIZE).await;
        assert!(answer.get("result").is_some(), "{answer}");
        self.send(super::message::INITIALIZED).await;
    }

    /// Writes a request that the bridge answers by itself and waits for that answer, so that every line
    /// before it has been read.
    pub async fn sync(&mut self, id: &str) -> Value {
        self.ask(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":7}}"#))
            .await
    }

    /// Waits until standard error holds this text.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn logs(&self, text: &str) {
        let found = timeout(PATIENCE, self.stderr.holds(text)).await;
        assert!(found.is_ok_and(|f| f), "{text}:\n{}", self.stderr.text());
    }

    /// All of standard error so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// The operating system's number of the process.
    ///
    /// # Panics
    /// When it runs inside this process, or has ended.
    #[must_use]
    pub fn id(&self) -> u32 {
        match &self.process {
            Process::Child(child) => child.id().expect("it is running"),
            Process::Inside(_) => panic!("it runs inside this process"),
        }
    }

    /// Sends it a signal by name, `TERM` for one.
    ///
    /// # Panics
    /// When there is no such process or signal.
    #[cfg(unix)]
    pub async fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args([format!("-{name}"), self.id().to_string()]);
        assert!(kill.status().await.unwrap().success());
    }

    /// Closes the host's reading side.
    pub async fn stop_reading(&mut self) {
        if let Some(stdout) = self.stdout.take() {
            stdout.stop().await;
        }
    }

    /// Closes the input, as a host does that ends; waits for the end and checks the invariants.
    pub async fn end(mut self) -> Ended {
        self.close_input().await;
        self.ended().await
    }

    /// Closes the input and lets the bridge go on.
    pub async fn close_input(&mut self) {
        if let Some(mut input) = self.input.take() {
            // A bridge that has ended already has closed it too.
            let _gone = input.shutdown().await;
        }
    }

    /// Waits for the end of a bridge that has a reason to end and checks the invariants.
    ///
    /// # Panics
    /// When it does not end, or has broken a rule.
    pub async fn ended(mut self) -> Ended {
        self.has_ended = true;
        let owed_nothing = self
            .stdout
            .as_ref()
            .is_none_or(|stdout| self.ledger.is_settled_by(&stdout.bytes()));
        let bound = if owed_nothing { PROMPT_END } else { PATIENCE };
        let asked = Instant::now();
        let code = match &mut self.process {
            Process::Child(child) => timeout(bound, child.wait())
                .await
                .map(|s| s.unwrap().code()),
            Process::Inside(run) => timeout(bound, run).await.map(|code| Some(code.unwrap())),
        };
        let took = asked.elapsed();
        let code = code.unwrap_or_else(|_| {
            panic!("it does not end within {bound:?}:\n{}", self.stderr.text())
        });
        self.stderr.whole().await;
        let stderr = self.stderr.text();
        let mut rest = Vec::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.whole().await;
            self.ledger.assert_kept(&stdout.bytes(), &stderr);
            while let Some(line) = stdout.line(self.read).await {
                self.read += 1;
                rest.push(line);
            }
        } else {
            crate::leaks::assert_none("standard error", &stderr, &super::SECRETS, &[]);
        }
        assert!(!stderr.contains("panicked"), "{stderr}");
        Ended {
            code,
            rest,
            stderr,
            took,
        }
    }
}

impl Drop for Bridge {
    /// A run that nobody ended was not checked.
    fn drop(&mut self) {
        assert!(
            self.has_ended || std::thread::panicking(),
            "a test ends its bridge"
        );
    }
}

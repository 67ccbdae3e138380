//! A host: starts a bridge as a child and speaks JSON-RPC lines with it, as Claude Desktop does.

use std::fmt;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long a host waits for one line before it gives up; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running bridge from its host's side. The bridge is killed when this is dropped.
pub struct Host {
    bridge: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// Messages that came while another one was waited for.
    set_aside: Vec<Value>,
}

/// Why a host and its bridge do not understand each other.
#[derive(Debug)]
pub enum HostError {
    /// The pipe or the child failed.
    System(io::Error),
    /// The bridge ended, or closed its stdout, while an answer was due.
    Ended,
    /// Nothing came in time.
    Silence,
    /// A line on stdout is not JSON.
    NotJson(String),
}

impl fmt::Display for HostError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(error) => write!(formatter, "the bridge failed: {error}"),
            Self::Ended => formatter.write_str("the bridge ended before it answered"),
            Self::Silence => formatter.write_str("the bridge did not answer"),
            Self::NotJson(line) => write!(formatter, "the bridge wrote what is not JSON: {line}"),
        }
    }
}

impl From<io::Error> for HostError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl Host {
    /// Starts a bridge; its stderr stays this process's own unless the command says otherwise.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Result<Self, HostError> {
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut bridge = piped.spawn()?;
        let (Some(input), Some(output)) = (bridge.stdin.take(), bridge.stdout.take()) else {
            return Err(HostError::Ended);
        };
        let output = BufReader::new(output).lines();
        Ok(Self {
            bridge,
            input,
            output,
            set_aside: Vec::new(),
        })
    }

    /// Sends one message.
    ///
    /// # Errors
    /// When the bridge has gone.
    pub async fn send(&mut self, message: &Value) -> Result<(), HostError> {
        self.send_line(&message.to_string()).await
    }

    /// Sends one line as it stands.
    ///
    /// # Errors
    /// When the bridge has gone.
    pub async fn send_line(&mut self, line: &str) -> Result<(), HostError> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(self.input.flush().await?)
    }

    /// Sends a request and waits for the answer with its id; other messages are set aside.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn request(&mut self, request: &Value) -> Result<Value, HostError> {
        self.send(request).await?;
        loop {
            let message = self.read().await?;
            if message["id"] == request["id"] && message.get("method").is_none() {
                return Ok(message);
            }
            self.set_aside.push(message);
        }
    }

    /// The next message, from those set aside first.
    ///
    /// # Errors
    /// When none comes.
    pub async fn receive(&mut self) -> Result<Value, HostError> {
        if self.set_aside.is_empty() {
            self.read().await
        } else {
            Ok(self.set_aside.remove(0))
        }
    }

    async fn read(&mut self) -> Result<Value, HostError> {
        let line = timeout(PATIENCE, self.output.next_line()).await;
        let line = line
            .map_err(|_silence| HostError::Silence)??
            .ok_or(HostError::Ended)?;
        serde_json::from_str(&line).map_err(|_| HostError::NotJson(line))
    }

    /// Closes the bridge's stdin and waits for its end; gives what it still wrote.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn end(mut self) -> Result<(ExitStatus, Vec<Value>), HostError> {
        drop(self.input);
        let mut rest = std::mem::take(&mut self.set_aside);
        while let Some(line) = timeout(PATIENCE, self.output.next_line())
            .await
            .map_err(|_silence| HostError::Silence)??
        {
            rest.push(serde_json::from_str(&line).map_err(|_| HostError::NotJson(line))?);
        }
        let ended = timeout(PATIENCE, self.bridge.wait()).await;
        Ok((ended.map_err(|_silence| HostError::Silence)??, rest))
    }
}

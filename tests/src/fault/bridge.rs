//! A bridge under a host, which speaks lines with it and keeps account of what is owed. Every run ends
//! in the check of the invariants.
//!
//! ```text
//! setup    how it is started        capture   what it writes, read all the time
//! ending   how a run ends
//! ```

mod capture;
mod ending;
mod setup;

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::process::Child;
#[cfg(unix)]
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::invariants::Ledger;
use capture::Capture;

pub use ending::Ended;
pub use setup::Setup;

/// How long a test waits for a line or an end before it fails; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(60);

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
}

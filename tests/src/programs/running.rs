//! The built server as a child process: started, listened to and ended; not what it answers.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::Program;
use crate::world::Server;

/// How long a test waits for a program before it fails; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The words before the address in the log.
const LISTENING: &str = "listening on http://";

/// The built server, running. It is killed when this is dropped.
pub struct RunningServer {
    /// Where it listens.
    pub server: Server,
    url: String,
    child: Child,
    stdout: Output,
    stderr: Output,
    /// The folder it was started in, when nobody named one.
    _folder: Option<TempDir>,
}

/// What a program that has ended left behind.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// All it wrote to standard output.
    pub stdout: String,
    /// All it wrote to standard error.
    pub stderr: String,
}

impl Ended {
    /// The code it ended with; `None` when a signal ended it.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }
}

impl RunningServer {
    /// Starts it on a free port, in an empty folder.
    ///
    /// # Panics
    /// When it ends before it listens.
    pub async fn start(flags: &[&str], variables: &[(String, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Self::start_in(folder.path(), flags, variables).await;
        process._folder = Some(folder);
        process
    }

    /// The same in a folder of the test's.
    ///
    /// # Panics
    /// When it ends before it listens.
    pub async fn start_in(folder: &Path, flags: &[&str], variables: &[(String, String)]) -> Self {
        let flags = [&["--port", "0"], flags].concat();
        let mut child = spawn(folder, &flags, variables);
        let stdout = Output::of(child.stdout.take().expect("it is piped"));
        let mut stderr = Output::of(child.stderr.take().expect("it is piped"));
        let address = stderr.address().await;
        Self {
            server: Server::at(address),
            url: format!("http://{address}"),
            child,
            stdout,
            stderr,
            _folder: None,
        }
    }

    /// Where it listens, as an origin.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.stderr.so_far()
    }

    /// Waits until it has logged something.
    ///
    /// # Panics
    /// When it does not.
    pub async fn has_logged(&self, text: &str) {
        let logged = async {
            while !self.log().contains(text) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if timeout(PATIENCE, logged).await.is_err() {
            panic!("{text:?} is not in the log:\n{}", self.log());
        }
    }

    /// Sends it a signal, such as `HUP`.
    ///
    /// # Panics
    /// When it is not running.
    #[cfg(unix)]
    pub async fn signal(&self, name: &str) {
        send_signal(&self.child, name).await;
    }

    /// Asks it to end, as a service manager does, and waits until it has. Off Unix it is killed.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn terminate(mut self) -> Ended {
        ask_to_end(&mut self.child).await;
        self.ended().await
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn ended(mut self) -> Ended {
        let status = timeout(PATIENCE, self.child.wait()).await;
        let status = status
            .expect("the server ends when it is asked to")
            .unwrap();
        Ended {
            status,
            stdout: self.stdout.whole().await,
            stderr: self.stderr.whole().await,
        }
    }
}

/// Starts the server where it is not meant to go on, and waits until it has ended.
///
/// # Panics
/// When it goes on.
pub async fn run_server(folder: &Path, flags: &[&str], variables: &[(String, String)]) -> Ended {
    let child = spawn(folder, flags, variables);
    let output = timeout(PATIENCE, child.wait_with_output()).await;
    let names: Vec<_> = variables.iter().map(|(name, _)| name).collect();
    let output = output.unwrap_or_else(|_| panic!("it goes on with {flags:?} and {names:?}"));
    let output = output.unwrap();
    Ended {
        status: output.status,
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn spawn(folder: &Path, flags: &[&str], variables: &[(String, String)]) -> Child {
    let mut command = Program::Server.command();
    command
        .args(flags)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[cfg(unix)]
async fn ask_to_end(child: &mut Child) {
    send_signal(child, "TERM").await;
}

#[cfg(unix)]
async fn send_signal(child: &Child, name: &str) {
    let id = child.id().expect("it is still running").to_string();
    let mut kill = tokio::process::Command::new("kill");
    kill.args([&format!("-{name}"), &id]);
    assert!(kill.status().await.unwrap().success());
}

#[cfg(not(unix))]
async fn ask_to_end(child: &mut Child) {
    child.kill().await.unwrap();
}

/// One of a child's streams, read all the time so that the child never waits for a reader.
struct Output {
    text: Arc<Mutex<String>>,
    address: watch::Receiver<Option<SocketAddr>>,
    reader: JoinHandle<()>,
}

impl Output {
    fn of(stream: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let (found, address) = watch::channel(None);
        let all = Arc::clone(&text);
        let reader = tokio::spawn(async move {
            let mut lines = BufReader::new(stream).lines();
            while let Some(line) = lines.next_line().await.unwrap() {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.push_str(&line);
                all.push('\n');
                if let Some(address) = address_in(&line) {
                    found.send_replace(Some(address));
                }
            }
        });
        Self {
            text,
            address,
            reader,
        }
    }

    async fn address(&mut self) -> SocketAddr {
        let found = timeout(PATIENCE, self.address.wait_for(Option::is_some)).await;
        let address = found.expect("the server says where it listens").ok();
        address
            .and_then(|address| *address)
            .unwrap_or_else(|| panic!("the server did not start:\n{}", self.so_far()))
    }

    fn so_far(&self) -> String {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.clone()
    }

    async fn whole(self) -> String {
        self.reader.await.unwrap();
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once(LISTENING)?;
    // A line of JSON has a quote behind it.
    let end = rest.find([' ', '"']).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

//! The demo: on its own it is a conversation a person can read, at the end of a pipe it is the bridge.

mod conversation;
mod mode;

use std::io::{Read as _, Write as _};
use std::process::{ExitCode, Stdio};

use sandbox::{Person, people};
use tokio::process::{ChildStdin, Command};

use crate::programs::{Program, RunningServer};

pub use mode::Mode;

/// Starts the server with its sample site and passes this process's stdin and stdout on to a bridge
/// that acts as Ana. Ends when the bridge does, with its exit code.
pub async fn be_the_bridge(first_byte: u8) -> ExitCode {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let mut bridge = bridge_for(&people::ana(), &server)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the bridge starts");
    let input = bridge.stdin.take().expect("its stdin is piped");
    pass_stdin_on(first_byte, input);
    let ended = bridge.wait().await.expect("the bridge can be waited for");
    ended
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Starts the server with its sample site and shows two people talking to it through the bridge.
pub async fn show_the_conversation() -> ExitCode {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let mut out = std::io::stdout();
    match conversation::run(&server, &mut out).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A closed stdout, as in `cargo demo | head`, has nobody to tell.
            let _closed = writeln!(std::io::stderr(), "demo: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The bridge as a desktop host would start it for somebody: address and tokens by environment.
fn bridge_for(person: &Person, server: &RunningServer) -> Command {
    let mut command = Program::Bridge.command();
    command
        .env("SSE_SERVER_URL", server.url())
        .env("JIRA_PERSONAL_TOKEN", &person.personal_access_token)
        .env("CONFLUENCE_PERSONAL_TOKEN", &person.personal_access_token)
        .env("LOG_LEVEL", "warn");
    command
}

/// Copies stdin from a thread: a read from it cannot be cancelled, and must not keep the program.
fn pass_stdin_on(first_byte: u8, mut input: ChildStdin) {
    let (sender, mut chunks) = tokio::sync::mpsc::channel(16);
    std::thread::spawn(move || {
        let mut chunk = vec![first_byte];
        let mut buffer = [0; 64 * 1024];
        while sender.blocking_send(chunk).is_ok() {
            match std::io::stdin().read(&mut buffer) {
                Ok(read) if read > 0 => chunk = buffer[..read].to_vec(),
                _ => break,
            }
        }
    });
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        while let Some(chunk) = chunks.recv().await {
            if input.write_all(&chunk).await.is_err() {
                break;
            }
        }
    });
}

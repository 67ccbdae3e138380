//! PDFs, read in a program of their own: the parser sees no secret, and what it takes too much of ends
//! with it. What that program does is in the crate `pdf_text`.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use pdf_text::Reading;
use pdf_text::process::ARGUMENT;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::{timeout, timeout_at};

/// How many are read at the same time: each may take one processor and a gigabyte.
const AT_ONCE: usize = 2;

/// How long reading one may take. Five hundred pages take less than a second.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a call waits for its turn.
const TURN: Duration = Duration::from_secs(30);

/// The most bytes of an answer: the text, and what JSON makes longer.
const LONGEST_ANSWER: u64 = 8 * pdf_text::MOST_TEXT as u64;

/// What reads PDFs.
#[derive(Debug)]
pub(crate) struct PdfReader {
    program: PathBuf,
    turns: Arc<Semaphore>,
}

/// Why a PDF could not be read, besides what it is itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    #[error("reading it takes more memory or time than this server gives a PDF")]
    TooMuch,
    #[error("this server is reading other PDFs; try again in a minute")]
    Busy,
    #[error("this server cannot start its reader of PDFs: {0}")]
    NoProgram(String),
}

impl PdfReader {
    /// A reader that starts the program at this path.
    pub(super) fn at(program: PathBuf) -> Self {
        Self {
            program,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// What a PDF says. The program ends with the call.
    ///
    /// # Errors
    /// [`Unread`] says why there is no answer.
    pub(crate) async fn read(&self, bytes: &[u8]) -> Result<Reading, Unread> {
        let turn = timeout(TURN, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(Unread::Busy);
        };
        let mut program = self.start()?;
        let end = tokio::time::Instant::now() + PATIENCE;
        match timeout_at(end, answer(&mut program, bytes)).await {
            Ok(Some(reading)) => Ok(reading),
            // Ended by the system, by a panic, or here when `program` is dropped.
            Ok(None) | Err(_) => Err(Unread::TooMuch),
        }
    }

    /// Starts the program with nothing of this one's environment: there are tokens in it.
    fn start(&self) -> Result<Child, Unread> {
        let started = Command::new(&self.program)
            .arg(ARGUMENT)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        started.map_err(|error| Unread::NoProgram(error.to_string()))
    }
}

/// What the program answers; nothing if it ends without.
async fn answer(program: &mut Child, bytes: &[u8]) -> Option<Reading> {
    let (mut to, from) = (program.stdin.take()?, program.stdout.take()?);
    let send = async move {
        // A program that has ended takes nothing more; its answer says what that means.
        let _ended = to.write_all(bytes).await;
        drop(to);
    };
    let mut answer = Vec::new();
    let mut from = from.take(LONGEST_ANSWER);
    let ((), read) = tokio::join!(send, from.read_to_end(&mut answer));
    read.ok()?;
    serde_json::from_slice(&answer).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_is_not_there_or_answers_nothing_is_told_as_such() {
        let missing = PdfReader::at(PathBuf::from("/no/such/program"));
        let error = missing.read(b"%PDF-1.7").await.unwrap_err();
        assert!(error.to_string().contains("cannot start"), "{error}");
        // A test program that is asked for a test of that name runs none and ends.
        let other = PdfReader::at(std::env::current_exe().unwrap());
        assert_eq!(other.read(b"%PDF-1.7").await, Err(Unread::TooMuch));
    }

    /// A shell script in place of the program.
    #[cfg(unix)]
    fn script(folder: &tempfile::TempDir, lines: &str) -> PdfReader {
        let path = folder.path().join("reader");
        // Another program writes it: a file that is open for writing here cannot be started, and what other
        // tests start meanwhile may hold it open for a moment longer.
        let written = std::process::Command::new("/bin/sh")
            .args([
                "-c",
                r#"printf '#!/bin/sh\n%s\n' "$1" >"$2" && chmod 700 "$2""#,
                "sh",
                lines,
            ])
            .arg(&path)
            .status();
        assert!(written.unwrap().success());
        PdfReader::at(path)
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_program_gets_the_pdf_and_no_variable_of_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let lines = r#"read line; echo "{\"Text\":{\"pages\":[\"$1 $line $HOME$CARGO$USER\"],\"total\":1}}""#;
        let reading = script(&folder, lines).read(b"%PDF-1.7\n").await.unwrap();
        let pages = vec!["read-pdf %PDF-1.7 ".to_owned()];
        assert_eq!(reading, Reading::Text { pages, total: 1 });
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn a_program_that_takes_too_long_is_ended_and_makes_room_for_others() {
        let folder = tempfile::tempdir().unwrap();
        let reader = script(&folder, "exec /bin/sleep 1000");
        for _ in 0..AT_ONCE + 1 {
            assert_eq!(reader.read(b"%PDF-1.7").await, Err(Unread::TooMuch));
        }
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn a_call_waits_for_its_turn_and_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let reader = script(&folder, "exec /bin/sleep 1000");
        let turns = reader.turns.acquire_many(AT_ONCE as u32).await.unwrap();
        assert_eq!(reader.read(b"%PDF-1.7").await, Err(Unread::Busy));
        drop(turns);
    }
}

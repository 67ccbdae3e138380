//! The end of a run and the check of the invariants, without which no run ends; not the invariants.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use super::{Bridge, Process};
use crate::fault::SECRETS;
use crate::leaks;

/// How long a test waits for an end before it fails: not as long as the bridge waits for a silent server
/// unless told otherwise (30 s), and long enough for a busy machine.
const PROMPT: Duration = Duration::from_secs(20);

/// What a run left behind, after it was found to have kept every rule.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The lines of standard output that nobody had read.
    pub rest: Vec<String>,
    /// All of standard error, at trace level; empty for a run inside this process.
    pub stderr: String,
}

impl Bridge {
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
        let code = match &mut self.process {
            Process::Child(child) => timeout(PROMPT, child.wait())
                .await
                .map(|s| s.unwrap().code()),
            Process::Inside(run) => timeout(PROMPT, run).await.map(|code| Some(code.unwrap())),
        };
        let code = code.unwrap_or_else(|_| {
            panic!("it does not end within {PROMPT:?}:\n{}", self.stderr.text())
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
            leaks::assert_none("standard error", &stderr, &SECRETS, &[]);
        }
        assert!(!stderr.contains("panicked"), "{stderr}");
        Ended { code, rest, stderr }
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

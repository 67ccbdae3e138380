//! The end of a run and the check of the invariants, without which no run ends; not the invariants.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, timeout};

use super::{Bridge, PATIENCE, Process};
use crate::fault::SECRETS;
use crate::leaks;

/// Within this a bridge ends that owes nothing.
const PROMPT_END: Duration = Duration::from_secs(2);

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
            leaks::assert_none("standard error", &stderr, &SECRETS, &[]);
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

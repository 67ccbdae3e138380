//! The lines of the self-test and what they add up to; not what is checked.

use std::collections::HashSet;
use std::fmt;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// The outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    /// Something that is configured does not work.
    Failed,
    /// It could not be tried.
    Skipped,
    /// Worth knowing; nothing is wrong.
    Note,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Note => "note",
        })
    }
}

/// Writes one line per check and counts.
#[derive(Debug)]
pub(super) struct Report<W> {
    output: W,
    failed: usize,
    said: HashSet<String>,
}

impl<W: AsyncWrite + Unpin> Report<W> {
    pub(super) fn new(output: W) -> Self {
        Self {
            output,
            failed: 0,
            said: HashSet::new(),
        }
    }

    pub(super) async fn add(&mut self, verdict: Verdict, name: &str, text: &str) {
        if verdict == Verdict::Failed {
            self.failed += 1;
        }
        self.write(&format!("{verdict:<8} {name}: {text}\n")).await;
    }

    /// Adds a line unless there is one of this name.
    pub(super) async fn add_once(&mut self, verdict: Verdict, name: &str, text: &str) {
        if self.said.insert(name.to_owned()) {
            self.add(verdict, name, text).await;
        }
    }

    /// Writes the sum and returns the exit code.
    pub(super) async fn finish(mut self) -> i32 {
        let sum = match self.failed {
            0 => "everything that is configured works\n".to_owned(),
            1 => "1 check failed\n".to_owned(),
            failed => format!("{failed} checks failed\n"),
        };
        self.write(&sum).await;
        i32::from(self.failed > 0)
    }

    async fn write(&mut self, line: &str) {
        if let Err(error) = self.output.write_all(line.as_bytes()).await {
            tracing::debug!(%error, "nobody reads the report");
        }
        if let Err(error) = self.output.flush().await {
            tracing::debug!(%error, "nobody reads the report");
        }
    }
}

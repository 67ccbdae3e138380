//! Log lines on stderr, and in a file if one is wanted, never on stdout, which belongs to the protocol; not what is logged.

mod queue;

use std::fmt;
use std::fs::File;
use std::io::{IsTerminal as _, Write as _};
use std::str::FromStr;
use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

pub use queue::Logging;
use queue::Queue;

/// The target of the lines that say who did what: they are written at every level.
pub const AUDIT: &str = "audit";

/// How much is logged, in the words the Python server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogLevel {
    /// Everything, also of the libraries.
    Trace,
    /// Each step.
    Debug,
    /// What an operator wants to see.
    #[default]
    Info,
    /// What may need attention.
    Warn,
    /// What failed.
    Error,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object per line.
    Json,
}

/// A format that is none of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log format is one of text, json")]
pub struct UnknownLogFormat;

impl FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(text: &str) -> Result<Self, UnknownLogFormat> {
        match text.to_ascii_lowercase().as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(UnknownLogFormat),
        }
    }
}

/// A level that is none of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log level is one of trace, debug, info, warn (or warning), error")]
pub struct UnknownLogLevel;

impl FromStr for LogLevel {
    type Err = UnknownLogLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLogLevel> {
        match text.to_ascii_lowercase().as_str() {
            "trace" => Ok(Self::Trace),
            "debug" => Ok(Self::Debug),
            "info" => Ok(Self::Info),
            "warn" | "warning" => Ok(Self::Warn),
            "error" => Ok(Self::Error),
            _ => Err(UnknownLogLevel),
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

impl LogLevel {
    /// Our own crates at this level; the libraries only when they warn, unless everything is wanted.
    fn targets(self) -> Targets {
        let (ours, libraries) = match self {
            Self::Trace => (LevelFilter::TRACE, LevelFilter::TRACE),
            Self::Debug => (LevelFilter::DEBUG, LevelFilter::WARN),
            Self::Info => (LevelFilter::INFO, LevelFilter::WARN),
            Self::Warn => (LevelFilter::WARN, LevelFilter::WARN),
            Self::Error => (LevelFilter::ERROR, LevelFilter::ERROR),
        };
        let crates = ["shared", "bridge", "server", "mcp", "atlassian", "sandbox"];
        Targets::new()
            .with_default(libraries)
            .with_targets(crates.map(|name| (name, ours)))
            .with_target(AUDIT, LevelFilter::INFO)
    }
}

/// What is told of spans and events besides the log.
pub type Besides = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts logging to stderr for the whole process. Later calls change nothing.
pub fn start(level: LogLevel, format: LogFormat, besides: Option<Besides>) -> Logging {
    begin(level, format, None, besides)
}

/// The same as text, and to a file.
pub fn start_with_file(level: LogLevel, file: Option<Arc<File>>) -> Logging {
    begin(level, LogFormat::Text, file, None)
}

fn begin(
    level: LogLevel,
    format: LogFormat,
    file: Option<Arc<File>>,
    besides: Option<Besides>,
) -> Logging {
    let queue = Queue::to(std::io::stderr()).expect("a process can start one more thread");
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(queue.clone())
        .with_ansi(std::io::stderr().is_terminal())
        .log_internal_errors(false);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    };
    let in_file = file.map(|file| {
        tracing_subscriber::fmt::layer()
            .with_writer(file)
            .with_ansi(false)
            .log_internal_errors(false)
    });
    // Fails only when a subscriber is already set, as in a second start within one process.
    let _already_started = tracing_subscriber::registry()
        .with(besides)
        .with(lines)
        .with(in_file)
        .with(level.targets())
        .try_init();
    queue.logging()
}

/// Tells a person on stderr why a program did not start or ended; also before logging has started.
pub fn tell_failure(program: &str, error: &dyn std::error::Error) {
    let mut text = format!("{program}: {error}\n");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("  because: {error}\n"));
        cause = error.source();
    }
    // Nobody is left to tell when stderr is closed.
    let _closed = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_warning_and_any_case_are_understood() {
        assert_eq!("warning".parse(), Ok(LogLevel::Warn));
        assert_eq!("WARN".parse(), Ok(LogLevel::Warn));
        assert_eq!("loud".parse::<LogLevel>(), Err(UnknownLogLevel));
    }

    #[test]
    fn lines_are_text_or_json_and_nothing_else() {
        assert_eq!("JSON".parse(), Ok(LogFormat::Json));
        assert_eq!("text".parse(), Ok(LogFormat::Text));
        assert_eq!("xml".parse::<LogFormat>(), Err(UnknownLogFormat));
    }

    #[test]
    fn the_record_of_who_did_what_is_kept_at_every_level() {
        for level in [LogLevel::Trace, LogLevel::Info, LogLevel::Error] {
            let targets = level.targets();
            assert!(
                targets.would_enable(AUDIT, &tracing::Level::INFO),
                "{level}"
            );
        }
    }

    #[test]
    fn every_level_is_parsed_from_what_it_prints() {
        for level in [
            LogLevel::Trace,
            LogLevel::Debug,
            LogLevel::Info,
            LogLevel::Warn,
            LogLevel::Error,
        ] {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
    }
}

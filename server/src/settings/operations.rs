//! The settings of those who run the server: how it logs, what it shows, how it ends.
#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::path::PathBuf;
use std::time::Duration;

use atlassian::FingerprintKey;
use clap::Args;
use shared::environment::Environment;
use shared::logging::LogFormat;
use url::Url;

use super::{SettingsError, invalid};

/// The flags, as typed.
#[derive(Debug, Clone, Default, Args)]
pub struct OperationsArguments {
    /// How log lines look: text, json [env: LOG_FORMAT] [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,

    /// File whose content keys the hashes of credentials in audit lines, so that they stay the same
    /// when the server is restarted [env: AUDIT_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub audit_key_file: Option<PathBuf>,

    /// Seconds to go on serving after /readyz says that the server ends, 0 to 300
    /// [env: DRAIN_DELAY_SECONDS] [default: 0]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=LONGEST_DELAY))]
    pub drain_delay: Option<u64>,

    /// Do not serve /metrics [env: ENABLE_METRICS=false]
    #[arg(long)]
    pub no_metrics: bool,
}

/// How the server is run.
#[derive(Debug, Clone)]
pub struct Operations {
    /// How log lines look.
    pub log_format: LogFormat,
    /// What credentials in audit lines are hashed with; `None` for a key that lives as long as the
    /// process.
    pub audit_key: Option<FingerprintKey>,
    /// How long the server goes on serving after it has said that it ends.
    pub drain_delay: Duration,
    /// Whether `/metrics` is served.
    pub metrics: MetricsRoute,
    /// Where spans are exported to, `/v1/traces` included.
    pub traces: Option<Url>,
}

/// Whether `/metrics` is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsRoute {
    /// To everybody who reaches the server.
    Served,
    /// To nobody.
    Absent,
}

/// Less than this can be found by trying.
const SHORTEST_KEY: usize = 16;

const LONGEST_DELAY: u64 = 300;

impl Operations {
    pub(super) fn read(
        arguments: &OperationsArguments,
        environment: &Environment,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            log_format: log_format(arguments, environment)?,
            audit_key: audit_key(arguments, environment)?,
            drain_delay: drain_delay(arguments, environment)?,
            metrics: metrics(arguments, environment)?,
            traces: traces(environment)?,
        })
    }
}

impl Operations {
    /// What a person should know who wants traces of a server that was built without them.
    pub(super) fn notice(&self) -> Option<String> {
        let is_in_vain = self.traces.is_some() && cfg!(not(feature = "otlp"));
        is_in_vain.then(|| {
            "OTEL_EXPORTER_OTLP_ENDPOINT has no effect: this server was built without the feature otlp"
                .to_owned()
        })
    }
}

fn log_format(
    arguments: &OperationsArguments,
    environment: &Environment,
) -> Result<LogFormat, SettingsError> {
    match (arguments.log_format, environment.filled("LOG_FORMAT")) {
        (Some(format), _) => Ok(format),
        (None, Some(value)) => value.parse().map_err(|error| invalid("LOG_FORMAT", error)),
        (None, None) => Ok(LogFormat::default()),
    }
}

fn audit_key(
    arguments: &OperationsArguments,
    environment: &Environment,
) -> Result<Option<FingerprintKey>, SettingsError> {
    let (setting, path) = match (
        &arguments.audit_key_file,
        environment.filled("AUDIT_KEY_FILE"),
    ) {
        (Some(path), _) => ("--audit-key-file", path.clone()),
        (None, Some(path)) => ("AUDIT_KEY_FILE", PathBuf::from(path)),
        (None, None) => return Ok(None),
    };
    let key = std::fs::read(path)
        .map_err(|error| invalid(setting, format!("the file cannot be read: {error}")))?;
    let key = key.trim_ascii_end();
    if key.len() < SHORTEST_KEY {
        let problem = format!(
            "the file has fewer than {SHORTEST_KEY} bytes; make one with: openssl rand -hex 32"
        );
        return Err(invalid(setting, problem));
    }
    Ok(Some(FingerprintKey::of_secret(key)))
}

fn drain_delay(
    arguments: &OperationsArguments,
    environment: &Environment,
) -> Result<Duration, SettingsError> {
    let name = "DRAIN_DELAY_SECONDS";
    let seconds = match (arguments.drain_delay, environment.filled(name)) {
        (Some(seconds), _) => Some(seconds),
        (None, Some(value)) => value.parse().ok().filter(|it| *it <= LONGEST_DELAY),
        (None, None) => Some(0),
    };
    seconds.map(Duration::from_secs).ok_or_else(|| {
        invalid(
            name,
            format!("it must be a whole number from 0 to {LONGEST_DELAY}"),
        )
    })
}

fn metrics(
    arguments: &OperationsArguments,
    environment: &Environment,
) -> Result<MetricsRoute, SettingsError> {
    let name = "ENABLE_METRICS";
    match environment
        .filled(name)
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        _ if arguments.no_metrics => Ok(MetricsRoute::Absent),
        None | Some("true") => Ok(MetricsRoute::Served),
        Some("false") => Ok(MetricsRoute::Absent),
        Some(_) => Err(invalid(name, "it must be true or false")),
    }
}

/// The variable that every program with OpenTelemetry reads; it names the collector, and each kind of
/// signal has a path below it (OTLP specification, "Endpoint URLs for OTLP/HTTP").
fn traces(environment: &Environment) -> Result<Option<Url>, SettingsError> {
    let name = "OTEL_EXPORTER_OTLP_ENDPOINT";
    let Some(value) = environment.filled(name) else {
        return Ok(None);
    };
    let base = value.trim_end_matches('/');
    let url = Url::parse(&format!("{base}/v1/traces")).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https"))
        .map(Some)
        .ok_or_else(|| invalid(name, "the http:// or https:// address of a collector"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        arguments: &OperationsArguments,
        variables: &[(&str, &str)],
    ) -> Result<Operations, String> {
        let environment = Environment::from_iter(variables.iter().copied());
        Operations::read(arguments, &environment).map_err(|error| error.to_string())
    }

    #[test]
    fn flags_win_over_variables_and_what_nobody_set_is_open_and_immediate() {
        let nothing = OperationsArguments::default();
        let operations = read(&nothing, &[]).unwrap();
        assert_eq!(operations.metrics, MetricsRoute::Served);
        assert_eq!(operations.drain_delay, Duration::ZERO);
        assert!(operations.audit_key.is_none());
        let variables = [
            ("LOG_FORMAT", "json"),
            ("DRAIN_DELAY_SECONDS", "7"),
            ("ENABLE_METRICS", "False"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/"),
        ];
        let operations = read(&nothing, &variables).unwrap();
        assert_eq!(operations.log_format, LogFormat::Json);
        assert_eq!(operations.drain_delay, Duration::from_secs(7));
        assert_eq!(operations.metrics, MetricsRoute::Absent);
        let traces = operations.traces.unwrap();
        assert_eq!(traces.as_str(), "http://collector:4318/v1/traces");
        let flags = OperationsArguments {
            log_format: Some(LogFormat::Text),
            drain_delay: Some(3),
            ..nothing
        };
        let operations = read(&flags, &variables).unwrap();
        assert_eq!(operations.log_format, LogFormat::Text);
        assert_eq!(operations.drain_delay, Duration::from_secs(3));
    }

    #[test]
    fn a_value_that_cannot_be_is_refused_by_the_name_of_its_variable() {
        for variable in [
            ("LOG_FORMAT", "xml"),
            ("DRAIN_DELAY_SECONDS", "301"),
            ("DRAIN_DELAY_SECONDS", "soon"),
            ("ENABLE_METRICS", "perhaps"),
            ("AUDIT_KEY_FILE", "no-such-file"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ] {
            let error = read(&OperationsArguments::default(), &[variable]).unwrap_err();
            assert!(error.starts_with(variable.0), "{error}");
        }
    }

    #[test]
    fn a_key_that_could_be_found_by_trying_is_refused_and_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let read = || {
            read(
                &OperationsArguments::default(),
                &[("AUDIT_KEY_FILE", path.to_str().unwrap())],
            )
        };
        std::fs::write(&path, "only-15-bytes..\n").unwrap();
        let error = read().unwrap_err();
        assert!(
            error.contains("openssl rand") && !error.contains("only-15"),
            "{error}"
        );
        std::fs::write(&path, "now-of-16-bytes.\n").unwrap();
        assert!(read().unwrap().audit_key.is_some());
    }
}

//! The settings for what comes in: how much, how many and how long, TLS, and the server's own gate.
//! What each of them means is known to `listener`, `gate` and `mcp`.

mod arguments;

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mcp::Limits;
use shared::environment::Environment;

pub use arguments::ListenerArguments;
pub(super) use arguments::count;
use arguments::{LimitArguments, Time};

use super::{SettingsError, invalid};
use crate::gate::Gate;
use crate::listener::tls::Tls;
use crate::listener::{ConnectionLimits, Patience};

/// The parser of JSON ends at 128 levels; what is refused before that has a sentence.
const DEEPEST_JSON: usize = 120;

/// The variables, so that `.env.example` names them all.
pub(super) const VARIABLES: [&str; 20] = [
    "SERVER_TOKEN_FILE",
    "TLS_CERT",
    "TLS_KEY",
    "BEHIND_TLS_PROXY",
    "MAX_CONNECTIONS",
    "HEADER_TIMEOUT",
    "IDLE_TIMEOUT",
    "WRITE_TIMEOUT",
    "MAX_HEADER_BYTES",
    "MAX_BODY_BYTES",
    "BODY_TIMEOUT",
    "MAX_JSON_DEPTH",
    "MAX_BATCH",
    "MAX_REQUESTS",
    "MAX_REQUESTS_PER_CREDENTIAL",
    "REQUEST_TIMEOUT",
    "MAX_SSE",
    "MAX_SSE_PER_CREDENTIAL",
    "MAX_SESSIONS",
    "MAX_SESSIONS_PER_CREDENTIAL",
];

/// What comes in, and how.
#[derive(Debug)]
pub(crate) struct ListenerSettings {
    /// What connections may take.
    pub(crate) connections: ConnectionLimits,
    /// What requests may take.
    pub(crate) requests: Limits,
    /// The server's own gate, if it has one.
    pub(crate) gate: Option<Arc<Gate>>,
    /// The server's certificate, if it does TLS itself.
    pub(crate) tls: Option<Arc<Tls>>,
    /// Who encrypts what travels beyond this machine.
    encryption: Encryption,
}

/// Who encrypts what travels beyond this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encryption {
    Ours,
    AProxys,
    Nobodys,
}

impl ListenerSettings {
    pub(super) fn read(
        arguments: ListenerArguments,
        environment: &Environment,
    ) -> Result<Self, SettingsError> {
        let tls = tls(&arguments, environment)?;
        let is_behind_proxy =
            arguments.behind_tls_proxy || switched_on("BEHIND_TLS_PROXY", environment)?;
        let encryption = match (&tls, is_behind_proxy) {
            (Some(_), _) => Encryption::Ours,
            (None, true) => Encryption::AProxys,
            (None, false) => Encryption::Nobodys,
        };
        Ok(Self {
            connections: connections(&arguments.limits, environment)?,
            requests: requests(&arguments.limits, environment)?,
            gate: gate(arguments.server_token_file, environment)?,
            tls,
            encryption,
        })
    }

    /// How the addresses of this server begin.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Refuses to let tokens travel in the clear.
    pub(super) fn check_encryption(&self, listening_on: IpAddr) -> Result<(), SettingsError> {
        match self.encryption {
            Encryption::Nobodys if !listening_on.is_loopback() => Err(SettingsError::InTheClear {
                address: listening_on,
            }),
            _ => Ok(()),
        }
    }
}

fn connections(
    flags: &LimitArguments,
    environment: &Environment,
) -> Result<ConnectionLimits, SettingsError> {
    let number = |flag, name, default| number(flag, name, default, environment);
    let time = |flag, name, default| time(flag, name, default, environment);
    Ok(ConnectionLimits {
        connections: number(flags.max_connections, "MAX_CONNECTIONS", 12_000)?,
        header_bytes: number(flags.max_header_bytes, "MAX_HEADER_BYTES", 32 * 1024)?,
        patience: Patience {
            head: time(
                flags.header_timeout,
                "HEADER_TIMEOUT",
                Duration::from_secs(10),
            )?,
            // Longer than clients keep an unused connection: one that is closed from here while a
            // request is on its way fails that request.
            idle: time(flags.idle_timeout, "IDLE_TIMEOUT", Duration::from_secs(120))?,
            write: time(
                flags.write_timeout,
                "WRITE_TIMEOUT",
                Duration::from_secs(30),
            )?,
        },
    })
}

fn requests(flags: &LimitArguments, environment: &Environment) -> Result<Limits, SettingsError> {
    let number = |flag, name, default| number(flag, name, default, environment);
    let time = |flag, name, default| time(flag, name, default, environment);
    let default = Limits::default();
    let limits = Limits {
        body_bytes: number(flags.max_body_bytes, "MAX_BODY_BYTES", default.body_bytes)?,
        body_time: time(flags.body_timeout, "BODY_TIMEOUT", default.body_time)?,
        json_depth: number(flags.max_json_depth, "MAX_JSON_DEPTH", default.json_depth)?,
        batch: number(flags.max_batch, "MAX_BATCH", default.batch)?,
        request_time: time(
            flags.request_timeout,
            "REQUEST_TIMEOUT",
            default.request_time,
        )?,
        ..places(flags, environment)?
    };
    if limits.json_depth > DEEPEST_JSON {
        let problem = format!("it must be a number from 1 to {DEEPEST_JSON}");
        return Err(invalid("--max-json-depth (MAX_JSON_DEPTH)", problem));
    }
    Ok(limits)
}

/// What is counted, of all and of each.
fn places(flags: &LimitArguments, environment: &Environment) -> Result<Limits, SettingsError> {
    let number = |flag, name, default| number(flag, name, default, environment);
    let default = Limits::default();
    Ok(Limits {
        requests: number(flags.max_requests, "MAX_REQUESTS", default.requests)?,
        requests_each: number(
            flags.max_requests_per_credential,
            "MAX_REQUESTS_PER_CREDENTIAL",
            default.requests_each,
        )?,
        streams: number(flags.max_sse, "MAX_SSE", default.streams)?,
        streams_each: number(
            flags.max_sse_per_credential,
            "MAX_SSE_PER_CREDENTIAL",
            default.streams_each,
        )?,
        sessions: number(flags.max_sessions, "MAX_SESSIONS", default.sessions)?,
        sessions_each: number(
            flags.max_sessions_per_credential,
            "MAX_SESSIONS_PER_CREDENTIAL",
            default.sessions_each,
        )?,
        ..default
    })
}

fn number(
    flag: Option<NonZeroUsize>,
    name: &str,
    default: usize,
    environment: &Environment,
) -> Result<usize, SettingsError> {
    match (flag, environment.filled(name)) {
        (Some(number), _) => Ok(number.get()),
        (None, Some(value)) => count(value)
            .map(NonZeroUsize::get)
            .map_err(|error| invalid(name, error)),
        (None, None) => Ok(default),
    }
}

fn time(
    flag: Option<Time>,
    name: &str,
    default: Duration,
    environment: &Environment,
) -> Result<Duration, SettingsError> {
    match (flag, environment.filled(name)) {
        (Some(Time(time)), _) => Ok(time),
        (None, Some(value)) => value
            .parse()
            .map(|Time(time)| time)
            .map_err(|error| invalid(name, error)),
        (None, None) => Ok(default),
    }
}

fn gate(
    flag: Option<PathBuf>,
    environment: &Environment,
) -> Result<Option<Arc<Gate>>, SettingsError> {
    let name = "SERVER_TOKEN_FILE";
    let Some(file) = flag.or_else(|| environment.filled(name).map(PathBuf::from)) else {
        return Ok(None);
    };
    let gate = Gate::open(file);
    gate.map(|gate| Some(Arc::new(gate)))
        .map_err(|error| invalid("--server-token-file (SERVER_TOKEN_FILE)", error))
}

fn tls(
    arguments: &ListenerArguments,
    environment: &Environment,
) -> Result<Option<Arc<Tls>>, SettingsError> {
    let file = |flag: &Option<PathBuf>, name| {
        let in_variable = || environment.filled(name).map(PathBuf::from);
        flag.clone().or_else(in_variable)
    };
    let both = "--tls-cert (TLS_CERT), --tls-key (TLS_KEY)";
    let certificate = file(&arguments.tls_cert, "TLS_CERT");
    match (certificate, file(&arguments.tls_key, "TLS_KEY")) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Tls::open(certificate, key)
            .map(|tls| Some(Arc::new(tls)))
            .map_err(|error| invalid(both, error)),
        _ => Err(invalid(
            both,
            "one is of no use without the other: set both",
        )),
    }
}

fn switched_on(name: &str, environment: &Environment) -> Result<bool, SettingsError> {
    match environment.filled(name) {
        None => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
        Some(_) => Err(invalid(name, "it must be true or false")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::Arguments;

    fn read(flags: &[&str], variables: &[(&str, &str)]) -> Result<ListenerSettings, String> {
        let arguments = Arguments::parse_from(["server"].iter().chain(flags));
        let environment = Environment::from_iter(variables.iter().copied());
        let settings = ListenerSettings::read(arguments.listener, &environment);
        settings.map_err(|error| error.to_string())
    }

    #[test]
    fn flags_win_over_variables_and_those_over_defaults() {
        let settings = read(
            &["--max-sse", "7", "--write-timeout", "1.5"],
            &[
                ("MAX_SSE", "8"),
                ("MAX_BATCH", "9"),
                ("IDLE_TIMEOUT", "200ms"),
            ],
        );
        let settings = settings.unwrap();
        let expected = Limits {
            streams: 7,
            batch: 9,
            ..Limits::default()
        };
        assert_eq!(settings.requests, expected);
        let patience = settings.connections.patience;
        assert_eq!(patience.write, Duration::from_millis(1500));
        assert_eq!(patience.idle, Duration::from_millis(200));
        assert_eq!(patience.head, Duration::from_secs(10));
        assert!(settings.gate.is_none() && settings.tls.is_none());
    }

    #[test]
    fn every_variable_is_read_and_a_wrong_value_is_told_with_its_name() {
        for name in VARIABLES {
            let error = read(&[], &[(name, "no such thing")]).unwrap_err();
            assert!(error.contains(name), "{name}: {error}");
        }
        for (name, value) in [
            ("MAX_SSE", "0"),
            ("MAX_SSE", "-1"),
            ("BODY_TIMEOUT", "0"),
            ("MAX_JSON_DEPTH", "121"),
        ] {
            let error = read(&[], &[(name, value)]).unwrap_err();
            assert!(error.contains(name), "{name}: {error}");
        }
    }

    #[test]
    fn a_limit_of_nothing_is_refused_in_words_for_a_person() {
        let error = Arguments::try_parse_from(["server", "--max-sse", "0"]).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("it must be a whole number from 1 on"),
            "{error}"
        );
    }

    #[test]
    fn beyond_this_machine_something_has_to_encrypt() {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let [certificate, key] = ["cert.pem", "key.pem"].map(|it| folder.path().join(it));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let files = [certificate, key].map(|it| it.to_str().unwrap().to_owned());
        let everywhere = IpAddr::from([0, 0, 0, 0]);
        let exposed = |flags: &[&str], variables: &[(&str, &str)]| {
            let settings = read(flags, variables).unwrap();
            assert!(settings.check_encryption([127, 0, 0, 1].into()).is_ok());
            settings.check_encryption(everywhere)
        };
        let error = exposed(&[], &[("BEHIND_TLS_PROXY", "false")]).unwrap_err();
        for way in ["--tls-cert", "--tls-key", "--behind-tls-proxy", "127.0.0.1"] {
            assert!(error.to_string().contains(way), "{error}");
        }
        assert!(exposed(&["--behind-tls-proxy"], &[]).is_ok());
        assert!(exposed(&[], &[("BEHIND_TLS_PROXY", "True")]).is_ok());
        let tls = [("TLS_CERT", &*files[0]), ("TLS_KEY", &files[1])];
        assert!(exposed(&[], &tls).is_ok());
        let error = read(&["--tls-cert", &files[0]], &[]).unwrap_err();
        assert!(error.contains("TLS_KEY"), "{error}");
    }
}

//! The variables the server knows, so that a misspelt one is noticed and `.env.example` names them all.

use shared::environment::{Environment, is_placeholder};

use super::narrowing::VARIABLES_OF_ONE_SERVICE;
use super::{SettingsError, attachments, invalid, listener, replaced};

/// What follows `JIRA_` and `CONFLUENCE_`.
pub(super) const OF_A_SERVICE: [&str; 16] = [
    "URL",
    "DEPLOYMENT",
    "SSL_VERIFY",
    "CA_FILE",
    "CLIENT_CERT",
    "CLIENT_KEY",
    "PROXY",
    "ALLOW_HTTP",
    "TIMEOUT_SECONDS",
    "MAX_CONCURRENT",
    "PERSONAL_TOKEN",
    "PERSONAL_TOKEN_FILE",
    "USERNAME",
    "EMAIL",
    "API_TOKEN",
    "API_TOKEN_FILE",
];

/// Variables of the server as a whole.
const GENERAL: [&str; 19] = [
    "ATLASSIAN_GATEWAY_URL",
    "HOST",
    "PORT",
    "LOG_LEVEL",
    "SSE_HOST",
    "SSE_PORT",
    "SSE_LOG_LEVEL",
    "ALLOWED_HOSTS",
    "CREDENTIALS",
    "LOG_FORMAT",
    "AUDIT_KEY_FILE",
    "ENABLE_METRICS",
    "DRAIN_DELAY_SECONDS",
    "READ_ONLY",
    "ENABLED_TOOLS",
    "DISABLED_TOOLS",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "SESSIONS",
    "CONFIRM",
];

/// One sentence for each variable that is one of the server's but for its capitals and underscores: a
/// `READONLY` would limit nobody.
pub(super) fn nearly_known(environment: &Environment) -> impl Iterator<Item = String> {
    environment.names().filter_map(|name| {
        let plain = plain(name);
        let meant = general().find(|known| known.contains('_') && self::plain(known) == plain)?;
        (meant != name).then(|| {
            format!("{name} is not a variable of this server, and {meant} is: is it misspelt?")
        })
    })
}

fn plain(name: &str) -> String {
    name.replace(['_', '-'], "").to_ascii_uppercase()
}

/// Variables of the server as a whole, and those that only one service has.
fn general() -> impl Iterator<Item = &'static str> {
    let besides = [attachments::MAX_ATTACHMENT_BYTES];
    GENERAL
        .into_iter()
        .chain(listener::VARIABLES)
        .chain(VARIABLES_OF_ONE_SERVICE)
        .chain(besides)
}

/// Refuses a variable of the server that is still a placeholder: a person who set it meant something.
///
/// # Errors
/// Names the variable.
pub(super) fn all_filled_in(environment: &Environment) -> Result<(), SettingsError> {
    let of_services = ["JIRA", "CONFLUENCE"]
        .iter()
        .flat_map(|service| OF_A_SERVICE.map(|name| format!("{service}_{name}")));
    let mut names = general().map(str::to_owned).chain(of_services);
    let unfilled = |name: &String| environment.value(name).is_some_and(is_placeholder);
    match names.find(unfilled) {
        None => Ok(()),
        Some(name) => Err(invalid(
            name,
            "it is still the placeholder ${…}; nothing has put a value in its place, so write the value \
             itself, or leave it out",
        )),
    }
}

/// One sentence for each variable that looks like one of a service and is none.
pub(super) fn unknown(environment: &Environment) -> impl Iterator<Item = String> {
    environment
        .names()
        .filter(|name| is_unknown(name))
        .map(|name| {
            format!(
                "{name} is not a variable of this server: is it misspelt? .env.example lists them"
            )
        })
}

fn is_unknown(name: &str) -> bool {
    let suffix = name
        .strip_prefix("JIRA_")
        .or_else(|| name.strip_prefix("CONFLUENCE_"));
    suffix.is_some_and(|suffix| !OF_A_SERVICE.contains(&suffix))
        && !VARIABLES_OF_ONE_SERVICE.contains(&name)
        && !replaced::is_known(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Those of the bridge that the server does not read, as its `--help` names them.
    const OF_THE_BRIDGE: [&str; 8] = [
        "SSE_SERVER_URL",
        "BRIDGE_CA_FILE",
        "BRIDGE_CLIENT_CERT",
        "BRIDGE_CLIENT_KEY",
        "BRIDGE_PROXY",
        "BRIDGE_NO_PROXY",
        "BRIDGE_LOG_FILE",
        "BRIDGE_TRACE",
    ];

    /// B-61: documents named variables that no program read.
    #[test]
    fn b_61_the_example_file_names_every_variable_and_no_other() {
        let example = include_str!("../../../.env.example");
        let named: BTreeSet<_> = example
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .map(|(name, _)| name.to_owned())
            .collect();
        let of_services = ["JIRA", "CONFLUENCE"]
            .iter()
            .flat_map(|service| OF_A_SERVICE.map(|name| format!("{service}_{name}")));
        let known: BTreeSet<_> = GENERAL
            .iter()
            .map(|name| (*name).to_owned())
            .chain(of_services)
            .chain(VARIABLES_OF_ONE_SERVICE.map(str::to_owned))
            .chain(OF_THE_BRIDGE.map(str::to_owned))
            .chain(listener::VARIABLES.map(str::to_owned))
            .chain([attachments::MAX_ATTACHMENT_BYTES.to_owned()])
            .collect();
        assert_eq!(named, known);
    }

    #[test]
    fn a_misspelt_variable_is_noticed_and_shown_by_name_only() {
        let variables = [
            ("JIRA_PERSONNAL_TOKEN", "s3cret"),
            ("JIRA_URL", "x"),
            ("JIRA_TOKEN", "y"),
        ];
        let unknown: Vec<_> = unknown(&Environment::from_iter(variables)).collect();
        assert_eq!(unknown.len(), 1);
        assert!(
            unknown[0].starts_with("JIRA_PERSONNAL_TOKEN is not"),
            "{unknown:?}"
        );
        assert!(!unknown[0].contains("s3cret"));
    }

    #[test]
    fn a_name_without_its_underscore_is_told_the_right_one() {
        let variables = [("READONLY", "true"), ("log_level", "x"), ("READ_ONLY", "x")];
        let told: Vec<_> = nearly_known(&Environment::from_iter(variables)).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("READONLY is not a variable of this server, and READ_ONLY is"));
    }

    #[test]
    fn a_placeholder_that_nothing_filled_in_is_no_value_of_any_variable() {
        let read = |name| all_filled_in(&Environment::from_iter([(name, " ${X}")]));
        for name in ["JIRA_API_TOKEN", "CONFLUENCE_URL", "READ_ONLY", "MAX_SSE"] {
            let error = read(name).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("{name}: it is still")),
                "{error}"
            );
        }
        assert!(read("SOMETHING_ELSE").is_ok());
    }
}

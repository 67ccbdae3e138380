//! The variables the server knows, so that a misspelt one is noticed and `.env.example` names them all.

use shared::environment::Environment;

use super::narrowing::VARIABLES_OF_ONE_SERVICE;
use super::replaced;

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

    use super::super::{attachments, listener};
    use super::*;

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
}

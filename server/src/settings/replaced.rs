//! Flags and variables of the Python project that have no effect here: each is answered with what
//! takes its place.

use shared::environment::Environment;

use super::Arguments;

/// Variables that are not read, and what to do instead.
const VARIABLES: &[(&str, &str)] = &[
    ("RELOAD", "it has no effect: send SIGHUP instead"),
    (
        "JIRA_TOKEN",
        "it is not read: set JIRA_PERSONAL_TOKEN, or JIRA_EMAIL and JIRA_API_TOKEN",
    ),
    (
        "CONFLUENCE_TOKEN",
        "it is not read: set CONFLUENCE_PERSONAL_TOKEN, or CONFLUENCE_EMAIL and CONFLUENCE_API_TOKEN",
    ),
    (
        "JIRA_CLOUD_ID",
        "it is not needed: give the site's address in JIRA_URL",
    ),
    (
        "CONFLUENCE_CLOUD_ID",
        "it is not needed: give the site's address in CONFLUENCE_URL",
    ),
];

/// Whether a variable is one of them.
pub(super) fn is_known(name: &str) -> bool {
    VARIABLES.iter().any(|(known, _)| *known == name)
}

/// One sentence for each such flag or variable that is set.
pub(super) fn notices(arguments: &Arguments, environment: &Environment) -> Vec<String> {
    let flags = [
        (
            arguments.reload,
            "--reload has no effect: send SIGHUP instead",
        ),
        (arguments.dev, "--dev has no effect: use --log-level debug"),
        (
            arguments.workers.is_some(),
            "--workers has no effect: one process uses all processors",
        ),
    ];
    let flags = flags
        .into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, text)| text.to_owned());
    let variables = VARIABLES
        .iter()
        .filter(|(name, _)| environment.filled(name).is_some())
        .map(|(name, text)| format!("{name}: {text}"));
    flags.chain(variables).collect()
}

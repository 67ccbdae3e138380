//! What the bridge makes of a variable: one that is set means something; not where variables come from.

use std::path::Path;

use shared::environment::{Environment, EnvironmentFile, is_placeholder};

use super::StartError;

/// The text of a variable; `None` when it is not set.
///
/// # Errors
/// When it is set but empty, an unfilled placeholder or not UTF-8: a person who set a variable meant
/// something.
pub(super) fn text<'a>(
    environment: &'a Environment,
    name: &str,
) -> Result<Option<&'a str>, StartError> {
    if environment.is_not_text(name) {
        return Err(StartError::setting(format!("{name} is not UTF-8 text")));
    }
    match environment.value(name) {
        Some(value) if value.trim().is_empty() => Err(StartError::setting(format!(
            "{name} is set but empty; give it a value or remove it"
        ))),
        Some(value) if is_placeholder(value) => {
            Err(StartError::setting(format!("{name} {PLACEHOLDER}")))
        }
        other => Ok(other),
    }
}

/// Why a placeholder is no value, to follow the name of what holds it.
pub(super) const PLACEHOLDER: &str = "is still the placeholder ${…}; nothing has put a value in its place, as not every \
     host does, so write the value itself";

/// The variables and, below them, those of the file that `--env-file` names.
///
/// # Errors
/// When the file cannot be read or a line of it cannot be understood.
pub(super) fn with_file(environment: &Environment, path: &Path) -> Result<Environment, StartError> {
    environment
        .clone()
        .with_file(path, EnvironmentFile::Required)
        .map_err(|error| StartError::setting(format!("--env-file: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_set_but_empty_is_an_error_that_names_it() {
        for value in ["", "  ", "\r\n"] {
            let environment = Environment::from_iter([("LOG_LEVEL", value)]);
            let error = text(&environment, "LOG_LEVEL").unwrap_err().to_string();
            assert!(error.starts_with("LOG_LEVEL is set but empty"), "{error}");
        }
    }

    #[test]
    fn a_placeholder_that_the_host_did_not_fill_is_no_value() {
        for value in ["${TOKEN}", "${input:jira-token}", " ${env:TOKEN}\n", "${}"] {
            let environment = Environment::from_iter([("A", value)]);
            let error = text(&environment, "A").unwrap_err().to_string();
            assert!(error.starts_with("A is still the placeholder"), "{error}");
        }
        for value in ["${", "$TOKEN", "x${TOKEN}", "${A}-${B}", "${A}b"] {
            let environment = Environment::from_iter([("A", value)]);
            assert_eq!(text(&environment, "A").unwrap(), Some(value));
        }
    }

    #[test]
    fn a_missing_file_is_named_with_its_flag() {
        let refused = with_file(&Environment::default(), Path::new("/no/such/file"));
        let error = refused.unwrap_err().to_string();
        assert!(
            error.starts_with("--env-file: cannot read /no/such/file"),
            "{error}"
        );
    }
}

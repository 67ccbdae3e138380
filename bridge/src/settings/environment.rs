//! What the bridge makes of a variable: one that is set means something; not where variables come from.

use std::path::Path;

use shared::environment::{Environment, EnvironmentFile};

use super::StartError;

/// The text of a variable; `None` when it is not set.
///
/// # Errors
/// When it is set but empty or not UTF-8: a person who set a variable meant something.
pub(super) fn text<'a>(
    environment: &'a Environment,
    name: &str,
) -> Result<Option<&'a str>, StartError> {
    if environment.is_not_text(name) {
        return Err(StartError::setting(format!("{name} is not UTF-8 text")));
    }
    match environment.value(name) {
        Some("") => Err(StartError::setting(format!(
            "{name} is set but empty; give it a value or remove it"
        ))),
        other => Ok(other),
    }
}

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
        let environment = Environment::from_iter([("LOG_LEVEL", "")]);
        let error = text(&environment, "LOG_LEVEL").unwrap_err().to_string();
        assert!(error.starts_with("LOG_LEVEL is set but empty"), "{error}");
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

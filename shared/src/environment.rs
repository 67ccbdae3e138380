//! Where settings come from: the process environment, a file of variables beside it, and files that
//! hold one secret each; not which settings a program has.

mod file;
mod placeholder;
mod secrets;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;

pub use file::{EnvironmentFile, EnvironmentFileError};
pub use placeholder::is_placeholder;
pub use secrets::UnreadableSecret;

/// Variables by name. Read once at start and passed down as a value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    texts: BTreeMap<String, String>,
    not_text: BTreeSet<String>,
}

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the environment; `vars` would panic on values that are no text"
        )]
        let variables = std::env::vars_os();
        variables
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }

    /// Adds the variables of a file; those that are set already win.
    ///
    /// # Errors
    /// [`EnvironmentFileError`] when the file cannot be read or a line of it cannot be understood.
    pub fn with_file(
        mut self,
        path: &Path,
        file: EnvironmentFile,
    ) -> Result<Self, EnvironmentFileError> {
        let is_set = |name: &str| self.texts.contains_key(name);
        for (name, value) in file::read(path, file, is_set)? {
            if !self.not_text.contains(&name) {
                self.texts.entry(name).or_insert(value);
            }
        }
        Ok(self)
    }

    /// A variable as it is set, also when it is empty.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Whether a variable is set to something that is no UTF-8 text, so that nothing can be made of it.
    #[must_use]
    pub fn is_not_text(&self, name: &str) -> bool {
        self.not_text.contains(name)
    }

    /// A variable without surrounding white space; `None` when that leaves nothing, because compose
    /// files and templates set what they do not fill.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.value(name)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The names of all variables that are set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            match value.into().into_string() {
                Ok(text) => drop(environment.texts.insert(name.into(), text)),
                Err(_) => drop(environment.not_text.insert(name.into())),
            }
        }
        environment
    }
}

/// Values may be secret, so only the names are shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.texts.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_set_but_not_filled() {
        let environment = Environment::from_iter([("A", " x "), ("B", "  ")]);
        assert_eq!(environment.filled("A"), Some("x"));
        assert_eq!(
            (environment.value("B"), environment.filled("B")),
            (Some("  "), None)
        );
        assert_eq!(environment.value("C"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_known_to_be_set() {
        use std::os::unix::ffi::OsStringExt as _;
        let environment = Environment::from_iter([("A", OsString::from_vec(vec![0xff]))]);
        assert!(environment.is_not_text("A") && environment.value("A").is_none());
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let environment = Environment::from_iter([("JIRA_API_TOKEN", "s3cret")]);
        assert_eq!(format!("{environment:?}"), r#"{"JIRA_API_TOKEN"}"#);
    }
}

//! Secrets among the settings: a variable, or a file that a variable names.

use super::Environment;
use crate::secret::Secret;

/// Why a configured secret is unusable. Names the variable, never the value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableSecret {
    /// Both forms are set, so it is unclear which one counts.
    #[error("{name} and {name}_FILE are both set: keep one of them")]
    Ambiguous {
        /// The variable.
        name: String,
    },
    /// The named file cannot be read.
    #[error("{name}_FILE names a file that cannot be read: {reason}")]
    File {
        /// The variable, without `_FILE`.
        name: String,
        /// What the system says.
        reason: String,
    },
    /// The named file holds nothing.
    #[error("{name}_FILE names a file that is empty")]
    EmptyFile {
        /// The variable, without `_FILE`.
        name: String,
    },
}

impl Environment {
    /// The secret in `NAME`, or in the file that `NAME_FILE` names. One line end after it is not part of
    /// it: shells and editors leave one. `None` when neither variable is filled.
    ///
    /// # Errors
    /// [`UnreadableSecret`] when both are filled, or the file has no secret to give.
    pub fn secret(&self, name: &str) -> Result<Option<Secret>, UnreadableSecret> {
        let name_of_file = format!("{name}_FILE");
        let value = self.filled(name).and_then(|_| self.value(name));
        match (value, self.filled(&name_of_file)) {
            (Some(_), Some(_)) => Err(UnreadableSecret::Ambiguous {
                name: name.to_owned(),
            }),
            (Some(text), None) => Ok(Some(Secret::new(without_line_end(text)))),
            (None, Some(path)) => {
                let text =
                    std::fs::read_to_string(path).map_err(|error| UnreadableSecret::File {
                        name: name.to_owned(),
                        reason: error.to_string(),
                    })?;
                match without_line_end(&text) {
                    "" => Err(UnreadableSecret::EmptyFile {
                        name: name.to_owned(),
                    }),
                    text => Ok(Some(Secret::new(text))),
                }
            }
            (None, None) => Ok(None),
        }
    }
}

fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_from_its_variable_or_from_the_file_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "from-file\n").unwrap();
        let path = path.to_str().unwrap();
        let read = |variables: &[(&str, &str)]| {
            Environment::from_iter(variables.iter().copied()).secret("T")
        };
        assert_eq!(read(&[("T", "direct")]), Ok(Some(Secret::new("direct"))));
        assert_eq!(
            read(&[("T", "direct\r\n")]),
            Ok(Some(Secret::new("direct")))
        );
        assert_eq!(
            read(&[("T_FILE", path)]),
            Ok(Some(Secret::new("from-file")))
        );
        assert_eq!(
            read(&[("T", ""), ("T_FILE", path)]),
            Ok(Some(Secret::new("from-file")))
        );
        assert_eq!(read(&[("T", " ")]), Ok(None));
        let both = read(&[("T", "direct"), ("T_FILE", path)]).unwrap_err();
        assert_eq!(
            both.to_string(),
            "T and T_FILE are both set: keep one of them"
        );
    }

    #[test]
    fn a_file_without_a_secret_is_an_error_that_names_the_variable() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty");
        std::fs::write(&empty, "\n").unwrap();
        for path in [empty.to_str().unwrap(), "no-such-file"] {
            let error = Environment::from_iter([("T_FILE", path)])
                .secret("T")
                .unwrap_err();
            assert!(
                error.to_string().starts_with("T_FILE names a file that"),
                "{error}"
            );
        }
    }
}

//! A file of variables (`.env`), read by `dotenvy`; its errors are told without the lines they are
//! about, which may hold tokens.

use std::path::{Path, PathBuf};

/// Whether a file of variables has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvironmentFile {
    /// Somebody named it.
    Required,
    /// It is looked for by habit.
    Optional,
}

/// Why a file of variables is unusable.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentFileError {
    /// It cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A line of it is not `NAME=value`. The line is named by number and never shown.
    #[error(
        "line {line} of {} is not NAME=value; put quotes around a value with spaces or #",
        path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, counted from one.
        line: usize,
    },
}

pub(super) fn read(
    path: &Path,
    file: EnvironmentFile,
    is_set: impl Fn(&str) -> bool,
) -> Result<Vec<(String, String)>, EnvironmentFileError> {
    let text = match std::fs::read_to_string(path) {
        // Some Windows editors begin every file with a byte order mark.
        Ok(text) if text.starts_with('\u{feff}') => text.replacen('\u{feff}', "", 1),
        Ok(text) => text,
        Err(error) => {
            let may_be_missing = file == EnvironmentFile::Optional;
            return if may_be_missing && error.kind() == std::io::ErrorKind::NotFound {
                Ok(Vec::new())
            } else {
                Err(unreadable(path, &error))
            };
        }
    };
    let text = super::placeholder::kept(&text, is_set);
    dotenvy::from_read_iter(text.as_bytes())
        .map(|variable| {
            variable.map_err(|error| match error {
                dotenvy::Error::LineParse(..) => EnvironmentFileError::Line {
                    path: path.to_owned(),
                    line: broken_line(&text),
                },
                dotenvy::Error::Io(error) => unreadable(path, &error),
                // Substitution of an undefined variable and the like: no line to name, nothing to show.
                _ => unreadable(path, &std::io::ErrorKind::InvalidData.into()),
            })
        })
        .collect()
}

fn unreadable(path: &Path, error: &std::io::Error) -> EnvironmentFileError {
    // PowerShell writes files in UTF-16 unless told otherwise.
    let reason = match error.kind() {
        std::io::ErrorKind::InvalidData => "it is no UTF-8 text; save it as UTF-8".to_owned(),
        _ => error.to_string(),
    };
    EnvironmentFileError::Unreadable {
        path: path.to_owned(),
        reason,
    }
}

/// `dotenvy` gives a part of a broken line and not its number. It is the line with which a text that
/// could be understood so far can no longer be, whatever follows: an open quote may still be closed.
fn broken_line(text: &str) -> usize {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let is_understood = |count: &usize| {
        dotenvy::from_read_iter(lines[..*count].concat().as_bytes()).all(|line| line.is_ok())
    };
    (0..lines.len())
        .rev()
        .find(is_understood)
        .unwrap_or_default()
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn with_file(text: &str) -> Result<Environment, EnvironmentFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.env");
        std::fs::write(&path, text).unwrap();
        Environment::from_iter([("SET", "before")]).with_file(&path, EnvironmentFile::Required)
    }

    #[test]
    fn a_file_adds_what_is_not_set_already() {
        let environment =
            with_file("# comment\nSET=after\nNEW=\"a b\" # note\nexport X=1\n").unwrap();
        assert_eq!(environment.value("SET"), Some("before"));
        assert_eq!(environment.value("NEW"), Some("a b"));
        assert_eq!(environment.value("X"), Some("1"));
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_no_part_of_a_variable() {
        let environment = with_file("\u{feff}A=1\r\nB=2\r\n").unwrap();
        assert_eq!(
            (environment.value("A"), environment.value("B")),
            (Some("1"), Some("2"))
        );
    }

    #[test]
    fn a_value_with_a_dollar_that_names_no_variable_is_what_it_says() {
        let text = "TOKEN=a$b-c\nURL=\"${NO_SUCH_VARIABLE}\"\nBASE=x\nBELOW=$BASE/y\n";
        let environment = with_file(text).unwrap();
        assert_eq!(environment.value("TOKEN"), Some("a$b-c"));
        assert_eq!(environment.value("URL"), Some("${NO_SUCH_VARIABLE}"));
        assert_eq!(environment.value("BELOW"), Some("x/y"));
    }

    #[test]
    fn a_file_in_utf_16_is_told_to_be_saved_as_utf_8() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.env");
        std::fs::write(&path, b"\xff\xfeA\0=\x001\0").unwrap();
        let read = Environment::default().with_file(&path, EnvironmentFile::Required);
        let error = read.unwrap_err().to_string();
        assert!(error.ends_with("save it as UTF-8"), "{error}");
    }

    #[test]
    fn a_broken_line_is_told_by_number_and_never_by_content() {
        for (text, line) in [
            ("A=1\nB=s3cret and more\nC=3\n", 2),
            ("\n\nJIRA s3cret\n", 3),
            ("A=1\nB=\"s3cret\nC=3\n", 2),
        ] {
            let error = with_file(text).unwrap_err();
            assert!(
                matches!(&error, EnvironmentFileError::Line { line: at, .. } if *at == line),
                "{text:?}: {error:?}"
            );
            assert!(
                !format!("{error} {error:?}").contains("s3cret"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn a_file_that_nobody_named_may_be_missing_and_one_that_was_named_may_not() {
        let missing = Path::new("no-such-file.env");
        let read = |file| Environment::default().with_file(missing, file);
        assert_eq!(read(EnvironmentFile::Optional), Ok(Environment::default()));
        let error = read(EnvironmentFile::Required).unwrap_err().to_string();
        assert!(error.starts_with("cannot read no-such-file.env"), "{error}");
    }
}

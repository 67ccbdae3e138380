//! Variables by name, from the process or a map, with a file named by a flag below them; not what
//! they mean.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::StartError;

/// The variables a run can see.
///
/// Has no `Debug`: half of what an environment holds is secret.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        // `vars_os`, because `vars` panics on a value that is not UTF-8, ours or not.
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }

    /// The text of a variable; `None` when it is not set.
    ///
    /// # Errors
    /// When it is set but empty or not UTF-8: a person who set a variable meant something.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, StartError> {
        match self.0.get(name).map(|value| value.to_str()) {
            None => Ok(None),
            Some(Some("")) => Err(StartError::setting(format!(
                "{name} is set but empty; give it a value or remove it"
            ))),
            Some(Some(text)) => Ok(Some(text)),
            Some(None) => Err(StartError::setting(format!("{name} is not UTF-8 text"))),
        }
    }

    /// These variables, and below them those of a file in `NAME=value` lines.
    ///
    /// # Errors
    /// When the file cannot be read or a line is broken. The line is told by number only: dotenvy's
    /// own message prints it, token included.
    pub(super) fn with_file(&self, path: &Path) -> Result<Self, StartError> {
        let shown = path.display();
        let bytes = std::fs::read(path).map_err(|error| {
            StartError::setting(format!("--env-file {shown} cannot be read: {error}"))
        })?;
        let from_file = parse(&bytes).map_err(|line| {
            StartError::setting(format!(
                "--env-file {shown}: line {line} is not of the form NAME=value"
            ))
        })?;
        let mut all = from_file;
        all.0.extend(self.0.clone());
        Ok(all)
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let pairs = variables.into_iter();
        Self(pairs.map(|(n, v)| (n.into(), v.into())).collect())
    }
}

/// The variables of a file, or the number of the line that is broken.
fn parse(bytes: &[u8]) -> Result<Environment, usize> {
    let lines_read = Arc::new(AtomicUsize::new(0));
    let reader = LineByLine {
        rest: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
        lines_read: Arc::clone(&lines_read),
    };
    let pairs: Result<Vec<_>, _> = dotenvy::Iter::new(reader).collect();
    match pairs {
        Ok(pairs) => Ok(pairs.into_iter().collect()),
        Err(_) => Err(lines_read.load(Ordering::Relaxed)),
    }
}

/// Hands out one line at a time, so that the count tells which one the parser is looking at.
struct LineByLine<'a> {
    rest: &'a [u8],
    lines_read: Arc<AtomicUsize>,
}

impl Read for LineByLine<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let line = end.map_or(self.rest.len(), |end| end + 1);
        let taken = line.min(buffer.len());
        buffer[..taken].copy_from_slice(&self.rest[..taken]);
        self.rest = &self.rest[taken..];
        if taken == line && taken > 0 {
            self.lines_read.fetch_add(1, Ordering::Relaxed);
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.env");
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    #[test]
    fn the_real_environment_wins_over_the_file() {
        let (_folder, path) = file("A=file\nB=\"from file\"\n# a comment\nexport C='x'\n");
        let real: Environment = [("A", "real")].into_iter().collect();
        let both = real.with_file(&path).unwrap();
        assert_eq!(both.text("A").unwrap(), Some("real"));
        assert_eq!(both.text("B").unwrap(), Some("from file"));
        assert_eq!(both.text("C").unwrap(), Some("x"));
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_no_part_of_a_variable() {
        let (_folder, path) = file("\u{feff}A=1\r\nB=2\r\n");
        let both = Environment::default().with_file(&path).unwrap();
        assert_eq!(both.text("A").unwrap(), Some("1"));
        assert_eq!(both.text("B").unwrap(), Some("2"));
    }

    #[test]
    fn a_broken_line_is_told_by_number_and_not_shown() {
        for content in [
            "A=1\n\n# comment\nJIRA_PERSONAL_TOKEN tok-secret\nB=2\n",
            "A=1\n\n# comment\nJIRA_PERSONAL_TOKEN=\"tok-secret\n",
            "A=1\n\n# comment\nJIRA_PERSONAL_TOKEN=tok-secret and more",
        ] {
            let (_folder, path) = file(content);
            let refused = Environment::default().with_file(&path).map(|_| ());
            let error = refused.unwrap_err().to_string();
            assert!(error.contains("line 4"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_variable_that_is_set_but_empty_is_an_error_that_names_it() {
        let environment: Environment = [("LOG_LEVEL", "")].into_iter().collect();
        let error = environment.text("LOG_LEVEL").unwrap_err().to_string();
        assert!(error.starts_with("LOG_LEVEL is set but empty"), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let refused = Environment::default().with_file(Path::new("/no/such/file"));
        let error = refused.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("/no/such/file"), "{error}");
    }
}

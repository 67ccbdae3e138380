//! Files the bridge writes for its user: opened at start, so that a wrong path is told at once, and
//! readable for nobody else.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;

use shared::environment::Environment;

use super::StartError;
use super::environment::text;

/// A file that is open for appending. Clones write to the same one.
#[derive(Debug, Clone)]
pub struct PrivateFile(Arc<File>);

impl PrivateFile {
    /// The file itself.
    #[must_use]
    pub fn file(&self) -> &Arc<File> {
        &self.0
    }

    /// Opens the file that a flag or else a variable names.
    pub(super) fn read(
        flag: Option<&Path>,
        flag_name: &str,
        variable: &str,
        environment: &Environment,
    ) -> Result<Option<Self>, StartError> {
        let (source, path) = match (flag, text(environment, variable)?) {
            (Some(path), _) => (flag_name, path),
            (None, Some(path)) => (variable, Path::new(path)),
            (None, None) => return Ok(None),
        };
        let file = open(path).map_err(|error| {
            let path = path.display();
            StartError::setting(format!("{source}: cannot write {path}: {error}"))
        })?;
        Ok(Some(Self(Arc::new(file))))
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::fs::Permissions;
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    const FOR_ITS_OWNER: u32 = 0o600;
    let mut options = OpenOptions::new();
    let file = options
        .append(true)
        .create(true)
        .mode(FOR_ITS_OWNER)
        .open(path)?;
    // One that was there before may be open to others; a device, such as /dev/null, stays as it is.
    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(FOR_ITS_OWNER))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_is_named_with_its_flag() {
        let environment = Environment::from_iter([("BRIDGE_TRACE", "/no/such/folder/t")]);
        let refused = PrivateFile::read(None, "--trace", "BRIDGE_TRACE", &environment);
        let error = refused.unwrap_err().to_string();
        assert!(
            error.starts_with("BRIDGE_TRACE: cannot write /no/such/folder/t"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_appended_to_and_nobody_else_may_read_it() {
        use std::io::Write as _;
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "before\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let environment = Environment::default();
        let file = PrivateFile::read(Some(&path), "--log-file", "BRIDGE_LOG_FILE", &environment);
        let file = file.unwrap().unwrap();
        (&**file.file()).write_all(b"after\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before\nafter\n");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
